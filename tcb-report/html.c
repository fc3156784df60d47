// SPDX-License-Identifier: MIT
// The report as an HTML page that needs nothing else, and the overview of all
// scenarios.
#include <string.h>
#include "tcb-report/report.h"

static const char style[] =
	"<style>\n"
	"body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 "
        "1rem;color:#1c2530;background:#fbfbfa}\n"
	"h1{font-size:1.7rem;margin-bottom:0}h2{font-size:1.15rem;margin:2.5rem 0 "
        ".2rem}p{margin:.3rem 0}\n"
	".quiet{color:#66707c}.bad{color:#b3261e;font-weight:600}\n"
	"table{border-collapse:collapse;width:100%;margin:.7rem 0}\n"
	"th{font-weight:600;text-align:left;color:#66707c;border-bottom:1px solid "
        "#c9ced4;padding:.25rem .6rem}\n"
	"td{padding:.25rem .6rem;border-bottom:1px solid #eceeef;vertical-align:top}\n"
	".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	".bar{display:flex;height:1.3rem;border-radius:3px;overflow:hidden;background:#eceeef;"
        "margin:.6rem 0}\n"
	".bar span{display:block;height:100%}.sum td{font-weight:600;border-top:1px solid "
        "#c9ced4}\n"
	"details{margin:.3rem 0}summary{cursor:pointer;color:#66707c}\n"
	"</style>\n";

static void
escape(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '&': fputs("&amp;", out); break;
		case '"': fputs("&quot;", out); break;
		default: fputc(*text, out);
		}
	}
}

static void
cell(const char *tag, const char *text, FILE *out)
{
	fprintf(out, "<%s>", tag);
	escape(text, out);
	fprintf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

static void
head(const char *title, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n", out);
	cell("title", title, out);
	fputs(style, out);
	fputs("</head><body>\n", out);
}

// One colour per part, by its place.
static const char *
colour(unsigned part)
{
	static const char *const colours[] = { "#37526d", "#6a8caf", "#9bb8d3", "#c9a227",
		                               "#8c6d1f", "#4f8a6e", "#93b7a5", "#a65d57",
		                               "#c9958f", "#77628c" };

	return colours[part % (sizeof colours / sizeof colours[0])];
}

static void
print_bar(const struct report *r, const struct goal_report *g, FILE *out)
{
	unsigned long total = 0;

	for (unsigned p = 0; p < r->part_count; p++)
		if (g->member[p])
			total += report_part(r, p, SOURCE_OWN).lines.code;
	fputs("<div class=\"bar\">", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		unsigned long n = report_part(r, p, SOURCE_OWN).lines.code;

		if (!g->member[p])
			continue;
		fprintf(out,
		        "<span style=\"width:%.2f%%;background:%s\" title=\"%s: %lu "
		        "lines\"></span>",
		        total > 0 ? 100.0 * (double)n / (double)total : 0, colour(p),
		        r->parts[p].name, n);
	}
	fputs("</div>\n", out);
}

static void
number_cell(unsigned long n, FILE *out)
{
	fprintf(out, "<td class=\"n\">%lu</td>", n);
}

static void
print_member(const struct report *r, const struct goal_report *g, unsigned p, FILE *out)
{
	const struct part *part = &r->parts[p];
	struct sum own = report_part(r, p, SOURCE_OWN),
		   third = report_part(r, p, SOURCE_THIRD_PARTY);

	fprintf(out, "<tr><td><span style=\"color:%s\">&#9632;</span> ", colour(p));
	escape(part->name, out), fputs("</td>", out);
	number_cell(own.lines.code, out), number_cell(own.linked, out);
	number_cell(third.lines.code, out), number_cell(third.linked, out);
	number_cell(part->sizes.text, out);
	cell("td class=\"quiet\"", g->reason[p], out);
	fputs("</tr>\n", out);
}

static void
print_sums(const struct goal_report *g, FILE *out)
{
	unsigned long third = 0, linked = 0;

	for (unsigned i = 0; i < g->package_count; i++) {
		third += g->package[i].sum.lines.code;
		linked += g->package[i].sum.linked;
	}
	fputs("<tr class=\"sum\"><td>each file once</td>", out);
	number_cell(g->own.lines.code, out), number_cell(g->own.linked, out);
	number_cell(third, out), number_cell(linked, out);
	fputs("<td></td><td class=\"quiet\">", out);
	for (unsigned i = 0; i < g->package_count; i++) {
		fprintf(out, "%s%lu lines of ", i > 0 ? ", " : "", g->package[i].sum.lines.code);
		escape(g->package[i].name, out);
	}
	if (g->generated.files > 0)
		fprintf(out, "%s%lu generated lines of data", g->package_count > 0 ? "; " : "",
		        g->generated.lines.code);
	fputs("</td></tr></table>\n", out);
}

static void
print_assumptions(const struct report *r, const struct goal_report *g, FILE *out)
{
	const struct scenario *s = r->scenario;
	char right[64];
	const char *why;

	fputs("<details><summary>What is assumed</summary><ul>\n", out);
	for (unsigned c = 0; c < s->component_count; c++) {
		const struct component *k = &s->components[c];

		for (unsigned i = 0; !g->member[PART_FIRST + c] && device_right(k, i, right, &why);
		     i++) {
			fputs("<li>", out), escape(k->name, out), fputs(" holds ", out);
			escape(right, out), fputs(": ", out), escape(why, out),
				fputs("</li>\n", out);
		}
		for (unsigned i = 0; g->member[PART_FIRST + c] && i < k->use_count; i++) {
			why = k->uses[i].relies_not[g->goal->property];
			if (why == NULL)
				continue;
			fputs("<li>", out), escape(k->name, out), fputs(" does not rely on ", out);
			escape(k->uses[i].server_name, out), fputs(": ", out), escape(why, out);
			fputs("</li>\n", out);
		}
	}
	cell("li", NOT_COUNTED, out);
	fputs("</ul></details>\n", out);
}

static void
print_goal(const struct report *r, const struct goal_report *g, FILE *out)
{
	fputs("<h2>", out);
	escape(property_name[g->goal->property], out), fputs(" of ", out);
	escape(g->goal->asset, out), fputs("</h2>\n<p class=\"quiet\">held by ", out);
	escape(g->goal->holder_name, out), fputs("</p>\n", out);
	if (g->violation != NULL) {
		fputs("<p class=\"bad\">Violated: the legacy component ", out);
		escape(g->violation, out), fputs(" is part of it.</p>\n", out);
	}
	print_bar(r, g, out);
	fputs("<table><tr><th>component</th><th class=\"n\">own lines</th>"
	      "<th class=\"n\">linked</th><th class=\"n\">third party</th>"
	      "<th class=\"n\">linked</th><th class=\"n\">text bytes</th>"
	      "<th>why it is in</th></tr>\n",
	      out);
	for (unsigned p = 0; p < r->part_count; p++)
		if (g->member[p])
			print_member(r, g, p, out);
	print_sums(g, out);
	print_assumptions(r, g, out);
}

static void
print_files(const struct report *r, FILE *out)
{
	fputs("<h2>Files</h2>\n", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		const struct part *part = &r->parts[p];

		fputs("<details><summary>", out);
		escape(part->name, out);
		fprintf(out,
		        " (%s): %u files, %lu bytes of code, %lu of constants, %lu of "
		        "data</summary><table>\n",
		        part->trusted ? "trusted" : "legacy", part->source_count, part->sizes.text,
		        part->sizes.rodata, part->sizes.data + part->sizes.bss);
		fputs("<tr><th>file</th><th class=\"n\">code</th><th class=\"n\">comment</th>"
		      "<th class=\"n\">blank</th></tr>\n", out);
		for (unsigned i = 0; i < part->source_count; i++) {
			const struct source *s = &r->sources[part->sources[i]];

			fputs("<tr>", out);
			cell("td", s->path, out);
			fprintf(out,
			        "<td class=\"n\">%lu</td><td class=\"n\">%lu</td><td "
			        "class=\"n\">%lu</td></tr>\n",
			        s->lines.code, s->lines.comment, s->lines.blank);
		}
		fputs("</table></details>\n", out);
	}
}

void
report_html(const struct report *r, FILE *out)
{
	head(r->scenario->title, out);
	cell("h1", r->scenario->title, out);
	cell("p class=\"quiet\"", r->scenario->purpose, out);
	for (unsigned i = 0; i < r->goal_count; i++)
		print_goal(r, &r->goals[i], out);
	print_files(r, out);
	fputs("<p class=\"quiet\">Lines are those of every source and header that was compiled in, "
	      "as cloc counts them; linked: those that the debug line table of the program "
	      "gives machine code to.</p>\n</body></html>\n", out);
}

void
report_index(const struct report *r, unsigned count, FILE *out)
{
	head("What each goal rests on", out);
	fputs("<h1>What each goal rests on</h1>\n<table><tr><th>scenario</th><th>goal</th>"
	      "<th class=\"n\">components</th><th class=\"n\">own lines</th><th class=\"n\">third "
	      "party</th></tr>\n",
	      out);
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < r[i].goal_count; j++) {
			const struct goal_report *g = &r[i].goals[j];
			unsigned long third = 0;
			unsigned members = 0;

			for (unsigned p = 0; p < r[i].part_count; p++)
				members += g->member[p];
			for (unsigned k = 0; k < g->package_count; k++)
				third += g->package[k].sum.lines.code;
			fprintf(out, "<tr><td><a href=\"%s.html\">", r[i].scenario->name);
			escape(r[i].scenario->title, out);
			fprintf(out, "</a></td><td>%s of ", property_name[g->goal->property]);
			escape(g->goal->asset, out);
			fprintf(out,
			        "%s</td><td class=\"n\">%u</td><td class=\"n\">%lu</td><td "
			        "class=\"n\">%lu</td></tr>\n",
			        g->violation != NULL ? " <span class=\"bad\">violated</span>" : "",
			        members, g->own.lines.code, third);
		}
	fputs("</table>\n", out);
	cell("p class=\"quiet\"", NOT_COUNTED, out);
	fputs("</body></html>\n", out);
}
