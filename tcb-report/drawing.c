// SPDX-License-Identifier: MIT
// The scenario as a drawing for Graphviz: components, the sessions between
// them, and the hardware each has rights to.  What is in the TCB of goal N has
// the class inN, so that a page can show one goal at a time.
#include "tcb-report/report.h"

static void
escape(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

// Which goals have both of these parts in their TCB.
static void
classes(const struct report *r, unsigned a, unsigned b, FILE *out)
{
	fputs("class=\"part", out);
	for (unsigned i = 0; i < r->goal_count; i++)
		if (r->goals[i].member[a] && r->goals[i].member[b])
			fprintf(out, " in%u", i);
	fputs("\"", out);
}

static void
print_component(const struct report *r, unsigned c, FILE *out)
{
	const struct component *k = &r->scenario->components[c];
	char starts[48] = "";

	fprintf(out, "\tc%u [label=\"", c);
	escape(k->name, out);
	if (k->subsystem_count > 0)
		snprintf(starts, sizeof starts, "\\nstarts and destroys %u subsystems",
		         k->subsystem_count);
	fprintf(out, "\\n%s, priority %u%s\", color=\"%s\", fillcolor=\"%s\", tooltip=\"",
	        k->trusted ? "trusted" : "legacy", k->priority, starts,
	        k->trusted ? "#2f7d4f" : "#c0731a", k->trusted ? "#e6f4ea" : "#fdf0dc");
	escape(k->name, out);
	fputs("\", ", out);
	classes(r, PART_FIRST + c, PART_FIRST + c, out);
	fputs("];\n", out);
}

static void
print_size(uint64_t bytes, FILE *out)
{
	if (bytes % (1 << 20) == 0)
		fprintf(out, "%lluM", (unsigned long long)bytes >> 20);
	else
		fprintf(out, "%lluK", (unsigned long long)bytes >> 10);
}

// Client to server: name and label of the session, and what else it gives.
static void
print_use(const struct report *r, unsigned c, const struct use *u, FILE *out)
{
	fprintf(out, "\tc%u -> c%u [label=\" ", c, u->server);
	escape(u->name, out);
	if (u->type->named) {
		fputs(": ", out);
		escape(u->label, out);
	}
	if (u->shared > 0) {
		fputs(" \\n ", out);
		print_size(u->shared, out);
		fputs(" shared", out);
	}
	fputs(" \", ", out);
	if (u->relies_not[CONFIDENTIALITY] != NULL || u->relies_not[INTEGRITY] != NULL ||
	    u->relies_not[AVAILABILITY] != NULL)
		fputs("style=dashed, ", out);
	fprintf(out, "dir=%s, ", u->type->down ? "both, arrowtail=odot" : "forward");
	classes(r, PART_FIRST + c, PART_FIRST + u->server, out);
	fputs("];\n", out);
}

// One box for all the hardware of a component.
static void
print_rights(const struct report *r, unsigned c, FILE *out)
{
	struct right right;

	if (!component_right(&r->scenario->components[c], 0, &right))
		return;
	fprintf(out, "\td%u [shape=plain, style=\"\", fontcolor=\"#55606c\", label=\"", c);
	for (unsigned i = 0; component_right(&r->scenario->components[c], i, &right); i++) {
		fputs(i > 0 ? "\\n" : "", out);
		escape(right.text, out);
	}
	fputs("\", ", out);
	classes(r, PART_FIRST + c, PART_FIRST + c, out);
	fprintf(out, "];\n\tc%u -> d%u [arrowhead=none, color=\"#9aa4af\", ", c, c);
	classes(r, PART_FIRST + c, PART_FIRST + c, out);
	fputs("];\n", out);
}

void
report_drawing(const struct report *r, FILE *out)
{
	const struct scenario *s = r->scenario;
	struct right right;

	fputs("digraph scenario {\n\tgraph [bgcolor=white, nodesep=0.5, ranksep=0.55];\n"
	      "\tnode [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", "
	      "fontsize=12, margin=\"0.2,0.1\"];\n"
	      "\tedge [fontname=\"Helvetica\", fontsize=10, color=\"#55606c\", "
	      "fontcolor=\"#3c4650\", "
	      "arrowsize=0.7];\n", out);
	for (unsigned c = 0; c < s->component_count; c++)
		print_component(r, c, out);
	for (unsigned c = 0; c < s->component_count; c++)
		for (unsigned i = 0; i < s->components[c].use_count; i++)
			print_use(r, c, &s->components[c].uses[i], out);
	for (unsigned c = 0; c < s->component_count; c++)
		print_rights(r, c, out);
	// what everybody rests on, at the bottom
	fputs("\tbase [label=\"init: hands out all memory and rights\\nkernel: runs everything\", "
	      "color=\"#2f7d4f\", fillcolor=\"#e6f4ea\", ", out);
	classes(r, PART_KERNEL, PART_INIT, out);
	fputs("];\n", out);
	for (unsigned c = 0; c < s->component_count; c++) {
		bool device = component_right(&s->components[c], 0, &right);

		fprintf(out, "\t%c%u -> base [style=invis];\n", device ? 'd' : 'c', c);
	}
	fputs("}\n", out);
}
