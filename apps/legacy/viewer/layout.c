// SPDX-License-Identifier: MIT
// The vertical order: blocks with their margins, boxes behind them, tables.

#include <stdlib.h>
#include <string.h>
#include <draw/theme.h>
#include "flow.h"

enum {
	TEXT_SIZE = 14, CODE_SIZE = 14, LEADING = 22, CODE_LEADING = 18,
	BLOCK_GAP = 12, LIST_INDENT = 24, QUOTE_INDENT = 18, CODE_PAD = 10,
	CELL_PAD = 10, CELL_GAP = 4, CELL_MIN = 24, BULLET_GAP = 8, PIECES_MAX = 1 << 20,
	PARAGRAPH_MAX = 760,            // lines longer than that are hard to read
};

static const struct { uint8_t size, leading, above, below; } headings[] = {
	{ 14, 22, 0, 0 }, { 26, 36, 4, 14 }, { 20, 28, 22, 8 }, { 16, 24, 16, 6 },
	{ 14, 22, 14, 4 }, { 14, 22, 14, 4 }, { 14, 22, 14, 4 },
};

struct page {
	struct flow f;
	const struct document *d;
	int32_t right;                  // of the page
};

struct piece *
layout_piece(struct layout *l, enum piece_kind kind)
{
	static struct piece lost;
	uint32_t room = l->room * 2 + 64;
	struct piece *more;

	if (l->pieces == l->room && !l->failed) {
		more = room <= PIECES_MAX ? realloc(l->piece, room * sizeof *more) : NULL;
		if (more != NULL)
			l->piece = more, l->room = room;
		l->failed = more == NULL;
	}
	if (l->failed)
		return &lost;
	l->piece[l->pieces] = (struct piece){ .kind = (uint8_t)kind };
	return &l->piece[l->pieces++];
}

static uint32_t
add_box(struct layout *l, int32_t x, int32_t y, int32_t w, int32_t h, uint32_t colour)
{
	struct piece *box = layout_piece(l, PIECE_BOX);

	box->x = x, box->y = y, box->w = w, box->h = h, box->colour = colour;
	return l->pieces - 1;
}

// A box made before its content, whose height is known only then.
static void
close_box(struct page *p, uint32_t box, int32_t bottom)
{
	if (!p->f.l->failed)
		p->f.l->piece[box].h = bottom - p->f.l->piece[box].y;
}

static void
set_font(struct flow *f, uint8_t size, int32_t leading, bool bold, uint32_t colour)
{
	f->size = size, f->height = leading, f->bold = bold, f->colour = colour;
	// the letters' height in the middle of the line
	f->baseline = (leading + size * 3 / 4) / 2;
}

static void
put_mark(struct page *p, const struct block *b)
{
	struct flow *f = &p->f;
	struct piece *mark;

	if (b->mark.length == 0)
		return;
	mark = layout_piece(f->l, PIECE_TEXT);
	mark->font = flow_font(f, 0);
	mark->y = f->y, mark->h = f->height, mark->baseline = f->baseline;
	mark->colour = THEME_MUTED;
	mark->text = p->d->text + b->mark.start, mark->length = b->mark.length;
	mark->w = f->m->width(f->m->self, mark->font, mark->text, mark->length);
	mark->x = f->left - BULLET_GAP - mark->w;
}

static void
put_text(struct page *p, const struct block *b)
{
	struct flow *f = &p->f;
	int32_t left = f->left;
	uint32_t bar = 0;

	set_font(f, TEXT_SIZE, LEADING, false, b->quote ? THEME_MUTED : THEME_INK);
	if (b->quote) {
		bar = add_box(f->l, f->left, f->y, 3, 0, THEME_LINE);
		f->left += QUOTE_INDENT;
	}
	put_mark(p, b);
	if (f->right > f->left + PARAGRAPH_MAX)
		f->right = f->left + PARAGRAPH_MAX;
	flow_runs(f, p->d, b);
	f->left = left, f->right = p->right;
	if (b->quote)
		close_box(p, bar, f->y);
	f->y += b->depth > 0 ? BLOCK_GAP / 3 : BLOCK_GAP;
}

static void
put_heading(struct page *p, const struct block *b)
{
	struct flow *f = &p->f;
	unsigned level = b->level <= 6 ? b->level : 6;

	if (f->y > LAYOUT_MARGIN)
		f->y += headings[level].above;
	set_font(f, headings[level].size, headings[level].leading, true, THEME_INK);
	flow_runs(f, p->d, b);
	if (level == 1) {
		add_box(f->l, f->left, f->y + 6, f->right - f->left, 1, THEME_LINE);
		f->y += 8;
	}
	f->y += headings[level].below;
}

static void
put_code(struct page *p, const struct block *b)
{
	struct flow *f = &p->f;
	int32_t left = f->left;
	uint32_t box = add_box(f->l, f->left, f->y, f->right - f->left, 0, THEME_WINDOW);

	set_font(f, CODE_SIZE, CODE_LEADING, false, THEME_INK);
	f->y += CODE_PAD / 2;
	f->left += CODE_PAD, f->right -= CODE_PAD;
	for (uint32_t i = 0; i < b->runs; i++) {
		const struct run *r = &p->d->run[b->first + i];

		flow_line(f, p->d->text + r->start, r->length - 1);
	}
	f->left = left, f->right = p->right;
	f->y += CODE_PAD / 2;
	close_box(p, box, f->y);
	f->y += BLOCK_GAP;
}

static void
put_picture(struct page *p, const struct block *b)
{
	struct flow *f = &p->f;
	const struct span *name = &p->d->link[b->link];
	int32_t w = f->right - f->left, h;

	w = w < PARAGRAPH_MAX ? w : PARAGRAPH_MAX;
	if (!f->m->picture(f->m->self, p->d->text + name->start, name->length, &w, &h)) {
		put_text(p, b);         // its words stand for it
		return;
	}
	struct piece *picture = layout_piece(f->l, PIECE_PICTURE);
	picture->x = f->left, picture->y = f->y, picture->w = w, picture->h = h;
	picture->link = b->link;
	if (f->y < LAYOUT_HEIGHT_MAX)
		f->y += h + BLOCK_GAP;
}

// Columns as wide as their text if that fits, else what is left after the
// narrow ones is shared.
static void
share_columns(const int32_t whole[], unsigned columns, int32_t room, int32_t width[])
{
	bool fixed[COLUMNS_MAX] = { false };
	unsigned open = columns;

	for (bool again = true; again && open > 0; ) {
		again = false;
		for (unsigned c = 0; c < columns; c++) {
			if (fixed[c] || whole[c] > room / (int32_t)open)
				continue;
			fixed[c] = again = true;
			width[c] = whole[c];
			room -= whole[c], open--;
			if (open == 0)
				return;
		}
	}
	for (unsigned c = 0; c < columns; c++)
		if (!fixed[c])
			width[c] = room / (int32_t)open;
}

static void
put_row(struct page *p, const struct block *cell, const int32_t width[])
{
	struct flow *f = &p->f;
	int32_t top = f->y, bottom = f->y, left = f->left, x = left;
	uint32_t ground = add_box(f->l, left, top, 0, 0, cell->head ? THEME_WINDOW : THEME_PAPER);

	for (unsigned c = 0; c < cell->columns; c++) {
		set_font(f, TEXT_SIZE - 1, LEADING - 3, cell->head, THEME_INK);
		f->left = x + CELL_PAD, f->right = x + CELL_PAD + width[c];
		f->y = top + CELL_GAP;
		flow_runs(f, p->d, &cell[c]);
		bottom = f->y > bottom ? f->y : bottom;
		x += width[c] + 2 * CELL_PAD;
	}
	f->left = left, f->right = p->right;
	f->y = bottom + CELL_GAP;
	if (!f->l->failed)
		f->l->piece[ground].w = x - left;
	close_box(p, ground, f->y);
	add_box(f->l, left, f->y, x - left, 1, THEME_LINE);
	f->y += 1;
}

// All rows of the table that begins at block `first`; returns the block after it.
static uint32_t
put_table(struct page *p, uint32_t first)
{
	const struct block *b = p->d->block;
	unsigned columns = b[first].columns;
	int32_t whole[COLUMNS_MAX] = { 0 }, width[COLUMNS_MAX] = { 0 }, w, widest;
	uint32_t end = first;

	while (end + columns <= p->d->blocks && b[end].kind == BLOCK_CELL && b[end].column == 0 &&
	       b[end].columns == columns && (end == first || !b[end].head)) {
		set_font(&p->f, TEXT_SIZE - 1, LEADING - 3, b[end].head, THEME_INK);
		for (unsigned c = 0; c < columns; c++) {
			flow_measure(&p->f, p->d, &b[end + c], &w, &widest);
			whole[c] = w > whole[c] ? w : whole[c];
		}
		end += columns;
	}
	if (end == first)               // the parser ran out of memory within a row
		return p->d->blocks;
	int32_t room = p->f.right - p->f.left - (int32_t)columns * 2 * CELL_PAD;
	int32_t least = (int32_t)columns * CELL_MIN;
	share_columns(whole, columns, room > least ? room : least, width);
	for (uint32_t row = first; row < end; row += columns)
		put_row(p, &b[row], width);
	p->f.y += BLOCK_GAP;
	return end;
}

static uint32_t
put_block(struct page *p, uint32_t i)
{
	const struct block *b = &p->d->block[i];
	struct flow *f = &p->f;

	f->left = LAYOUT_MARGIN + b->depth * LIST_INDENT;
	// narrow pages do not indent
	if (f->left > p->right - LAYOUT_WIDTH_MIN / 2)
		f->left = LAYOUT_MARGIN;
	f->right = p->right;
	switch (b->kind) {
	case BLOCK_TEXT:
		if (b->runs > 0)
			put_text(p, b);
		break;
	case BLOCK_HEADING:
		put_heading(p, b);
		break;
	case BLOCK_CODE:
		put_code(p, b);
		break;
	case BLOCK_PICTURE:
		put_picture(p, b);
		break;
	case BLOCK_RULE:
		add_box(f->l, f->left, f->y + BLOCK_GAP / 2, f->right - f->left, 1, THEME_LINE);
		f->y += 2 * BLOCK_GAP;
		break;
	case BLOCK_CELL:
		return put_table(p, i);
	}
	// the last item of a list is as far from what follows as a paragraph
	if (b->depth > 0 && i + 1 < p->d->blocks && b[1].depth == 0)
		f->y += BLOCK_GAP - BLOCK_GAP / 3;
	return i + 1;
}

void
layout_make(struct layout *l, const struct document *d, const struct metrics *m, int32_t width)
{
	struct page p = { .f = { .l = l, .m = m, .y = LAYOUT_MARGIN }, .d = d };

	layout_fini(l);
	l->width = width < LAYOUT_WIDTH_MIN ? LAYOUT_WIDTH_MIN : width;
	p.right = l->width - LAYOUT_MARGIN;
	for (uint32_t i = 0; i < d->blocks && !l->failed && p.f.y < LAYOUT_HEIGHT_MAX; )
		i = put_block(&p, i);
	l->height = p.f.y + LAYOUT_MARGIN;
}

void
layout_fini(struct layout *l)
{
	free(l->piece);
	*l = (struct layout){ 0 };
}
