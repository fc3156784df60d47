// SPDX-License-Identifier: MIT
// Cyclomatic complexity (McCabe 1976, a switch counted once) of every function
// in the sources of a report, measured by pmccabe.
#include <stdlib.h>
#include <string.h>
#include "tcb-report/report.h"

static bool
is_c(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot != NULL && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0) &&
	       strchr(path, '\'') == NULL;
}

static void
take_line(struct report *r, const char *line)
{
	unsigned modified, functions_line, length;
	char place[512], name[64];

	// modified, traditional, statements, first line, lines, FILE(LINE): NAME
	if (sscanf(line, "%u %*u %*u %u %u %511[^(](%*u): %63s", &modified, &functions_line,
	           &length, place, name) != 5)
		return;
	for (unsigned i = 0; i < r->source_count; i++) {
		struct complexity *c = &r->sources[i].complexity;

		if (strcmp(r->sources[i].path, place) != 0)
			continue;
		c->functions++;
		c->total += modified;
		if (modified > c->max) {
			c->max = modified;
			snprintf(c->max_name, sizeof c->max_name, "%s", name);
		}
		return;
	}
}

// Without pmccabe the numbers stay 0, and the report says nothing about them.
void
complexity_measure(struct report *r)
{
	size_t size = 64, at;
	char *command, line[1024];

	for (unsigned i = 0; i < r->source_count; i++)
		size += strlen(r->sources[i].path) + 3;
	command = malloc(size);
	if (command == NULL)
		return;
	at = (size_t)snprintf(command, size, "pmccabe 2> /dev/null");
	for (unsigned i = 0; i < r->source_count; i++)
		if (r->sources[i].kind != SOURCE_GENERATED && is_c(r->sources[i].path))
			at += (size_t)snprintf(command + at, size - at, " '%s'",
			                       r->sources[i].path);
	FILE *f = popen(command, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		take_line(r, line);
	if (f != NULL)
		pclose(f);
	free(command);
}

struct complexity
complexity_of(const struct report *r, const struct part *p, enum source_kind kind)
{
	struct complexity sum = { 0 };

	for (unsigned i = 0; i < p->source_count; i++) {
		const struct source *src = &r->sources[p->sources[i]];

		if (src->kind != kind)
			continue;
		sum.functions += src->complexity.functions;
		sum.total += src->complexity.total;
		if (src->complexity.max > sum.max) {
			sum.max = src->complexity.max;
			memcpy(sum.max_name, src->complexity.max_name, sizeof sum.max_name);
		}
	}
	return sum;
}
