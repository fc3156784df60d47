// SPDX-License-Identifier: MIT
// The report as JSON, for programs; docs/tcb-json.md describes it.
#include <string.h>
#include "tcb-report/report.h"

static void
string(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void
field(const char *name, const char *value, FILE *out)
{
	fprintf(out, "\"%s\": ", name);
	string(value, out);
	fputs(", ", out);
}

static void
sum(const char *name, const struct sum *n, FILE *out)
{
	fprintf(out, "\"%s\": {\"files\": %u, \"code\": %lu, \"comment\": %lu, \"blank\": %lu, "
	        "\"linked\": %lu, \"in_headers\": %lu, \"in_assembly\": %lu}",
	        name, n->files, n->lines.code, n->lines.comment, n->lines.blank,
	        n->linked, n->header, n->assembly);
}

// Names with spaces between, as an array.
static void
list(const char *name, const char *text, FILE *out)
{
	const char *comma = "";

	fprintf(out, "\"%s\": [", name);
	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		fprintf(out, "%s\"%.*s\"", comma, (int)n, text);
		text += n + (text[n] == ' ');
		comma = ", ";
	}
	fputc(']', out);
}

// Parts that are in the TCB of this goal, or that are not.
static void
print_parts(const struct report *r, const struct goal_report *g, bool members, FILE *out)
{
	const char *comma = "";

	fprintf(out, "\"%s\": [", members ? "members" : "outsiders");
	for (unsigned p = 0; p < r->part_count; p++) {
		if (g->member[p] != members)
			continue;
		fprintf(out, "%s\n      {", comma);
		field("name", r->parts[p].name, out);
		fputs("\"reason\": ", out);
		string(g->reason[p], out);
		fputc('}', out);
		comma = ",";
	}
	fputs("],\n     ", out);
}

// What the user relies on otherwise, and by how much less this is.
static void
print_comparison(const struct report *r, const struct goal_report *g, FILE *out)
{
	unsigned long whole = goal_whole(r, g), other = 0;

	fprintf(out, ",\n     \"whole\": %lu, \"instead_of\": [", whole);
	for (unsigned i = 0; i < r->baseline_count; i++) {
		const struct baseline *b = &r->baseline[i];

		fprintf(out, "%s{\"name\": \"%s\", \"version\": \"%s\", \"whole\": %lu, "
		        "\"compiled\": %lu, \"linked\": %lu}",
		        i > 0 ? ", " : "", b->name, b->version, b->lines.code, b->compiled,
		        b->linked);
		other += b->lines.code;
	}
	fprintf(out, "], \"reduction_factor\": %.1f",
	        whole > 0 ? (double)other / (double)whole : 0);
}

static void
print_goal(const struct report *r, const struct goal_report *g, FILE *out)
{
	fputs("    {", out);
	field("asset", g->goal->asset, out);
	field("property", property_name[g->goal->property], out);
	field("holder", g->goal->holder_name, out);
	fputs("\n     ", out);
	print_parts(r, g, true, out);
	print_parts(r, g, false, out);
	sum("own", &g->own, out);
	fputs(",\n     ", out);
	sum("generated", &g->generated, out);
	fputs(",\n     \"third_party\": [", out);
	for (unsigned i = 0; i < g->package_count; i++) {
		fprintf(out, "%s{", i > 0 ? ", " : "");
		field("name", g->package[i].name, out);
		sum("lines", &g->package[i].sum, out);
		fprintf(out, ", \"whole\": %lu}", g->package[i].whole);
	}
	fprintf(out, "],\n     \"text_bytes\": %lu, \"data_bytes\": %lu, \"share_before\": %u, "
	        "\"violated\": %s",
	        g->text, g->data, g->share, g->violation != NULL ? "true" : "false");
	print_comparison(r, g, out);
	fputc('}', out);
}

static void
print_interface(const struct report *r, unsigned p, FILE *out)
{
	const struct part *part = &r->parts[p];
	const struct component *k = p < PART_FIRST ? NULL :
		&r->scenario->components[p - PART_FIRST];
	struct complexity c = complexity_of(r, part, SOURCE_OWN);

	fputs("\n     \"serves\": [", out);
	for (unsigned i = 0; k != NULL && i < k->serves_count; i++)
		fprintf(out, "%s{\"session\": \"%s\", \"entry_points\": %u}", i > 0 ? ", " : "",
		        k->serves[i]->name, entry_points(k->serves[i]->name));
	fputs("], ", out);
	list("system_calls", part->system_calls.text, out);
	fputs(", ", out);
	list("session_stubs", part->stubs.text, out);
	fprintf(out, ",\n     \"capabilities\": %u, \"mappings\": %u, \"budget\": %u, "
	        "\"sha256\": \"%s\",\n     \"complexity\": {\"functions\": %u, \"total\": %u, "
	        "\"max\": %u, \"max_function\": \"%s\"},\n     ",
	        part->caps, part->mappings, k != NULL ? k->budget : 0, part->hash, c.functions,
	        c.total, c.max, c.max_name);
}

// Texts, as an array.
static void
texts(const char *name, const char *const *text, unsigned n, FILE *out)
{
	fprintf(out, "\"%s\": [", name);
	for (unsigned i = 0; i < n; i++) {
		fputs(i > 0 ? ", " : "", out);
		string(text[i], out);
	}
	fputs("], ", out);
}

static void
flag(const char *name, bool set, FILE *out)
{
	fprintf(out, "\"%s\": %s, ", name, set ? "true" : "false");
}

// What the scenario gives this component besides memory of its own.
static void
print_rights(const struct report *r, const struct component *k, FILE *out)
{
	struct right right;

	texts("modules", k->modules, k->module_count, out);
	fputs("\n     \"rights\": [", out);
	for (unsigned i = 0; component_right(k, i, &right); i++) {
		fputs(i > 0 ? ",\n      {" : "{", out);
		field("right", right.text, out);
		field("what", right.what, out);
		flag("all_memory", (right.powers & POWER_ALL) != 0, out);
		flag("reset", (right.powers & POWER_RESET) != 0, out);
		flag("interrupts", (right.powers & POWER_INTERRUPTS) != 0, out);
		flag("unknown", (right.powers & POWER_UNKNOWN) != 0, out);
		field("reason", right.reason != NULL ? right.reason : "", out);
		fputs("\"reviewed\": ", out);
		string(right.reviewed != NULL ? right.reviewed : "", out);
		fputc('}', out);
	}
	fputs("],\n     \"uses\": [", out);
	for (unsigned i = 0; i < k->use_count; i++) {
		const struct use *u = &k->uses[i];

		fputs(i > 0 ? ",\n      {" : "{", out);
		field("session", u->type->name, out);
		field("server", r->scenario->components[u->server].name, out);
		field("label", u->label, out);
		flag("signal_up", u->type->up, out);
		flag("signal_down", u->type->down, out);
		fprintf(out, "\"shared_bytes\": %llu}", (unsigned long long)u->shared);
	}
	fputs("],\n     ", out);
}

static void
print_assets(const struct scenario *s, FILE *out)
{
	fputs("  \"assets\": [", out);
	for (unsigned i = 0; i < s->asset_count; i++) {
		const struct asset *a = &s->assets[i];

		fputs(i > 0 ? ",\n    {" : "{", out);
		field("name", a->name, out);
		texts("modules", a->modules, a->module_count, out);
		texts("sessions", a->sessions, a->session_count, out);
		texts("owners", a->owner_names, a->owner_count, out);
		flag("public", a->public, out);
		fputs("\"ports\": [", out);
		for (unsigned j = 0; j < a->port_count; j++)
			fprintf(out, "%s%u", j > 0 ? ", " : "", a->ports[j]);
		fputs("]}", out);
	}
	fputs("],\n", out);
}

static void
print_part(const struct report *r, unsigned p, FILE *out)
{
	static const char *const kinds[] = { "own", "generated", "third party" };
	const struct part *part = &r->parts[p];
	struct sum own = report_part(r, p, SOURCE_OWN),
		   third = report_part(r, p, SOURCE_THIRD_PARTY);
	struct sum generated = report_part(r, p, SOURCE_GENERATED);

	fputs("    {", out);
	field("name", part->name, out);
	field("program", part->program, out);
	field("role", part->trusted ? "trusted" : "legacy", out);
	print_interface(r, p, out);
	fprintf(out, "\"tsc\": %s, ", p < PART_FIRST ||
	        r->scenario->components[p - PART_FIRST].tsc ? "true" : "false");
	if (p >= PART_FIRST)
		print_rights(r, &r->scenario->components[p - PART_FIRST], out);
	if (p >= PART_FIRST && r->scenario->components[p - PART_FIRST].subsystem_count > 0)
		subsystems_json(r, p - PART_FIRST, out);
	fprintf(out, "\"rests_on\": {\"own\": %lu, \"third_party\": %lu, \"shown\": \"%s\"},\n"
	        "     ", part->rests_on.own, part->rests_on.third_party,
	        part->label != NULL ? part->rests_on_text : "");
	sum("own", &own, out);
	fputs(", ", out);
	sum("third_party", &third, out);
	fputs(", ", out);
	sum("generated", &generated, out);
	fprintf(out,
	        ",\n     \"text\": %lu, \"rodata\": %lu, \"data\": %lu, \"bss\": %lu,\n     "
	        "\"files\": [",
	        part->sizes.text, part->sizes.rodata, part->sizes.data, part->sizes.bss);
	for (unsigned i = 0; i < part->source_count; i++) {
		const struct source *s = &r->sources[part->sources[i]];

		fprintf(out, "%s\n      {", i > 0 ? "," : "");
		field("path", s->path, out);
		field("kind", kinds[s->kind], out);
		fprintf(out, "\"code\": %lu, \"comment\": %lu, \"blank\": %lu, "
		        "\"linked\": %lu}", s->lines.code, s->lines.comment, s->lines.blank,
		        report_linked(s, part->linked[i]));
	}
	fputs("]}", out);
}

static void
print_outside(FILE *out)
{
	unsigned long bytes;
	const char *name;

	fputs("\n  \"outside\": [", out);
	for (unsigned i = 0; outside_thing(i, &name, &bytes); i++)
		fprintf(out, "%s{\"name\": \"%s\", \"bytes\": %lu}", i > 0 ? ", " : "",
		        name, bytes);
	fputs("],", out);
}

void
report_json(const struct report *r, FILE *out)
{
	fputs("{\n  \"schema\": 1, ", out);
	field("scenario", r->scenario->name, out);
	field("title", r->scenario->title, out);
	field("purpose", r->scenario->purpose, out);
	field("plan_sha256", r->plan_hash, out);
	fprintf(out, "\"virtualization\": %lu, ", r->virtualization);
	field("not_counted", NOT_COUNTED, out);
	print_outside(out);
	fputs("\n  \"goals\": [\n", out);
	for (unsigned i = 0; i < r->goal_count; i++) {
		print_goal(r, &r->goals[i], out);
		fputs(i + 1 < r->goal_count ? ",\n" : "\n", out);
	}
	fputs("  ],\n", out);
	print_assets(r->scenario, out);
	fputs("  \"components\": [\n", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		print_part(r, p, out);
		fputs(p + 1 < r->part_count ? ",\n" : "\n", out);
	}
	fputs("  ]\n}\n", out);
}
