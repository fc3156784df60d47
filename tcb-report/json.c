// SPDX-License-Identifier: MIT
// The report as JSON, for programs.
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
	        "\"linked\": %lu}",
	        name, n->files, n->lines.code, n->lines.comment, n->lines.blank,
	        n->linked);
}

static void
print_goal(const struct report *r, const struct goal_report *g, FILE *out)
{
	const char *comma = "";

	fputs("    {", out);
	field("asset", g->goal->asset, out);
	field("property", property_name[g->goal->property], out);
	field("holder", g->goal->holder_name, out);
	fputs("\n     \"members\": [", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		if (!g->member[p])
			continue;
		fprintf(out, "%s\n      {", comma);
		field("name", r->parts[p].name, out);
		fputs("\"reason\": ", out);
		string(g->reason[p], out);
		fputc('}', out);
		comma = ",";
	}
	fputs("],\n     ", out);
	sum("own", &g->own, out);
	fputs(",\n     ", out);
	sum("generated", &g->generated, out);
	fputs(",\n     \"third_party\": [", out);
	for (unsigned i = 0; i < g->package_count; i++) {
		fprintf(out, "%s{", i > 0 ? ", " : "");
		field("name", g->package[i].name, out);
		sum("lines", &g->package[i].sum, out);
		fputc('}', out);
	}
	fprintf(out, "],\n     \"text_bytes\": %lu, \"data_bytes\": %lu, \"violated\": %s}",
	        g->text, g->data, g->violation != NULL ? "true" : "false");
}

static void
print_part(const struct report *r, unsigned p, FILE *out)
{
	const struct part *part = &r->parts[p];
	struct sum own = report_part(r, p, SOURCE_OWN),
		   third = report_part(r, p, SOURCE_THIRD_PARTY);
	struct sum generated = report_part(r, p, SOURCE_GENERATED);

	fputs("    {", out);
	field("name", part->name, out);
	field("program", part->program, out);
	field("role", part->trusted ? "trusted" : "legacy", out);
	fputs("\n     ", out);
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
		fprintf(out, "\"code\": %lu, \"comment\": %lu, \"blank\": %lu}", s->lines.code,
		        s->lines.comment, s->lines.blank);
	}
	fputs("]}", out);
}

void
report_json(const struct report *r, FILE *out)
{
	fputs("{\n  ", out);
	field("scenario", r->scenario->name, out);
	field("title", r->scenario->title, out);
	field("purpose", r->scenario->purpose, out);
	field("not_counted", NOT_COUNTED, out);
	fputs("\n  \"goals\": [\n", out);
	for (unsigned i = 0; i < r->goal_count; i++) {
		print_goal(r, &r->goals[i], out);
		fputs(i + 1 < r->goal_count ? ",\n" : "\n", out);
	}
	fputs("  ],\n  \"components\": [\n", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		print_part(r, p, out);
		fputs(p + 1 < r->part_count ? ",\n" : "\n", out);
	}
	fputs("  ]\n}\n", out);
}
