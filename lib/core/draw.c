// SPDX-License-Identifier: MIT
// How the parts of a core's window look.
#include <draw/fonts.h>
#include <draw/theme.h>
#include "cells.h"
#include "secret.h"

void
cells_draw(const struct canvas *c, int32_t x, int32_t y, const struct font *font,
           const struct cell *cells, unsigned n)
{
	static const struct { uint32_t ink, ground; } look[] = {
		[CELL_PLAIN]   = { THEME_INK, 0 },
		[CELL_NAME]    = { THEME_MUTED, 0 },
		[CELL_FOREIGN] = { THEME_ACCENT, 0 },
		[CELL_ESCAPE]  = { THEME_ESCAPE, THEME_ESCAPE_GROUND },
		[CELL_CUT]     = { THEME_INK, THEME_WINDOW },
	};
	const int32_t w = font->cell, h = font->height;

	for (unsigned i = 0; i < n; i++, x += w) {
		if (look[cells[i].style].ground != 0)
			draw_fill(c, (struct rect){ x, y, w, h }, look[cells[i].style].ground);
		if (cells[i].cp != ' ')
			draw_glyph(c, x, y, font, cells[i].cp, look[cells[i].style].ink);
	}
}

void
secret_draw(const struct canvas *c, struct rect field, const struct secret *s, bool focused,
            bool active)
{
	const struct rect inner = { field.x + 1, field.y + 1, field.w - 2, field.h - 2 };
	int32_t x = field.x + 8, y = field.y + (field.h - font_mono.height) / 2;

	draw_round(c, field, THEME_RADIUS, focused ? THEME_ACCENT : THEME_EDGE);
	draw_round(c, inner, THEME_RADIUS - 1, THEME_PAPER);
	for (size_t i = 0; i < s->length && x < field.x + field.w - 20; i++)
		if ((s->text[i] & 0xc0) != 0x80) {
			draw_glyph(c, x, y, &font_mono, 0x2022, THEME_INK);
			x += font_mono.cell;
		}
	if (focused && active)
		draw_fill(c, (struct rect){ x + 1, y, 1, font_mono.height }, THEME_INK);
}
