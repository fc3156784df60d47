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

	while (!found && f != NULL && fgets(line, sizeof line, f) != NULL)
		found = sscanf(line, "%31s %31s %u %lu %lu %lu", out->name, out->version,
		               &out->files, &out->lines.code, &out->lines.comment,
		               &out->lines.blank) == 6 && strcmp(out->name, name) == 0;
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

unsigned long
goal_whole(const struct report *r, const struct goal_report *g)
{
	unsigned long sum = r->whole;

	for (unsigned i = 0; i < g->package_count; i++)
		sum += g->package[i].whole;
	return sum;
}
