// SPDX-License-Identifier: MIT
// Line by line.  Lines of one paragraph are collected and parsed when it ends.

#include <stdlib.h>
#include <string.h>
#include "inline.h"
#include "markdown.h"

enum { INDENT_MAX = 1000, TAB = 4, DIGITS_MAX = 9 };

struct line { const char *s; size_t n; unsigned indent; };

struct parser {
	struct document *d;
	char    *para;                  // the collected text
	size_t   length;
	uint8_t  kind, level;           // of the collected paragraph
	bool     quote;
	char     mark[12];              // what stands before it, in a list
	size_t   mark_length;
	unsigned depth;
	unsigned content[DEPTH_MAX + 1];        // indent of the text of lists 1..depth
	bool     blank;                 // the line before was
	// a fenced block
	char     fence;
	size_t   fence_length;
	unsigned fence_indent;
	// a table
	unsigned columns;               // 0: outside
};

static void
end_paragraph(struct parser *p)
{
	struct block *b;

	if (p->length > 0) {
		b = document_block(p->d, (enum block_kind)p->kind);
		b->level = p->level, b->depth = (uint8_t)p->depth, b->quote = p->quote;
		b->mark = (struct span){ p->d->texts, (uint32_t)p->mark_length };
		document_text(p->d, p->mark, p->mark_length);
		inline_parse(p->d, p->para, p->length, true);
	}
	p->length = 0;
	p->kind = BLOCK_TEXT, p->level = 0;
	p->quote = false, p->mark_length = 0;
}

// A line of the paragraph; two spaces or a backslash at its end break it there.
static void
collect(struct parser *p, const char *s, size_t n)
{
	bool hard = n >= 2 && (s[n - 1] == '\\' || (s[n - 1] == ' ' && s[n - 2] == ' '));

	if (n > 0 && s[n - 1] == '\\')
		n--;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (p->length > 0 && p->para[p->length - 1] != '\n')
		p->para[p->length++] = ' ';
	memcpy(p->para + p->length, s, n);
	p->length += n;
	if (hard)
		p->para[p->length++] = '\n';
}

static size_t
same(const struct line *l, char c)
{
	size_t n = 0;

	while (n < l->n && l->s[n] == c)
		n++;
	return n;
}

// Three or more of c, and spaces.
static bool
is_rule(const struct line *l, char c)
{
	size_t seen = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->s[i] == c)
			seen++;
		else if (l->s[i] != ' ' && l->s[i] != '\t')
			return false;
	}
	return seen >= 3;
}

// Strip what indents the line further.
static void
skip_spaces(struct line *l)
{
	while (l->n > 0 && (*l->s == ' ' || *l->s == '\t')) {
		l->indent += *l->s == '\t' ? TAB - l->indent % TAB : 1;
		l->s++, l->n--;
	}
	if (l->indent > INDENT_MAX)
		l->indent = INDENT_MAX;
}

static bool
is_bullet(char c)
{
	return c == '-' || c == '*' || c == '+';
}

// A list marker: its length with the spaces behind it, 0 if there is none.
static size_t
list_marker(const struct line *l)
{
	size_t n = 0;

	if (l->n > 0 && is_bullet(*l->s)) {
		n = 1;
	} else {
		while (n < l->n && n < DIGITS_MAX && l->s[n] >= '0' && l->s[n] <= '9')
			n++;
		if (n == 0 || n >= l->n || (l->s[n] != '.' && l->s[n] != ')'))
			return 0;
		n++;
	}
	if (n >= l->n || (l->s[n] != ' ' && l->s[n] != '\t'))
		return 0;
	while (n < l->n && l->s[n] == ' ')
		n++;
	return n;
}

static void
list_item(struct parser *p, struct line *l, size_t marker)
{
	static const char bullet[] = "\u2022";
	size_t mark = 0;

	end_paragraph(p);
	while (p->depth > 0 && l->indent < p->content[p->depth])
		p->depth--;
	if (p->depth < DEPTH_MAX)
		p->depth++;
	p->content[p->depth] = l->indent + (unsigned)(marker < TAB + 2 ? marker : TAB + 2);
	while (!is_bullet(*l->s) && l->s[mark] != ' ' && l->s[mark] != '\t')
		mark++;
	p->mark_length = mark > 0 ? mark : sizeof bullet - 1;
	memcpy(p->mark, mark > 0 ? l->s : bullet, p->mark_length);
	l->s += marker, l->n -= marker;
	skip_spaces(l);
	collect(p, l->s, l->n);
	if (p->length == 0)             // an item without words still has its mark
		p->para[p->length++] = ' ';
}

static void
heading(struct parser *p, const struct line *l, size_t level)
{
	size_t from = level, to = l->n;

	while (from < to && l->s[from] == ' ')
		from++;
	while (to > from && (l->s[to - 1] == ' ' || l->s[to - 1] == '#'))
		to--;
	end_paragraph(p);
	p->depth = 0;
	p->kind = BLOCK_HEADING, p->level = (uint8_t)level;
	collect(p, l->s + from, to - from);
	end_paragraph(p);
}

// Code keeps its lines.  Consecutive ones are one block.
static void
code_line(struct parser *p, const char *s, size_t n, bool first)
{
	struct document *d = p->d;
	uint32_t start = d->texts;

	if (first || d->blocks == 0 || d->block[d->blocks - 1].kind != BLOCK_CODE)
		document_block(d, BLOCK_CODE)->depth = (uint8_t)p->depth;
	document_text(d, s, n);
	document_text(d, "\n", 1);
	document_run(d, start, STYLE_CODE, 0);
}

static bool
open_fence(struct parser *p, const struct line *l)
{
	size_t n;

	if (l->n < 3 || (*l->s != '`' && *l->s != '~'))
		return false;
	n = same(l, *l->s);
	if (n < 3 || (*l->s == '`' && memchr(l->s + n, '`', l->n - n) != NULL))
		return false;
	end_paragraph(p);
	while (p->depth > 0 && l->indent < p->content[p->depth])
		p->depth--;
	p->fence = *l->s, p->fence_length = n, p->fence_indent = l->indent;
	document_block(p->d, BLOCK_CODE)->depth = (uint8_t)p->depth;
	return true;
}

// The line as it stands, without the indent of the fence.
static void
fence_line(struct parser *p, const char *s, size_t n, const struct line *l)
{
	size_t marks = same(l, p->fence);

	if (l->indent < p->fence_indent + TAB && marks >= p->fence_length && marks == l->n) {
		p->fence = 0;
		p->blank = true;
		return;
	}
	for (unsigned i = 0; i < p->fence_indent && n > 0 && *s == ' '; i++)
		s++, n--;
	code_line(p, s, n, false);
}

// |---|:--:| under a line with as many cells: the columns, 0 if it is none.
static unsigned
delimiter_row(const struct line *l)
{
	unsigned columns = 0;
	bool dashes = false;

	for (size_t i = 0; i < l->n; i++) {
		char c = l->s[i];

		if (c == '|') {
			columns += dashes;
			dashes = false;
		} else if (c == '-') {
			dashes = true;
		} else if (c != ':' && c != ' ' && c != '\t') {
			return 0;
		}
	}
	columns += dashes;
	return columns <= COLUMNS_MAX && memchr(l->s, '|', l->n) != NULL ? columns : 0;
}

static void
table_row(struct parser *p, const struct line *l, bool head)
{
	size_t at = l->n > 0 && *l->s == '|', n = l->n;

	for (unsigned column = 0; column < p->columns; column++) {
		size_t from = at, to;

		while (at < n && l->s[at] != '|')
			at += l->s[at] == '\\' && at + 1 < n ? 2 : 1;
		to = at;
		while (from < to && (l->s[from] == ' ' || l->s[from] == '\t'))
			from++;
		while (to > from && (l->s[to - 1] == ' ' || l->s[to - 1] == '\t'))
			to--;
		struct block *b = document_block(p->d, BLOCK_CELL);
		b->depth = (uint8_t)p->depth, b->head = head;
		b->column = (uint8_t)column, b->columns = (uint8_t)p->columns;
		inline_parse(p->d, l->s + from, to - from, false);
		at += at < n;
	}
}

// A paragraph line followed by a delimiter row begins a table.
static bool
begin_table(struct parser *p, const struct line *l, const struct line *next)
{
	if (p->length > 0 || memchr(l->s, '|', l->n) == NULL || next->n == 0)
		return false;
	p->columns = delimiter_row(next);
	if (p->columns == 0)
		return false;
	table_row(p, l, true);
	return true;
}

// Lists end where a line after a blank one is indented less than their text.
static void
leave_lists(struct parser *p, const struct line *l)
{
	if (p->blank || p->length == 0)
		while (p->depth > 0 && l->indent < p->content[p->depth])
			p->depth--;
}

// A line that is part of no table and no fence.
static void
text_line(struct parser *p, struct line *l)
{
	size_t marks = same(l, '#'), marker = list_marker(l);

	if (p->length > 0 && p->kind == BLOCK_TEXT && !p->quote && p->depth == 0 &&
	    (is_rule(l, '=') || is_rule(l, '-'))) {
		p->kind = BLOCK_HEADING, p->level = *l->s == '=' ? 1 : 2;
		end_paragraph(p);
	} else if (is_rule(l, '-') || is_rule(l, '*') || is_rule(l, '_')) {
		end_paragraph(p);
		p->depth = 0;
		document_block(p->d, BLOCK_RULE);
	} else if (marks >= 1 && marks <= 6 && (marks == l->n || l->s[marks] == ' ')) {
		heading(p, l, marks);
	} else if (marker > 0 && (p->length == 0 || p->depth > 0 || is_bullet(*l->s) ||
	                          (l->s[0] == '1' && marker < 4))) {
		list_item(p, l, marker);
	} else if (*l->s == '>') {
		if (!p->quote)
			end_paragraph(p);
		p->quote = true;
		l->s++, l->n--;
		skip_spaces(l);
		collect(p, l->s, l->n);
	} else {
		leave_lists(p, l);
		collect(p, l->s, l->n);
	}
}

// The next line without its end; *at moves behind it.  n may be 0.
static struct line
take_line(const char *s, size_t n, size_t *at)
{
	const char *from = s + *at, *lf = memchr(from, '\n', n - *at);
	size_t length = lf != NULL ? (size_t)(lf - from) : n - *at;

	*at += length + (lf != NULL);
	if (length > 0 && from[length - 1] == '\r')
		length--;
	return (struct line){ from, length, 0 };
}

static void
parse_line(struct parser *p, const char *s, size_t n, size_t *at)
{
	struct line raw = take_line(s, n, at), l = raw, next;
	size_t after = *at;

	skip_spaces(&l);
	if (p->fence != 0) {
		fence_line(p, raw.s, raw.n, &l);
		return;
	}
	if (l.n == 0) {
		end_paragraph(p);
		p->columns = 0;
		p->blank = true;
		return;
	}
	if (p->columns > 0) {
		if (memchr(l.s, '|', l.n) != NULL) {
			table_row(p, &l, false);
			return;
		}
		p->columns = 0;
	}
	if (p->length == 0)
		leave_lists(p, &l);
	next = after < n ? take_line(s, n, &after) : (struct line){ s, 0, 0 };
	unsigned inside = p->depth > 0 ? p->content[p->depth] : 0;
	if (p->length == 0 && l.indent >= inside + TAB) {
		size_t skip = inside + TAB < raw.n - l.n ? inside + TAB : raw.n - l.n;

		code_line(p, raw.s + skip, raw.n - skip, p->blank);
	} else if (begin_table(p, &l, &next)) {
		*at = after;
	} else if (!open_fence(p, &l)) {
		text_line(p, &l);
	}
	p->blank = false;
}

bool
markdown_parse(struct document *d, const char *s, size_t n)
{
	struct parser p = { .d = d };
	size_t at = 0;

	n = n < MARKDOWN_MAX ? n : MARKDOWN_MAX;
	// every line adds at most a space and a break to what it has, and it has an end
	p.para = malloc(2 * n + 4);
	if (p.para == NULL)
		return false;
	while (at < n && !d->failed)
		parse_line(&p, s, n, &at);
	end_paragraph(&p);
	free(p.para);
	return !d->failed;
}
