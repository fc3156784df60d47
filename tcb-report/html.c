// SPDX-License-Identifier: MIT
// The report of one scenario as an HTML page that needs nothing else: no
// script, no font, no picture from elsewhere.
#include <string.h>
#include "tcb-report/html.h"

// One colour segment per member, as long as it has lines.
static void
print_stack(const struct report *r, const struct goal_report *g, FILE *out)
{
	unsigned long total = 0;

	for (unsigned p = 0; p < r->part_count; p++)
		if (g->member[p])
			total += report_part(r, p, SOURCE_OWN).lines.code;
	fputs("<div class=\"stack\">", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		unsigned long n = report_part(r, p, SOURCE_OWN).lines.code;

		if (!g->member[p])
			continue;
		fprintf(out,
		        "<span style=\"width:%.2f%%;background:%s\" title=\"%s: %lu lines\">"
		        "</span>",
		        total > 0 ? 100.0 * (double)n / (double)total : 0, html_colour(p),
		        r->parts[p].name, n);
	}
	fputs("</div>\n", out);
}

static void
print_figure(unsigned long n, const char *what, FILE *out)
{
	fputs("<div><b>", out);
	html_number(n, out);
	fputs("</b>", out);
	html_element("span", what, out);
	fputs("</div>\n", out);
}

static void
print_figures(const struct report *r, const struct goal_report *g, FILE *out)
{
	unsigned members = 0;

	for (unsigned p = 0; p < r->part_count; p++)
		members += g->member[p];
	fputs("<div class=\"figures\">\n", out);
	print_figure(members, "components", out);
	print_figure(g->own.lines.code, "own lines compiled in", out);
	print_figure(g->own.linked, "of them became machine code", out);
	for (unsigned i = 0; i < g->package_count; i++) {
		char what[128];

		snprintf(what, sizeof what, "lines of %s, linked", g->package[i].name);
		print_figure(g->package[i].sum.linked, what, out);
	}
	print_figure(g->text, "bytes of code and constants", out);
	fputs("</div>\n", out);
}

static void
print_member(const struct report *r, const struct goal_report *g, unsigned p, FILE *out)
{
	const struct part *part = &r->parts[p];
	struct sum own = report_part(r, p, SOURCE_OWN),
		   third = report_part(r, p, SOURCE_THIRD_PARTY);

	fprintf(out, "<tr><td><span style=\"color:%s\">&#9632;</span> ", html_colour(p));
	html_text(part->name, out), fputs("</td>", out);
	html_number_cell(own.lines.code, out), html_number_cell(own.linked, out);
	html_number_cell(third.lines.code, out), html_number_cell(third.linked, out);
	html_element("td class=\"quiet why\"", g->reason[p], out);
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
	html_number_cell(g->own.lines.code, out), html_number_cell(g->own.linked, out);
	html_number_cell(third, out), html_number_cell(linked, out);
	fputs("<td class=\"why\"></td></tr></table></div>\n<p class=\"quiet\">Of our own lines ", out);
	html_number(g->own.header, out);
	fputs(" are in headers and ", out);
	html_number(g->own.assembly, out);
	fputs(" in assembly.", out);
	for (unsigned i = 0; i < g->package_count; i++) {
		fputs(" Third party: ", out);
		html_text(g->package[i].name, out);
		fputs(", ", out), html_number(g->package[i].sum.lines.code, out);
		fprintf(out, " lines in %u files compiled in, ", g->package[i].sum.files);
		html_number(g->package[i].whole, out), fputs(" in the whole package.", out);
	}
	if (g->generated.files > 0) {
		fputs(" Besides, ", out), html_number(g->generated.lines.code, out);
		fputs(" generated lines of data: glyphs of fonts.", out);
	}
	fputs("</p>\n", out);
}

static void
print_outsiders(const struct report *r, const struct goal_report *g, FILE *out)
{
	fputs("<h3>Not in, and why</h3>\n<ul>\n", out);
	for (unsigned p = 0; p < r->part_count; p++) {
		if (g->member[p])
			continue;
		fputs("<li><b>", out), html_text(r->parts[p].name, out);
		fprintf(out, "</b> <span class=\"%s\">%s</span>: ",
		        r->parts[p].trusted ? "good" : "warn",
		        r->parts[p].trusted ? "trusted" : "legacy");
		html_text(g->reason[p], out), fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void
print_assumptions(const struct report *r, const struct goal_report *g, FILE *out)
{
	const struct scenario *s = r->scenario;
	const char *why, *name;
	struct right right;
	unsigned long bytes;

	fputs("<details open><summary>What is assumed</summary><ul>\n", out);
	for (unsigned c = 0; c < s->component_count; c++) {
		const struct component *k = &s->components[c];
		bool in = g->member[PART_FIRST + c];

		for (unsigned i = 0; !in && component_right(k, i, &right); i++) {
			fputs("<li>", out), html_text(k->name, out), fputs(" holds ", out);
			html_text(right.text, out), fputs(" (", out), html_text(right.what, out);
			fputs("): ", out), html_text(right.reason, out), fputs(" (", out);
			html_text(right.reviewed, out), fputs(")</li>\n", out);
		}
		for (unsigned i = 0; in && i < k->use_count; i++) {
			why = k->uses[i].relies_not[g->goal->property];
			if (why == NULL)
				continue;
			fputs("<li>", out), html_text(k->name, out);
			fputs(" does not rely on ", out);
			html_text(k->uses[i].server_name, out), fputs(": ", out);
			html_text(why, out), fputs("</li>\n", out);
		}
	}
	html_element("li", NOT_COUNTED, out);
	fputs("<li>Their sizes on the machine that made this: ", out);
	for (unsigned i = 0; outside_thing(i, &name, &bytes); i++) {
		fputs(i > 0 ? ", " : "", out), html_text(name, out), fputc(' ', out);
		html_number(bytes, out);
	}
	fputs(" bytes.</li>\n</ul></details>\n", out);
}

static void
print_goal(const struct report *r, const struct goal_report *g, FILE *out)
{
	fprintf(out, "<h2>%c%s of ", property_name[g->goal->property][0] - 'a' + 'A',
	        property_name[g->goal->property] + 1);
	html_text(g->goal->asset, out), fputs("</h2>\n<p class=\"quiet\">held by ", out);
	html_text(g->goal->holder_name, out), fputs("</p>\n", out);
	if (g->violation != NULL) {
		fputs("<p class=\"bad\">Violated: the legacy component ", out);
		html_text(g->violation, out), fputs(" is part of it.</p>\n", out);
	}
	print_figures(r, g, out);
	print_stack(r, g, out);
	fputs("<div class=\"scroll\"><table class=\"fit\"><tr><th>component</th>"
	      "<th class=\"n\">own lines</th><th class=\"n\">linked</th>"
	      "<th class=\"n\">third party</th><th class=\"n\">linked</th>"
	      "<th class=\"why\">why it is in</th></tr>\n", out);
	for (unsigned p = 0; p < r->part_count; p++)
		if (g->member[p])
			print_member(r, g, p, out);
	print_sums(g, out);
	if (g->goal->property == AVAILABILITY)
		fprintf(out, "<p>Others may take %u %% of the time before members do.</p>\n",
		        g->share);
	print_outsiders(r, g, out);
	print_assumptions(r, g, out);
}

// What others have published, from a file of lines "name | lines | source".
static void
print_published(FILE *out)
{
	FILE *f = fopen("tcb-report/published.txt", "r");
	char line[512], name[64], lines[32], source[300];

	if (f == NULL)
		return;
	fputs("<details><summary>Figures of others, counted in other ways</summary>"
	      "<div class=\"scroll\"><table><tr><th>system</th><th class=\"n\">lines</th>"
	      "<th>source</th></tr>\n", out);
	while (fgets(line, sizeof line, f) != NULL) {
		if (line[0] == '#' || sscanf(line, "%63[^|]| %31[^|]| %299[^\n]", name, lines,
		                             source) != 3)
			continue;
		fputs("<tr>", out);
		html_element("td", name, out);
		html_element("td class=\"n\"", lines, out);
		html_element("td class=\"quiet why\"", source, out);
		fputs("</tr>\n", out);
	}
	fputs("</table></div></details>\n", out);
	fclose(f);
}

// What is in the programs, where that could be counted.
static void
print_like(const struct report *r, FILE *out)
{
	struct like like;

	if (!like_with_like(r, &like))
		return;
	fputs("<h3>What is in the programs</h3>\n<p class=\"quiet\">Files that were compiled into "
	      "the kernel without its modules, the C library and the main programs of the "
	      "packages, as their debug information has it. The others could not be built here."
	      "</p>\n<div class=\"scroll\"><table><tr><th>package</th>"
	      "<th class=\"n\">lines compiled in</th>"
	      "<th class=\"n\">became machine code</th></tr>\n", out);
	for (unsigned i = 0; i < r->baseline_count; i++) {
		const struct baseline *b = &r->baseline[i];

		fputs("<tr>", out), html_element("td", b->name, out);
		if (b->compiled > 0)
			html_number_cell(b->compiled, out), html_number_cell(b->linked, out);
		else
			fputs("<td class=\"n\">not counted</td><td></td>", out);
		fputs("</tr>\n", out);
	}
	fputs("<tr class=\"sum\"><td>the largest goal here</td>", out);
	html_number_cell(like.ours, out), html_number_cell(like.ours_linked, out);
	fprintf(out, "</tr></table></div>\n<p>At least %.0f and %.0f times less.</p>\n",
	        (double)like.compiled / (double)like.ours,
	        (double)like.linked / (double)like.ours_linked);
}

// Only like with like: whole packages here and there.
static void
print_comparison(const struct report *r, FILE *out)
{
	unsigned long ours = 0, other = 0, longest = 0;

	if (r->baseline_count == 0)
		return;
	for (unsigned i = 0; i < r->goal_count; i++)
		ours = goal_whole(r, &r->goals[i]) > ours ? goal_whole(r, &r->goals[i]) : ours;
	for (unsigned i = 0; i < r->baseline_count; i++) {
		other += r->baseline[i].lines.code;
		longest = r->baseline[i].lines.code > longest ? r->baseline[i].lines.code : longest;
	}
	fputs("<h2>Instead of what</h2>\n<p class=\"quiet\">Lines of code of whole packages as "
	      "they come, compiled in or not, of what one would trust otherwise and of everything "
	      "here (all programs of all scenarios, without tests, and the libraries of the "
	      "largest goal). Much of it never runs in either: of Linux, most drivers.</p>\n"
	      "<div class=\"bars\">\n", out);
	for (unsigned i = 0; i < r->baseline_count; i++) {
		char name[80];

		snprintf(name, sizeof name, "%s %s", r->baseline[i].name, r->baseline[i].version);
		html_bar(name, r->baseline[i].lines.code, longest, "#b9c1ca", out);
	}
	html_bar("Vitrine and libraries", ours, longest, "#2f7d4f", out);
	fprintf(out, "</div>\n<p>%.0f times less source to trust.</p>\n",
	        ours > 0 ? (double)other / (double)ours : 0);
	print_like(r, out);
	print_published(out);
}

// The drawing that `make tcb` put beside the build, if it did.
static void
print_svg(const char *path, FILE *out)
{
	FILE *f = fopen(path, "r");
	bool begun = false;
	char line[4096];

	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		begun |= strncmp(line, "<svg", 4) == 0;
		if (begun)
			fputs(line, out);
	}
	if (f != NULL)
		fclose(f);
}

static void
print_drawing(const struct report *r, const char *svg, FILE *out)
{
	fputs("<div class=\"card\">\n", out);
	for (unsigned i = 0; i < r->goal_count; i++) {
		const struct goal *g = r->goals[i].goal;

		fprintf(out, "<style>#g%u:checked~.drawing .part:not(.in%u){opacity:.16}</style>\n"
		        "<input type=\"radio\" name=\"goal\" id=\"g%u\"%s>"
		        "<label for=\"g%u\">%s of ",
		        i, i, i, i == 0 ? " checked" : "", i, property_name[g->property]);
		html_text(g->asset, out);
		fputs("</label>\n", out);
	}
	fputs("<div class=\"drawing\">\n", out);
	print_svg(svg, out);
	fputs("</div>\n<p class=\"quiet\">What the chosen goal rests on is drawn in full. Green: "
	      "trusted, orange: legacy. An arrow is a session, from client to server; a circle at "
	      "its tail: signals come back. There is no other way from one component to "
	      "another.</p>\n"
	      "</div>\n", out);
}

void
report_html(const struct report *r, const char *svg, FILE *out)
{
	html_head(r->scenario->title, out);
	html_element("h1", r->scenario->title, out);
	html_element("p", r->scenario->purpose, out);
	print_drawing(r, svg, out);
	for (unsigned i = 0; i < r->goal_count; i++)
		print_goal(r, &r->goals[i], out);
	print_comparison(r, out);
	html_components(r, out);
	html_files(r, out);
	html_foot(out);
}
