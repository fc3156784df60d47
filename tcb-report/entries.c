// SPDX-License-Identifier: MIT
// How wide an interface is: the operations of a session (the enumerators of
// `enum TYPE_op` in its header), and what of kernel and sessions a program uses.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "tcb-report/calls.h"
#include "tcb-report/report.h"

// Enumerators between here and the closing brace; comments end with their line.
static unsigned
count_enumerators(FILE *f)
{
	char line[512];
	unsigned n = 0;

	while (fgets(line, sizeof line, f) != NULL && strchr(line, '}') == NULL) {
		char *comment = strstr(line, "//");
		bool word = false;

		if (comment != NULL)
			*comment = '\0';
		for (const char *at = line; *at != '\0'; at++) {
			if (isupper((unsigned char)*at))
				word = true;
			n += *at == ',' && word;
			word &= *at != ',';
		}
	}
	return n;
}

static unsigned
operations_in(const char *path, const char *want)
{
	FILE *f = fopen(path, "r");
	char line[512];
	unsigned n = 0;

	while (n == 0 && f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, want, strlen(want)) == 0)
			n = count_enumerators(f);
	if (f != NULL)
		fclose(f);
	return n;
}

unsigned
entry_points(const char *type)
{
	// what is between components of the system, and between the parts of an app; some
	// keep what assembly and hosts need apart
	static const char *const paths[] = {
		"lib/session/%.32s.h", "lib/session/%.32s_abi.h", "lib/app/%.32s.h",
	};
	char path[64], want[64];
	unsigned n = 0;

	snprintf(want, sizeof want, "enum %.32s_op {", type);
	for (char *c = want; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	for (size_t i = 0; n == 0 && i < sizeof paths / sizeof paths[0]; i++) {
		snprintf(path, sizeof path, paths[i], type);
		n = operations_in(path, want);
	}
	return n;
}

static void
add_name(struct names *n, const char *name)
{
	size_t length = strlen(n->text);

	for (const char *at = n->text; (at = strstr(at, name)) != NULL; at++)
		if ((at == n->text || at[-1] == ' ') && strchr(" ", at[strlen(name)]) != NULL)
			return;
	if (length + strlen(name) + 2 > sizeof n->text)
		return;
	snprintf(n->text + length, sizeof n->text - length, "%s%s", length > 0 ? " " : "", name);
	n->count++;
}

// What only reads the own message buffer, constant pages or the clock asks nobody.
static void
call_found(void *context, const char *header, const char *name)
{
	static const char *const harmless[] = { "utcb", "kip", "sys_now", "sys_counter",
		"sys_in_ms" };
	struct part *p = context;

	for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
		if (strcmp(name, harmless[i]) == 0)
			return;
	if (strcmp(header, "lib/sys/sys.h") == 0 || strcmp(header, "lib/sys/root.h") == 0)
		add_name(&p->system_calls, name);
	else if (strncmp(header, "lib/session/", 12) == 0 || strncmp(header, "lib/app/", 8) == 0)
		add_name(&p->stubs, name);
}

bool
calls_collect(struct part *p, const char *elf)
{
	return calls_find(elf, call_found, p);
}
