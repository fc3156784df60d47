// SPDX-License-Identifier: MIT
// What each component is made of and can ask for, and the files behind every
// number.
#include <string.h>
#include "tcb-report/html.h"

static void
print_serves(const struct component *k, FILE *out)
{
	fputs("<td>", out);
	for (unsigned i = 0; k != NULL && i < k->serves_count; i++) {
		fputs(i > 0 ? ", " : "", out);
		html_text(k->serves[i]->name, out);
		unsigned n = entry_points(k->serves[i]->name);
		if (n > 0)
			fprintf(out, "&#160;(%u)", n);
	}
	fputs("</td>", out);
}

// A count that names what it counts when it is opened.
static void
print_names(const struct names *n, FILE *out)
{
	if (n->count == 0) {
		fputs("<td class=\"n\">0</td>", out);
		return;
	}
	fprintf(out, "<td class=\"n\"><details><summary>%u</summary><span class=\"names\">",
	        n->count);
	html_text(n->text, out);
	fputs("</span></details></td>", out);
}

static void
print_component(const struct report *r, unsigned p, FILE *out)
{
	const struct part *part = &r->parts[p];
	const struct component *k = p < PART_FIRST ? NULL :
		&r->scenario->components[p - PART_FIRST];
	struct complexity c = complexity_of(r, part, SOURCE_OWN);
	struct sum own = report_part(r, p, SOURCE_OWN);

	fprintf(out, "<tr><td><span style=\"color:%s\">&#9632;</span> ", html_colour(p));
	html_text(part->name, out);
	fprintf(out, "</td><td class=\"%s\">%s</td>", part->trusted ? "good" : "warn",
	        part->trusted ? "trusted" : "legacy");
	html_number_cell(own.lines.code, out);
	if (k != NULL && k->budget > 0)
		html_number_cell(k->budget, out);
	else
		fputs("<td></td>", out);
	print_serves(k, out);
	if (p == PART_KERNEL)           // it contains no stubs: it is what they call
		fputs("<td></td><td></td>", out);
	else
		print_names(&part->system_calls, out), print_names(&part->stubs, out);
	if (part->caps > 0)
		html_number_cell(part->caps, out);
	else
		fputs("<td></td>", out);
	fprintf(out, "<td class=\"n\" title=\"%u functions, %s\">%u / %u</td>", c.functions,
	        c.max_name, c.total, c.max);
	html_number_cell(part->sizes.text + part->sizes.rodata, out);
	html_number_cell(part->sizes.data + part->sizes.bss, out);
	fprintf(out, "<td class=\"hash\" title=\"%s\">%.8s</td></tr>\n", part->hash, part->hash);
}

// What X-ray mode shows beside the labels.
static void
print_labels(const struct report *r, FILE *out)
{
	bool head = false;

	for (unsigned p = PART_FIRST; p < r->part_count; p++) {
		if (r->parts[p].label == NULL)
			continue;
		fputs(head ? ", " : "<p>In X-ray mode beside each label, what the view's integrity "
		      "rests on, own code + libraries: ", out);
		fputs("<b>", out), html_text(r->parts[p].label, out);
		fputs("</b> ", out), html_text(r->parts[p].rests_on_text, out);
		head = true;
	}
	fputs(head ? ".</p>\n" : "", out);
}

// Who can measure what others do.
static void
print_counter(const struct report *r, FILE *out)
{
	fputs("<p>The time-stamp counter is read by kernel, init", out);
	for (unsigned i = 0; i < r->scenario->component_count; i++)
		if (r->scenario->components[i].tsc) {
			fputs(", ", out);
			html_text(r->scenario->components[i].name, out);
		}
	fputs("; all others know milliseconds.</p>\n", out);
}

void
html_components(const struct report *r, FILE *out)
{
	fputs("<h2>Components</h2>\n<p class=\"quiet\">Entry points in brackets behind each "
	      "session served. Complexity is McCabe's, of all functions and of the largest. The "
	      "hash is of what is loaded", out);
	if (r->plan_hash[0] != '\0')
		fputs(", and the boot plan was found to contain just that", out);
	fputs(".</p>\n<div class=\"scroll\"><table><tr><th>component</th><th>role</th>"
	      "<th class=\"n\">own<br>lines</th><th class=\"n\">budget</th><th>serves</th>"
	      "<th class=\"n\">system<br>calls</th><th class=\"n\">session<br>calls</th>"
	      "<th class=\"n\">capa-<br>bilities</th><th class=\"n\">complexity</th>"
	      "<th class=\"n\">code<br>bytes</th><th class=\"n\">data<br>bytes</th>"
	      "<th>SHA-256</th></tr>\n", out);
	for (unsigned p = 0; p < r->part_count; p++)
		print_component(r, p, out);
	fputs("</table></div>\n", out);
	print_counter(r, out);
	subsystems_html(r, out);
	print_labels(r, out);
	if (r->plan_hash[0] != '\0')
		fprintf(out, "<p class=\"quiet\">Boot plan in the image: <span class=\"hash\">%s"
		        "</span></p>\n", r->plan_hash);
}

static void
print_part_files(const struct report *r, const struct part *part, FILE *out)
{
	static const char *const kinds[] = { "", "generated", "third party" };

	fputs("<details class=\"files\"><summary>", out);
	html_text(part->name, out);
	fprintf(out, " (%s): %u files</summary>\n<div class=\"scroll\"><table>\n"
	        "<tr><th>file</th><th></th><th class=\"n\">code</th><th class=\"n\">comment</th>"
	        "<th class=\"n\">blank</th></tr>\n",
	        part->trusted ? "trusted" : "legacy", part->source_count);
	for (unsigned i = 0; i < part->source_count; i++) {
		const struct source *s = &r->sources[part->sources[i]];

		fputs("<tr>", out);
		html_element("td", s->path, out);
		html_element("td class=\"quiet\"", kinds[s->kind], out);
		html_number_cell(s->lines.code, out);
		html_number_cell(s->lines.comment, out);
		html_number_cell(s->lines.blank, out);
		fputs("</tr>\n", out);
	}
	fputs("</table></div></details>\n", out);
}

void
html_files(const struct report *r, FILE *out)
{
	fputs("<h2>Files</h2>\n<p class=\"quiet\">Every source and header that was compiled in, as "
	      "cloc counts it.</p>\n", out);
	for (unsigned p = 0; p < r->part_count; p++)
		print_part_files(r, &r->parts[p], out);
}
