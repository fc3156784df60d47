// SPDX-License-Identifier: MIT
// tcb-report BUILD [--index] SCENARIO.cfg...: writes BUILD/tcb/NAME.txt, .json
// and .html for each scenario, with --index also index.html, and prints the
// text.  Fails if a legacy component is in the closure of a trusted goal, or a
// component is larger than its budget.
// tcb-report --lines FILE.srcs: only the lines of code of the project's own
// files in that list.
// tcb-report --count FOLDER: files, code, comment, blank, code in headers and in
// assembly of all C and assembly sources below it.
// tcb-report --linked FOLDER PROGRAM...: files of that package that were compiled
// into these programs, their code, and how many lines became machine code.
// tcb-report --graph SCENARIO.cfg: the drawing for Graphviz.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tcb-report/report.h"

enum { SCENARIOS_MAX = 64 };

static FILE *
create(const char *build, const char *name, const char *ending)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/tcb/%s.%s", build, name, ending);
	f = fopen(path, "w");
	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	return f;
}

static void
finish(FILE *f)
{
	if (fclose(f) != 0) {
		perror("tcb-report: write");
		exit(1);
	}
}

// Sum over the C and assembly files of a list; those below build/ are not ours.
static int
print_lines(const char *list)
{
	FILE *f = fopen(list, "r");
	unsigned long sum = 0;
	char line[1024];

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		struct lines n;

		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "build/", 6) == 0)
			continue;
		if (!count_file(line, &n)) {
			fprintf(stderr, "%s: %s\n", line, strerror(errno));
			return 1;
		}
		sum += n.code;
	}
	if (f == NULL || fclose(f) != 0) {
		fprintf(stderr, "%s: %s\n", list, strerror(errno));
		return 1;
	}
	printf("%lu\n", sum);
	return 0;
}

// A component has at most the lines that its scenario allows it.
static bool
within_budgets(const struct report *r)
{
	bool ok = true;

	for (unsigned i = 0; i < r->scenario->component_count; i++) {
		const struct component *k = &r->scenario->components[i];
		unsigned long lines = report_part(r, PART_FIRST + i, SOURCE_OWN).lines.code;

		if (k->budget == 0 || lines <= k->budget)
			continue;
		fprintf(stderr, "%s:%u: %s has %lu lines of code, more than its budget of %u\n",
		        k->at.file, k->at.line, k->name, lines, k->budget);
		ok = false;
	}
	return ok;
}

static int
print_count(const char *folder)
{
	struct sum n = whole_folder(folder);

	printf("%u %lu %lu %lu %lu %lu\n", n.files, n.lines.code, n.lines.comment,
	       n.lines.blank, n.header, n.assembly);
	return n.files > 0 ? 0 : 1;
}

static int
print_linked(int count, char **argument)
{
	struct sum n;

	if (!binary_count(argument[0], argument + 1, (unsigned)count - 1, &n)) {
		fprintf(stderr, "tcb-report: no debug information in what was named\n");
		return 1;
	}
	printf("%u %lu %lu\n", n.files, n.lines.code, n.linked);
	return n.files > 0 ? 0 : 1;
}

static int
print_drawing(const char *path)
{
	static struct scenario s;
	struct report r;
	char why[512];
	bool ok = scenario_open(&s, path);

	if (!ok) {
		fprintf(stderr, "%s\n", s.error);
		return 1;
	}
	ok = report_make(&r, &s, NULL, why);
	if (ok)
		report_drawing(&r, stdout);
	report_free(&r);
	scenario_close(&s);
	return ok ? 0 : 1;
}

static bool
write_one(struct report *r, const char *build)
{
	const char *name = r->scenario->name;
	bool ok = true;
	char svg[512];
	FILE *f;

	snprintf(svg, sizeof svg, "%s/graph/%s.svg", build, name);
	f = create(build, name, "txt"), report_text(r, f), finish(f);
	f = create(build, name, "json"), report_json(r, f), finish(f);
	f = create(build, name, "html"), report_html(r, svg, f), finish(f);
	report_text(r, stdout);
	fflush(stdout);
	for (unsigned i = 0; i < r->goal_count; i++) {
		const struct goal_report *g = &r->goals[i];

		if (g->violation == NULL)
			continue;
		fprintf(stderr, "%s:%u: the legacy component %s is in the TCB for %s of %s\n",
		        g->goal->at.file, g->goal->at.line, g->violation,
		        property_name[g->goal->property], g->goal->asset);
		ok = false;
	}
	return within_budgets(r) && ok;
}

int
main(int argc, char **argv)
{
	static struct scenario scenarios[SCENARIOS_MAX];
	static struct report reports[SCENARIOS_MAX];
	const char *build = argc > 1 ? argv[1] : NULL;
	bool index = false, ok = true;
	unsigned n = 0;
	char why[512], path[512];

	if (argc == 3 && strcmp(argv[1], "--lines") == 0)
		return print_lines(argv[2]);
	if (argc == 3 && strcmp(argv[1], "--count") == 0)
		return print_count(argv[2]);
	if (argc >= 4 && strcmp(argv[1], "--linked") == 0)
		return print_linked(argc - 2, argv + 2);
	if (argc == 3 && strcmp(argv[1], "--graph") == 0)
		return print_drawing(argv[2]);
	if (build == NULL || argc < 3 || argc > SCENARIOS_MAX) {
		fputs("usage: tcb-report BUILD [--index] SCENARIO.cfg...\n", stderr);
		return 2;
	}
	snprintf(path, sizeof path, "%s/tcb", build);
	if (mkdir(path, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--index") == 0) {
			index = true;
			continue;
		}
		if (!scenario_open(&scenarios[n], argv[i])) {
			fprintf(stderr, "%s\n", scenarios[n].error);
			return 1;
		}
		if (!report_make(&reports[n], &scenarios[n], build, why)) {
			fprintf(stderr, "tcb-report: %s\n", why);
			return 1;
		}
		if (i > 2 && n > 0)
			putchar('\n');
		ok &= write_one(&reports[n], build);
		n++;
	}
	if (index) {
		FILE *f = create(build, "index", "html");

		report_index(reports, n, f);
		finish(f);
	}
	for (unsigned i = 0; i < n; i++) {
		report_free(&reports[i]);
		scenario_close(&scenarios[i]);
	}
	return ok ? 0 : 1;
}
