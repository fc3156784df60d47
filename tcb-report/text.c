// SPDX-License-Identifier: MIT
// The report as plain text.
#include "tcb-report/report.h"

static void
print_assumptions(const struct report *r, const struct goal_report *g, FILE *out)
{
	const struct scenario *s = r->scenario;
	bool head = false;
	char right[64];
	const char *why;

	for (unsigned c = 0; c < s->component_count; c++) {
		const struct component *k = &s->components[c];

		for (unsigned i = 0; !g->member[PART_FIRST + c] && device_right(k, i, right, &why);
		     i++) {
			fprintf(out, "%s    %s holds %s: %s\n", head ? "" : "  assumed:\n", k->name,
			        right, why);
			head = true;
		}
		for (unsigned i = 0; g->member[PART_FIRST + c] && i < k->use_count; i++) {
			why = k->uses[i].relies_not[g->goal->property];
			if (why == NULL)
				continue;
			fprintf(out, "%s    %s does not rely on %s: %s\n",
			        head ? "" : "  assumed:\n", k->name, k->uses[i].server_name, why);
			head = true;
		}
	}
}

static void
print_goal(const struct report *r, const struct goal_report *g, FILE *out)
{
	fprintf(out, "\n%s of %s\n  held by %s\n\n", property_name[g->goal->property],
	        g->goal->asset, g->goal->holder_name);
	fprintf(out, "  %-14s %8s %8s %12s %8s %8s   %s\n", "component", "own code", "linked",
	        "third party", "linked", "text", "why");
	for (unsigned p = 0; p < r->part_count; p++) {
		struct sum own = report_part(r, p, SOURCE_OWN);
		struct sum third = report_part(r, p, SOURCE_THIRD_PARTY);

		if (g->member[p])
			fprintf(out, "  %-14s %8lu %8lu %12lu %8lu %8lu   %s\n", r->parts[p].name,
			        own.lines.code, own.linked, third.lines.code, third.linked,
			        r->parts[p].sizes.text, g->reason[p]);
	}
	fprintf(out, "\n  all together, each file once:\n");
	fprintf(out,
	        "    %6lu lines of code of our own in %u files (and %lu comment, %lu blank); "
	        "%lu became machine code\n",
	        g->own.lines.code, g->own.files, g->own.lines.comment, g->own.lines.blank,
	        g->own.linked);
	for (unsigned i = 0; i < g->package_count; i++)
		fprintf(out, "    %6lu lines of code of %s in %u files; %lu became machine code\n",
		        g->package[i].sum.lines.code, g->package[i].name, g->package[i].sum.files,
		        g->package[i].sum.linked);
	if (g->generated.files > 0)
		fprintf(out, "    %6lu generated lines of data in %u files\n",
		        g->generated.lines.code, g->generated.files);
	fprintf(out, "    %6lu bytes of code and constants, %lu of data\n", g->text, g->data);
	print_assumptions(r, g, out);
	if (g->violation != NULL)
		fprintf(out, "  VIOLATED: the legacy component %s is part of it\n", g->violation);
}

void
report_text(const struct report *r, FILE *out)
{
	fprintf(out, "%s: %s\n%s\n", r->scenario->name, r->scenario->title, r->scenario->purpose);
	for (unsigned i = 0; i < r->goal_count; i++)
		print_goal(r, &r->goals[i], out);
	fprintf(out, "\nnot in the closure of any goal:");
	for (unsigned p = 0; p < r->part_count; p++) {
		bool in = false;

		for (unsigned i = 0; i < r->goal_count; i++)
			in |= r->goals[i].member[p];
		if (!in)
			fprintf(out, " %s", r->parts[p].name);
	}
	fprintf(out,
	        "\n\nLines are those of every source and header that was compiled in, as cloc "
	        "counts them;\nlinked: those that the debug line table of the program gives "
	        "machine code to.\n%s\n",
	        NOT_COUNTED);
}
