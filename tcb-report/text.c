// SPDX-License-Identifier: MIT
// The report as plain text.
#include "tcb-report/report.h"

static void
print_assumptions(const struct report *r, const struct goal_report *g, FILE *out)
{
	const struct scenario *s = r->scenario;
	bool head = false;
	const char *why;
	struct right right;

	for (unsigned c = 0; c < s->component_count; c++) {
		const struct component *k = &s->components[c];

		for (unsigned i = 0; !g->member[PART_FIRST + c] && component_right(k, i, &right);
		     i++) {
			fprintf(out, "%s    %s holds %s (%s): %s (%s)\n",
			        head ? "" : "  assumed:\n", k->name, right.text, right.what,
			        right.reason, right.reviewed);
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
print_outsiders(const struct report *r, const struct goal_report *g, FILE *out)
{
	fputs("  not in:\n", out);
	for (unsigned p = 0; p < r->part_count; p++)
		if (!g->member[p])
			fprintf(out, "    %s (%s): %s\n", r->parts[p].name,
			        r->parts[p].trusted ? "trusted" : "legacy", g->reason[p]);
}

// How wide each component's interfaces are, and what it can ask for.
static void
print_parts(const struct report *r, FILE *out)
{
	fprintf(out, "\n%-14s %8s %8s %8s %8s %8s %11s %8s %8s   %s\n", "component", "own code",
	        "budget", "syscalls", "sessions", "caps", "complexity", "code", "data", "serves");
	for (unsigned p = 0; p < r->part_count; p++) {
		const struct part *part = &r->parts[p];
		const struct component *k = p < PART_FIRST ? NULL :
			&r->scenario->components[p - PART_FIRST];
		struct complexity c = complexity_of(r, part, SOURCE_OWN);

		fprintf(out, "%-14s %8lu %8u %8u %8u %8u %6u / %2u %8lu %8lu  ", part->name,
		        report_part(r, p, SOURCE_OWN).lines.code, k != NULL ? k->budget : 0,
		        part->system_calls.count, part->stubs.count, part->caps, c.total, c.max,
		        part->sizes.text + part->sizes.rodata, part->sizes.data + part->sizes.bss);
		for (unsigned i = 0; k != NULL && i < k->serves_count; i++)
			fprintf(out, " %s (%u)", k->serves[i]->name,
			        entry_points(k->serves[i]->name));
		fputc('\n', out);
	}
	fputs("syscalls, sessions: stubs of kernel and servers contained; caps: in the plan; "
	      "complexity: all / largest function\n", out);
}

// Who can measure what others do.
static void
print_counter(const struct report *r, FILE *out)
{
	fputs("read the time-stamp counter (all others know milliseconds): kernel, init", out);
	for (unsigned i = 0; i < r->scenario->component_count; i++)
		if (r->scenario->components[i].tsc)
			fprintf(out, ", %s", r->scenario->components[i].name);
	fputc('\n', out);
}

// The text beside each label in X-ray mode.
static void
print_labels(const struct report *r, FILE *out)
{
	bool head = false;

	for (unsigned p = PART_FIRST; p < r->part_count; p++)
		if (r->parts[p].label != NULL) {
			fprintf(out, "%s  %-24s %s\n", head ? "" :
			        "\nX-ray mode shows beside each label "
			        "what the view's integrity rests on, own code + libraries:\n",
			        r->parts[p].label, r->parts[p].rests_on_text);
			head = true;
		}
}

static void
print_comparison(const struct report *r, FILE *out)
{
	unsigned long ours = 0, other = 0;
	struct like like;

	if (r->baseline_count == 0)
		return;
	fputs("\nwhole packages, lines of code as they come, compiled in or not:\n", out);
	for (unsigned i = 0; i < r->baseline_count; i++) {
		fprintf(out, "  %10lu  %s %s\n", r->baseline[i].lines.code, r->baseline[i].name,
		        r->baseline[i].version);
		other += r->baseline[i].lines.code;
	}
	for (unsigned i = 0; i < r->goal_count; i++)
		ours = goal_whole(r, &r->goals[i]) > ours ? goal_whole(r, &r->goals[i]) : ours;
	fprintf(out, "  %10lu  all of ours and its libraries: %.0f times less\n", ours,
	        ours > 0 ? (double)other / (double)ours : 0);
	if (!like_with_like(r, &like))
		return;
	fputs("what of them is in their programs: lines of the files compiled in; of those that "
	      "became machine code:\n", out);
	for (unsigned i = 0; i < r->baseline_count; i++) {
		const struct baseline *b = &r->baseline[i];

		if (b->compiled > 0)
			fprintf(out, "  %10lu %9lu  %s %s\n", b->compiled, b->linked, b->name,
			        b->version);
		else
			fprintf(out, "           -         -  %s %s: not counted\n", b->name,
			        b->version);
	}
	fprintf(out, "  %10lu %9lu  the largest goal here: at least %.0f and %.0f times less\n",
	        like.ours, like.ours_linked, (double)like.compiled / (double)like.ours,
	        (double)like.linked / (double)like.ours_linked);
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
	if (r->virtualization > 0)
		fprintf(out, "    +%lu lines because of virtualization, in the kernel: some of "
		        "the above\n", r->virtualization);
	for (unsigned i = 0; i < g->package_count; i++)
		fprintf(out, "    %6lu lines of code of %s in %u files; %lu became machine code\n",
		        g->package[i].sum.lines.code, g->package[i].name, g->package[i].sum.files,
		        g->package[i].sum.linked);
	if (g->generated.files > 0)
		fprintf(out, "    %6lu generated lines of data in %u files\n",
		        g->generated.lines.code, g->generated.files);
	fprintf(out, "    %6lu bytes of code and constants, %lu of data\n", g->text, g->data);
	if (g->goal->property == AVAILABILITY)
		fprintf(out, "    %6u %% of the time others may take before members do\n",
		        g->share);
	print_outsiders(r, g, out);
	print_assumptions(r, g, out);
	if (g->violation != NULL)
		fprintf(out, "  VIOLATED: the legacy component %s is part of it\n", g->violation);
}

static void
print_outside(FILE *out)
{
	unsigned long bytes;
	const char *name;

	for (unsigned i = 0; outside_thing(i, &name, &bytes); i++)
		if (bytes > 0)
			fprintf(out, "  %10lu bytes  %s\n", bytes, name);
}

void
report_text(const struct report *r, FILE *out)
{
	fprintf(out, "%s: %s\n%s\n", r->scenario->name, r->scenario->title, r->scenario->purpose);
	for (unsigned i = 0; i < r->goal_count; i++)
		print_goal(r, &r->goals[i], out);
	print_parts(r, out);
	print_counter(r, out);
	subsystems_text(r, out);
	print_labels(r, out);
	print_comparison(r, out);
	fprintf(out,
	        "\nLines are those of every source and header that was compiled in, as cloc "
	        "counts them;\nlinked: those that the debug line table of the program gives "
	        "machine code to.\n%s\n",
	        NOT_COUNTED);
	print_outside(out);
}
