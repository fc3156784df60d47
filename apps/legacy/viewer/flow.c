// SPDX-License-Identifier: MIT
// Breaking lines: words are collected over runs, and put down whole if they fit.

#include <draw/font.h>
#include <draw/theme.h>
#include "flow.h"

enum { CODE_SMALLER = 1, CODE_TAB = 8 };

struct font_id
flow_font(const struct flow *f, unsigned style)
{
	bool code = (style & STYLE_CODE) != 0, bold = f->bold || (style & STYLE_BOLD) != 0;

	return (struct font_id){
		.face = (uint8_t)(code ? FACE_MONO : bold ? FACE_BOLD : FACE_TEXT),
		.size = (uint8_t)(code ? f->size - CODE_SMALLER : f->size),
		.oblique = (style & STYLE_ITALIC) != 0,
	};
}

static int32_t
width_of(const struct flow *f, unsigned style, const char *text, size_t n)
{
	return f->m->width(f->m->self, flow_font(f, style), text, n);
}

static void
new_line(struct flow *f)
{
	if (f->y < LAYOUT_HEIGHT_MAX)
		f->y += f->height;
	f->x = f->left;
	f->space = 0;
	f->line = f->l->pieces;
}

static void
put_fragment(struct flow *f, const struct fragment *g)
{
	struct piece *last = f->l->pieces > f->line ? &f->l->piece[f->l->pieces - 1] : NULL;
	struct font_id font = flow_font(f, g->style);
	int32_t x = f->x + f->space;

	// the same run going on, with what was between the words
	if (last != NULL && last->kind == PIECE_TEXT && last->link == g->link &&
	    last->font.face == font.face && last->font.oblique == font.oblique &&
	    last->text + last->length + (f->space > 0) == g->text) {
		last->length += g->length + (f->space > 0);
		last->w = x + g->width - last->x;
	} else {
		last = layout_piece(f->l, PIECE_TEXT);
		last->font = font, last->code = (g->style & STYLE_CODE) != 0;
		last->x = x, last->y = f->y, last->w = g->width, last->h = f->height;
		last->baseline = f->baseline;
		last->colour = g->link != 0 ? THEME_ACCENT : f->colour;
		last->text = g->text, last->length = g->length, last->link = g->link;
	}
	f->x = x + g->width;
	f->space = 0;
}

// Bytes of the text that fit into `width`; at least one character.
static uint32_t
fitting(const struct flow *f, const struct fragment *g, int32_t width)
{
	size_t at = 0, best = 0;
	int32_t sum = 0;

	while (at < g->length) {
		size_t from = at;

		utf8_next(g->text, g->length, &at);
		sum += width_of(f, g->style, g->text + from, at - from);
		if (sum > width && best > 0)
			break;
		best = at;
	}
	return (uint32_t)best;
}

// A word wider than the line is cut where the line ends.
static void
put_long(struct flow *f, struct fragment g)
{
	while (g.length > 0) {
		int32_t room = f->right - f->x - f->space;
		struct fragment part = g;

		if (room < f->size && f->x > f->left) {
			new_line(f);
			continue;
		}
		part.length = fitting(f, &g, room);
		part.width = width_of(f, g.style, g.text, part.length);
		if (part.width > room && f->x > f->left) {
			new_line(f);
			continue;
		}
		put_fragment(f, &part);
		g.text += part.length, g.length -= part.length;
		if (g.length > 0)
			new_line(f);
	}
}

static void
end_word(struct flow *f)
{
	bool alone = f->word_width > f->right - f->left;

	if (f->fragments == 0)
		return;
	if (!alone && f->x > f->left && f->x + f->space + f->word_width > f->right)
		new_line(f);
	for (unsigned i = 0; i < f->fragments; i++) {
		if (alone)
			put_long(f, f->word[i]);
		else
			put_fragment(f, &f->word[i]);
	}
	f->fragments = 0;
	f->word_width = 0;
}

static void
add_fragment(struct flow *f, const struct run *r, const char *text, size_t n)
{
	if (f->fragments == FRAGMENTS)
		end_word(f);
	struct fragment *g = &f->word[f->fragments++];
	*g = (struct fragment){ text, (uint32_t)n, r->link, r->style,
	                        width_of(f, r->style, text, n) };
	f->word_width += g->width;
	if (f->word_width > LAYOUT_HEIGHT_MAX)
		end_word(f);
}

static bool
is_break(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void
flow_run(struct flow *f, const struct document *d, const struct run *r)
{
	const char *s = d->text + r->start;
	size_t from = 0;

	for (size_t i = 0; i <= r->length; i++) {
		if (i < r->length && !is_break(s[i]))
			continue;
		if (i > from)
			add_fragment(f, r, s + from, i - from);
		from = i + 1;
		if (i == r->length)
			break;
		end_word(f);
		if (s[i] == '\n')
			new_line(f);
		else if (f->x > f->left)
			f->space = width_of(f, r->style, " ", 1);
	}
}

void
flow_runs(struct flow *f, const struct document *d, const struct block *b)
{
	f->x = f->left;
	f->space = 0;
	f->line = f->l->pieces;
	for (uint32_t i = 0; i < b->runs; i++)
		flow_run(f, d, &d->run[b->first + i]);
	end_word(f);
	if (f->x > f->left)
		new_line(f);
}

static void
put_code(struct flow *f, const char *text, size_t n)
{
	struct fragment g = { text, (uint32_t)n, 0, STYLE_CODE, 0 };

	if (n > 0)
		put_long(f, g);
}

void
flow_line(struct flow *f, const char *text, size_t n)
{
	int32_t cell = width_of(f, STYLE_CODE, " ", 1) * CODE_TAB;
	size_t from = 0;

	f->x = f->left;
	f->space = 0;
	f->line = f->l->pieces;
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\t')
			continue;
		put_code(f, text + from, i - from);
		if (cell > 0)
			f->x += cell - (f->x - f->left) % cell;
		from = i + 1;
	}
	put_code(f, text + from, n - from);
	new_line(f);
}

void
flow_measure(const struct flow *f, const struct document *d, const struct block *b,
             int32_t *whole, int32_t *widest)
{
	int64_t sum = 0, word = 0, most = 0;

	for (uint32_t i = 0; i < b->runs; i++) {
		const struct run *r = &d->run[b->first + i];
		const char *s = d->text + r->start;
		size_t from = 0;

		for (size_t j = 0; j <= r->length; j++) {
			if (j < r->length && !is_break(s[j]))
				continue;
			word += width_of(f, r->style, s + from, j - from);
			sum += width_of(f, r->style, s + from, j - from + (j < r->length));
			most = word > most ? word : most;
			word = j < r->length ? 0 : word;
			from = j + 1;
		}
	}
	*whole = (int32_t)(sum < LAYOUT_HEIGHT_MAX ? sum : LAYOUT_HEIGHT_MAX);
	*widest = (int32_t)(most < LAYOUT_HEIGHT_MAX ? most : LAYOUT_HEIGHT_MAX);
}
