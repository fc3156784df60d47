// SPDX-License-Identifier: MIT
// The overview of all scenarios, and the pieces that all pages share.
#include <string.h>
#include "tcb-report/html.h"

static const char style[] =
	"<style>\n"
	"body{font:16px/1.55 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;"
	"color:#1c2530;background:#fafaf8}\n"
	"h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}\n"
	"h2{font-size:1.2rem;line-height:1.3;margin:2.6rem 0 .3rem}\n"
	"h3{font-size:1rem;margin:1.3rem 0 .2rem}p{margin:.3rem 0}\n"
	"a{color:#245f8f}.quiet{color:#5a6675;font-size:.92em}.bad{color:#9c2828;font-weight:600}\n"
	".good{color:#24673c}.warn{color:#85480a}.hash{font:.85em/1.5 ui-monospace,monospace;"
	"overflow-wrap:anywhere}td.hash{white-space:nowrap}\n"
	".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.6rem 0}\n"
	"th{font-weight:600;font-size:.85em;text-align:left;vertical-align:bottom;color:#5a6675;"
	"border-bottom:1px solid #b9c1ca;padding:.25rem .5rem}\n"
	"td{padding:.28rem .5rem;border-bottom:1px solid #e6e8ea;vertical-align:top}\n"
	".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	".sum td{font-weight:600;border-top:1px solid #b9c1ca}\n"
	".figures{display:flex;flex-wrap:wrap;gap:.4rem 2.2rem;margin:.8rem 0}\n"
	".figures b{display:block;font-size:1.5rem;font-weight:600;line-height:1.2}\n"
	".figures span{color:#5a6675;font-size:.88em}\n"
	".stack{display:flex;height:1.4rem;border-radius:4px;overflow:hidden;margin:.6rem 0}\n"
	".stack span{display:block;height:100%}\n"
	".bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:.3rem .8rem;"
	"align-items:center;margin:.8rem 0}\n"
	".bars i{display:block;height:1rem;min-width:2px;border-radius:3px}\n"
	".card{background:#fff;border:1px solid #e1e4e7;border-radius:8px;"
	"padding:1rem;margin:1rem 0}\n"
	".card label{display:inline-block;padding:.2rem .7rem;margin:.15rem .2rem .15rem 0;"
	"border:1px solid #c9ced4;border-radius:1rem;cursor:pointer;font-size:.9em}\n"
	".card input{position:absolute;opacity:0}.card input:checked+label{background:#245f8f;"
	"border-color:#245f8f;color:#fff}"
	".card input:focus-visible+label{outline:2px solid #1c2530}\n"
	".drawing{text-align:center;margin-top:.8rem;overflow-x:auto}\n"
	".drawing svg{max-width:100%;height:auto}\n"
	"td:first-child{white-space:nowrap}.files td:first-child{white-space:normal}"
	".why{min-width:13rem}.drawing svg{min-width:32rem}\n"
	"details{margin:.3rem 0}summary{cursor:pointer;color:#245f8f}td details{margin:0}\n"
	".names{display:block;text-align:left;white-space:normal;min-width:9rem;"
	"font:.85em/1.5 ui-monospace,monospace}\n"
	"ul{margin:.3rem 0;padding-left:1.2rem}\n"
	"@media(max-width:40rem){body{margin:1rem auto;font-size:15px}.figures b{font-size:1.2rem}"
	".bars{grid-template-columns:6.5rem 1fr max-content;font-size:.92em}"
	".card{padding:.7rem}"
	// a row is two lines there: names and figures, and below them the reason
	".fit tr{display:grid;grid-template-columns:minmax(6rem,1fr) repeat(4,3.4rem);"
	"border-bottom:1px solid #e1e4e7}.fit td,.fit th{border:0;padding:.15rem}"
	".fit td:first-child{white-space:normal}.fit .why{grid-column:1/-1;min-width:0}}\n"
	"@media print{body{background:#fff;max-width:none;margin:0;font-size:10pt}"
	".stack,.bars i,.card label{-webkit-print-color-adjust:exact;print-color-adjust:exact}"
	"h2,h3{break-after:avoid}table,.card,.bars{break-inside:avoid}.files{display:none}"
	"table{font-size:.78em}th,td{padding:.2rem .22rem}.why{min-width:0}"
	".drawing svg{min-width:0}.scroll,.drawing{overflow:visible}}\n"
	"</style>\n";

void
html_text(const char *text, FILE *out)
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

void
html_element(const char *tag, const char *text, FILE *out)
{
	fprintf(out, "<%s>", tag);
	html_text(text, out);
	fprintf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void
html_number(unsigned long n, FILE *out)
{
	if (n >= 1000) {
		html_number(n / 1000, out);     // at most seven times
		fprintf(out, "&#8239;%03lu", n % 1000);
	} else {
		fprintf(out, "%lu", n);
	}
}

void
html_number_cell(unsigned long n, FILE *out)
{
	fputs("<td class=\"n\">", out);
	html_number(n, out);
	fputs("</td>", out);
}

void
html_bar(const char *name, unsigned long n, unsigned long longest, const char *colour,
         FILE *out)
{
	html_element("span", name, out);
	fprintf(out, "<i style=\"width:%.3f%%;background:%s\"></i><span class=\"n\">",
	        longest > 0 ? 100.0 * (double)n / (double)longest : 0, colour);
	html_number(n, out);
	fputs("</span>\n", out);
}

const char *
html_colour(unsigned part)
{
	static const char *const colours[] = { "#37526d", "#6a8caf", "#9bb8d3", "#c9a227",
		                               "#8c6d1f", "#4f8a6e", "#93b7a5", "#a65d57",
		                               "#c9958f", "#77628c" };

	return colours[part % (sizeof colours / sizeof colours[0])];
}

void
html_head(const char *title, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n", out);
	html_element("title", title, out);
	fputs(style, out);
	fputs("</head><body>\n", out);
}

void
html_foot(FILE *out)
{
	html_element("p class=\"quiet\"", NOT_COUNTED, out);
	fputs("</body></html>\n", out);
}

static void
print_goal(const struct report *r, const struct goal_report *g, FILE *out)
{
	unsigned long third = 0;
	unsigned members = 0;

	for (unsigned p = 0; p < r->part_count; p++)
		members += g->member[p];
	for (unsigned k = 0; k < g->package_count; k++)
		third += g->package[k].sum.linked;
	fprintf(out, "<tr><td><a href=\"%s.html\">", r->scenario->name);
	html_text(r->scenario->title, out);
	fprintf(out, "</a></td><td>%s of ", property_name[g->goal->property]);
	html_text(g->goal->asset, out);
	fputs(g->violation != NULL ? " <span class=\"bad\">violated</span></td>" : "</td>", out);
	html_number_cell(members, out);
	html_number_cell(g->own.lines.code, out);
	html_number_cell(g->own.linked, out);
	html_number_cell(third, out);
	fputs("</tr>\n", out);
}

void
report_index(const struct report *r, unsigned count, FILE *out)
{
	html_head("Vitrine: what security goals rest on", out);
	fputs("<h1>What each security goal rests on</h1>\n"
	      "<p class=\"quiet\">One line per goal of each scenario. Linked lines are those that "
	      "became machine code.</p>\n<div class=\"scroll\"><table><tr><th>scenario</th>"
	      "<th>goal</th><th class=\"n\">compo&shy;nents</th><th class=\"n\">own lines</th>"
	      "<th class=\"n\">linked</th><th class=\"n\">third party, linked</th></tr>\n", out);
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < r[i].goal_count; j++)
			print_goal(&r[i], &r[i].goals[j], out);
	fputs("</table></div>\n", out);
	html_foot(out);
}
