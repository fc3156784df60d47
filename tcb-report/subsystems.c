// SPDX-License-Identifier: MIT
// What a component starts and destroys at run time, and who asks it to.  Subsystems
// are legacy, have only what that component has, less privileged, and end with it:
// the closure of a goal sees the component alone.
#include <string.h>
#include "tcb-report/html.h"

// Whose use of a launcher session makes it the one who says what runs.
static bool
asks(const struct component *k, unsigned server)
{
	for (unsigned i = 0; i < k->use_count; i++)
		if (k->uses[i].server == server && strcmp(k->uses[i].type->name, "launcher") == 0)
			return true;
	return false;
}

static void
print_names(const struct report *r, unsigned c, const char *quote, FILE *out)
{
	bool first = true;

	for (unsigned i = 0; i < r->scenario->component_count; i++)
		if (asks(&r->scenario->components[i], c)) {
			fprintf(out, "%s%s%s%s", first ? "" : ", ", quote,
			        r->scenario->components[i].name, quote);
			first = false;
		}
}

static void
print_programs(const struct scenario *sub, FILE *out)
{
	for (unsigned i = 0; i < sub->component_count; i++)
		fprintf(out, "%s%s", i > 0 ? ", " : "", sub->components[i].program);
}

void
subsystems_text(const struct report *r, FILE *out)
{
	for (unsigned c = 0; c < r->scenario->component_count; c++) {
		const struct component *k = &r->scenario->components[c];

		if (k->subsystem_count == 0)
			continue;
		fprintf(out, "\n%s starts and destroys, when ", k->name);
		print_names(r, c, "", out);
		fputs(" asks for it (legacy, never with more than it has, in nobody's TCB):\n",
		      out);
		for (unsigned i = 0; i < k->subsystem_count; i++) {
			fprintf(out, "  %-14s ", k->subsystems[i].name);
			print_programs(&k->subsystems[i], out);
			fputc('\n', out);
		}
	}
}

void
subsystems_html(const struct report *r, FILE *out)
{
	for (unsigned c = 0; c < r->scenario->component_count; c++) {
		const struct component *k = &r->scenario->components[c];

		if (k->subsystem_count == 0)
			continue;
		fprintf(out, "<p><b>%s</b> starts and destroys, when <b>", k->name);
		print_names(r, c, "", out);
		fputs("</b> asks for it: ", out);
		for (unsigned i = 0; i < k->subsystem_count; i++) {
			fprintf(out, "%s<b>%s</b> (", i > 0 ? ", " : "", k->subsystems[i].name);
			print_programs(&k->subsystems[i], out);
			fputc(')', out);
		}
		fputs(". These are legacy, never have more than it has, and are in nobody's TCB."
		      "</p>\n", out);
	}
}

void
subsystems_json(const struct report *r, unsigned c, FILE *out)
{
	const struct component *k = &r->scenario->components[c];

	fputs("\"asked_by\": [", out);
	print_names(r, c, "\"", out);
	fputs("], \"subsystems\": [", out);
	for (unsigned i = 0; i < k->subsystem_count; i++) {
		const struct scenario *sub = &k->subsystems[i];

		fprintf(out, "%s{\"name\": \"%s\", \"components\": [", i > 0 ? ", " : "",
		        sub->name);
		for (unsigned j = 0; j < sub->component_count; j++)
			fprintf(out, "%s{\"name\": \"%s\", \"program\": \"%s\"}", j > 0 ? ", " : "",
			        sub->components[j].name, sub->components[j].program);
		fputs("]}", out);
	}
	fputs("],\n     ", out);
}
