// SPDX-License-Identifier: MIT
// Lays out rows of cells, for trusted cores.
#include "cells.h"

enum { TAB = 8, UNIT_MAX = 12, RUN_MAX = 64 };

// What a font may have a glyph for that does not show, joins its neighbour,
// runs from right to left, or looks like a space.
static bool
is_treacherous(uint32_t cp)
{
	static const struct { uint16_t first, last; } ranges[] = {
		{ 0x0000, 0x0020 }, { 0x007f, 0x00a0 }, { 0x00ad, 0x00ad }, { 0x0300, 0x036f },
		{ 0x0483, 0x0489 }, { 0x0590, 0x08ff }, { 0x115f, 0x1160 }, { 0x1680, 0x1680 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x20d0, 0x20ff },
		{ 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xd800, 0xf8ff },
		{ 0xfb1d, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfe70, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xffe0, 0xffff },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return cp > 0xffff;
}

// [U+XXXX], at least four digits.
static unsigned
escape(uint32_t cp, struct cell *unit)
{
	unsigned n = 0, shift = 12;

	while (shift < 28 && cp >> shift > 15)
		shift += 4;
	for (const char *p = "[U+"; *p != '\0'; p++)
		unit[n++] = (struct cell){ (uint32_t)*p, CELL_ESCAPE };
	for (unsigned s = shift + 4; s > 0; s -= 4)
		unit[n++] = (struct cell){
			(uint32_t)"0123456789ABCDEF"[cp >> (s - 4) & 15], CELL_ESCAPE };
	unit[n++] = (struct cell){ ']', CELL_ESCAPE };
	return n;
}

// A space is dotted when only spaces follow in its line, or very many.
static bool
is_trailing(const struct cells_text *s, size_t at)
{
	size_t end = s->end - at > RUN_MAX ? at + RUN_MAX : s->end;

	while (at < end && s->p[at] == ' ')
		at++;
	return at == end || s->p[at] == '\r' || s->p[at] == '\n';
}

// Cells for the character at p[at]; `room` cells are left in the row.
static unsigned
expand(const struct cells_text *s, const struct font *font, size_t at, uint32_t cp,
       unsigned used, unsigned room, struct cell *unit)
{
	unsigned n = TAB - used % TAB;

	unit[0] = (struct cell){ cp, CELL_PLAIN };
	if (cp == ' ') {
		if (is_trailing(s, at))
			unit[0] = (struct cell){ 0xb7, CELL_ESCAPE };
		return 1;
	}
	if (cp == '\t') {
		unit[0] = (struct cell){ 0x2192, CELL_ESCAPE };
		for (unsigned i = 1; i < TAB; i++)
			unit[i] = (struct cell){ ' ', CELL_ESCAPE };
		return n > room && room > 0 ? room : n;
	}
	if (is_treacherous(cp) || !font_has(font, cp))
		return escape(cp, unit);
	if (at < s->name_end)
		unit[0].style = CELL_NAME;
	else if (s->name_end > 0 ? cp > 0x7f : cp > 0x24f && cp < 0x2000)
		unit[0].style = CELL_FOREIGN;
	return 1;
}

size_t
cells_row(const struct cells_text *s, const struct font *font, unsigned columns, size_t at,
          struct cell *cells)
{
	unsigned used = 0, words = 0, filler = CELL_PLAIN;
	size_t words_end = at;                  // up to here, whole words

	while (at < s->end) {
		struct cell unit[UNIT_MAX];
		size_t next = at;
		uint32_t cp = utf8_next((const char *)s->p, s->end, &next);
		unsigned n;

		if (cp == '\r' && next < s->end && s->p[next] == '\n') {
			at = next + 1;
			break;
		}
		if (cp == '\n' && s->lf) {
			at = next;
			break;
		}
		n = expand(s, font, at, cp, used, columns - used, unit);
		if (n > columns - used) {
			filler = CELL_CUT;
			if (words > columns / 2) {
				used = words;
				at = words_end;
			}
			break;
		}
		for (unsigned i = 0; i < n; i++)
			cells[used++] = unit[i];
		at = next;
		if (cp == '\n')
			break;
		if (cp == ' ') {
			words = used;
			words_end = at;
		}
	}
	while (used < columns)
		cells[used++] = (struct cell){ ' ', filler };
	return at;
}
