// SPDX-License-Identifier: MIT
// How the list looks: FreeType renders its text.
#include <stdio.h>
#include <string.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include "apps/legacy/viewer/typeface.h"
#include "list.h"

static const struct font_id plain = { FACE_TEXT, 15, false }, bold = { FACE_BOLD, 15, false },
	small = { FACE_TEXT, 12, false }, head = { FACE_BOLD, 20, false };

static void
text(const struct canvas *c, int32_t x, int32_t y, struct font_id font, const char *s,
     uint32_t colour)
{
	typeface_draw(c, x, y, font, s, strlen(s), colour);
}

static void
draw_note(const struct list *l, const struct canvas *c, unsigned i)
{
	const struct rect r = { 1, 80 + (int32_t)i * LIST_ROW, c->width - 2, LIST_ROW };
	char size[32];

	draw_fill(c, r, l->busy && i == l->selected ? THEME_SELECTED : THEME_PAPER);
	draw_fill(c, (struct rect){ r.x, r.y + r.h - 1, r.w, 1 }, THEME_LINE);
	text(c, 18, r.y + 22, bold, l->note[i].name, THEME_INK);
	snprintf(size, sizeof size, "sealed, %u bytes", l->note[i].size);
	text(c, c->width - 18 - typeface_width(NULL, small, size, strlen(size)), r.y + 22, small,
	     size, THEME_MUTED);
}

void
list_draw(const struct list *l, const struct canvas *c)
{
	const struct rect field = { 18, c->height - 70, c->width - 36, 30 };
	int32_t x = field.x + 8;

	widget_window(c, "Notes", l->focused);
	text(c, 18, 62, head, "My notes", THEME_INK);
	draw_fill(c, (struct rect){ 1, 79, c->width - 2, c->height - 160 }, THEME_PAPER);
	draw_fill(c, (struct rect){ 1, 79, c->width - 2, 1 }, THEME_LINE);
	for (unsigned i = 0; i < l->count; i++)
		draw_note(l, c, i);
	if (l->count == 0)
		text(c, 18, 110, plain, "There are none yet.", THEME_OFF);
	draw_round(c, field, THEME_RADIUS, l->focused ? THEME_ACCENT : THEME_EDGE);
	draw_round(c, (struct rect){ field.x + 1, field.y + 1, field.w - 2, field.h - 2 },
	           THEME_RADIUS - 1, THEME_PAPER);
	if (l->length == 0)
		text(c, x + 4, field.y + 20, plain, "New note\342\200\246", THEME_OFF);
	text(c, x, field.y + 20, plain, l->typed, THEME_INK);
	x += typeface_width(NULL, plain, l->typed, l->length);
	if (l->focused)
		draw_fill(c, (struct rect){ x + 1, field.y + 7, 1, 16 }, THEME_INK);
	text(c, 18, c->height - 16, small, l->status, THEME_MUTED);
}
