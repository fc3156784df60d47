// SPDX-License-Identifier: MIT
// mkplan SCENARIO.cfg (--output FILE | --print) [--program NAME=ELF]...
// [--module NAME=FILE]... [--modules LIST] [--build FOLDER]: compiles a scenario into the boot
// plan, checks it, and writes it, or prints it readably.  LIST has NAME=FILE lines;
// FOLDER the lists of sources from which the sizes in X-ray mode come.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/module_file.h"
#include "tools/plan_build.h"
#include "tools/plan_check.h"
#include "tools/plan_print.h"

enum { ENTRIES_MAX = 512, MODULE_MAX = 128 << 20 };

static struct plan_program programs[ENTRIES_MAX];
static struct plan_module modules[ENTRIES_MAX];
static struct scenario scenario;
static struct plan_input input = { &scenario, programs, modules, 0, 0, NULL };

[[gnu::format(printf, 1, 2)]] static void
fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

// "NAME=REST" cut in two.
static char *
cut(char *text)
{
	char *equals = strchr(text, '=');

	if (equals == NULL || equals == text || equals[1] == '\0')
		fail("mkplan: \"%s\": must be NAME=FILE", text);
	*equals = '\0';
	return equals + 1;
}

static void
add_program(char *text)
{
	char *file = cut(text);
	const char *why;

	if (input.program_count == ENTRIES_MAX)
		fail("mkplan: too many programs");
	struct plan_program *p = &programs[input.program_count++];
	p->name = text;
	why = elf_open(&p->elf, file);
	if (why != NULL)
		fail("%s: %s", file, why);
}

static void
add_module(char *text)
{
	char *file = cut(text);
	FILE *f = fopen(file, "rb");

	if (input.module_count == ENTRIES_MAX)
		fail("%s: more than %d boot modules", file, ENTRIES_MAX);
	if (strlen(text) > 31)
		fail("%s: the name of a boot module has at most 31 characters", text);
	for (unsigned i = 0; i < input.module_count; i++)
		if (strcmp(modules[i].name, text) == 0)
			fail("%s: a second boot module \"%s\"", file, text);
	if (f == NULL)
		fail("%s: %s", file, strerror(errno));
	unsigned char *data = malloc(MODULE_MAX + 1);
	if (data == NULL)
		fail("mkplan: out of memory");
	size_t n = fread(data, 1, MODULE_MAX + 1, f);
	if (ferror(f) || n > MODULE_MAX)
		fail("%s: cannot be read, or over 128 MiB", file);
	fclose(f);
	modules[input.module_count++] = (struct plan_module){ text, realloc(data, n + 1), n };
}

static void
add_modules(const char *list)
{
	FILE *f = fopen(list, "r");
	char *line = NULL;
	size_t room = 0;

	if (f == NULL)
		fail("%s: %s", list, strerror(errno));
	while (getline(&line, &room, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		add_module(strdup(line));
	}
	free(line);
	fclose(f);
}

int
main(int argc, char **argv)
{
	const char *cfg = NULL, *output = NULL, *why;
	bool print = false;
	struct bytes plan;

	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;

		if (strcmp(argv[i], "--print") == 0)
			print = true;
		else if (strcmp(argv[i], "--output") == 0 && more)
			output = argv[++i];
		else if (strcmp(argv[i], "--program") == 0 && more)
			add_program(argv[++i]);
		else if (strcmp(argv[i], "--module") == 0 && more)
			add_module(argv[++i]);
		else if (strcmp(argv[i], "--modules") == 0 && more)
			add_modules(argv[++i]);
		else if (strcmp(argv[i], "--build") == 0 && more)
			input.build = argv[++i];
		else if (argv[i][0] != '-' && cfg == NULL)
			cfg = argv[i];
		else
			fail("usage: mkplan SCENARIO.cfg (--output FILE | --print) [--program "
			     "NAME=ELF]... "
			     "[--module NAME=FILE]... [--modules LIST] [--build FOLDER]");
	}
	if (cfg == NULL)
		fail("mkplan: which scenario?");
	if (!scenario_open(&scenario, cfg))
		fail("%s", scenario.error);
	if (!plan_build(&input, &plan))
		fail("%s", scenario.error);
	why = plan_check((const struct plan *)(const void *)plan.data, plan.size);
	if (why != NULL)
		fail("%s: the plan made of it is wrong: %s", cfg, why);
	if (print)
		plan_print((const struct plan *)(const void *)plan.data, stdout);
	if (output != NULL)
		module_write("mkplan", output, plan.data, plan.size);
	return 0;
}
