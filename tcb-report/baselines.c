// SPDX-License-Identifier: MIT
// What a user would otherwise trust: recorded figures of other systems, made by
// `make baselines` with our own counter.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tcb-report/report.h"

#define TABLE "tcb-report/baselines.txt"

static bool
find(const char *name, struct baseline *out)
{
	FILE *f = fopen(TABLE, "r");
	char line[256];
	bool found = false;

	while (!found && f != NULL && fgets(line, sizeof line, f) != NULL) {
		*out = (struct baseline){ 0 };
		found = sscanf(line, "%31s %31s %u %lu %lu %lu %*u %*u %u %lu %lu", out->name,
		               out->version, &out->files, &out->lines.code,
		               &out->lines.comment, &out->lines.blank, &out->compiled_files,
		               &out->compiled, &out->linked) >= 6 &&
		        strcmp(out->name, name) == 0;
	}
	if (f != NULL)
		fclose(f);
	return found;
}

bool
baselines_read(struct report *r, char why[512])
{
	const struct scenario *s = r->scenario;

	if (s->instead_count > BASELINES)
		return report_fail(why, s->name, "instead_of names too many packages");
	for (unsigned i = 0; i < s->instead_count; i++)
		if (!find(s->instead_of[i], &r->baseline[r->baseline_count++]))
			return report_fail(why, s->instead_of[i],
			                   "instead_of: this package is not in " TABLE);
	return true;
}

bool
like_with_like(const struct report *r, struct like *out)
{
	*out = (struct like){ 0 };
	for (unsigned i = 0; i < r->baseline_count; i++) {
		out->packages += r->baseline[i].compiled > 0;
		out->compiled += r->baseline[i].compiled;
		out->linked += r->baseline[i].linked;
	}
	for (unsigned i = 0; i < r->goal_count; i++) {
		const struct goal_report *g = &r->goals[i];
		unsigned long code = g->own.lines.code, linked = g->own.linked;

		for (unsigned j = 0; j < g->package_count; j++) {
			code += g->package[j].sum.lines.code;
			linked += g->package[j].sum.linked;
		}
		out->ours = code > out->ours ? code : out->ours;
		out->ours_linked = linked > out->ours_linked ? linked : out->ours_linked;
	}
	return out->packages > 0 && out->ours > 0 && out->ours_linked > 0;
}

unsigned long
goal_whole(const struct report *r, const struct goal_report *g)
{
	unsigned long sum = r->whole;

	for (unsigned i = 0; i < g->package_count; i++)
		sum += g->package[i].whole;
	return sum;
}
