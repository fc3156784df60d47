// SPDX-License-Identifier: MIT
#include <string.h>
#include <draw/fonts.h>
#include <session/keys.h>
#include "editor.h"

// ASCII and Latin letters that no other script shares.
static bool
allowed(uint32_t cp)
{
	return cp == '\n' || (cp >= ' ' && cp < 0x7f) || (cp > 0xa0 && cp < 0x180 && cp != 0xad);
}

static size_t
row_end(const struct editor *e, uint32_t row)
{
	return row + 1 < e->rows ? e->start[row + 1] : e->length;
}

void
editor_cells(const struct editor *e, uint32_t row, struct cell cells[EDITOR_COLUMNS])
{
	const struct cells_text text = { e->text, e->length, 0, true };

	cells_row(&text, &font_mono, EDITOR_COLUMNS, e->start[row], cells);
}

static void
lay_out(struct editor *e)
{
	const struct cells_text text = { e->text, e->length, 0, true };
	struct cell cells[EDITOR_COLUMNS];
	uint32_t row, column;
	size_t at = 0;

	e->rows = 0;
	do {
		e->start[e->rows++] = (uint16_t)at;
		if (at < e->length)
			at = cells_row(&text, &font_mono, EDITOR_COLUMNS, at, cells);
	} while (at < e->length);
	if (e->length > 0 && e->text[e->length - 1] == '\n')
		e->start[e->rows++] = (uint16_t)e->length;
	editor_cursor(e, &row, &column);
	if (row < e->top)
		e->top = row;
	if (row >= e->top + EDITOR_ROWS)
		e->top = row - EDITOR_ROWS + 1;
}

bool
editor_open(struct editor *e, const uint8_t *text, size_t n)
{
	if (n > EDITOR_MAX)
		return false;
	for (size_t at = 0; at < n; )
		if (!allowed(utf8_next((const char *)text, n, &at)))
			return false;
	memcpy(e->text, text, n);
	e->length = n;
	e->cursor = e->top = 0;
	lay_out(e);
	return true;
}

bool
editor_type(struct editor *e, uint32_t cp)
{
	uint8_t utf8[2] = { (uint8_t)cp, 0 };
	size_t n = cp < 0x80 ? 1 : 2;

	if (!allowed(cp) || n > EDITOR_MAX - e->length)
		return false;
	if (n == 2)
		utf8[0] = (uint8_t)(0xc0 | cp >> 6), utf8[1] = (uint8_t)(0x80 | (cp & 0x3f));
	memmove(e->text + e->cursor + n, e->text + e->cursor, e->length - e->cursor);
	memcpy(e->text + e->cursor, utf8, n);
	e->length += n;
	e->cursor += n;
	lay_out(e);
	return true;
}

static bool
continues(const struct editor *e, size_t at)
{
	return at < e->length && (e->text[at] & 0xc0) == 0x80;
}

static size_t
before(const struct editor *e, size_t at)
{
	if (at > 0)
		do at--; while (at > 0 && continues(e, at));
	return at;
}

static size_t
behind(const struct editor *e, size_t at)
{
	if (at < e->length)
		do at++; while (continues(e, at));
	return at;
}

static void
cut(struct editor *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->length - to);
	e->length -= to - from;
	memset(e->text + e->length, 0, to - from);      // it may be what nobody shall read
	e->cursor = from;
}

void
editor_cursor(const struct editor *e, uint32_t *row, uint32_t *column)
{
	*row = e->rows - 1, *column = 0;
	while (*row > 0 && e->start[*row] > e->cursor)
		--*row;
	for (size_t at = e->start[*row]; at < e->cursor; at = behind(e, at))
		++*column;
}

// Into that row, as far to the right as it goes.
static void
go(struct editor *e, int64_t row, uint32_t column)
{
	uint32_t r = row < 0 ? 0 : row >= e->rows ? e->rows - 1 : (uint32_t)row;
	size_t end = row_end(e, r);

	if (r + 1 < e->rows)            // its last place is before the line feed or the cut
		end = before(e, end);
	for (e->cursor = e->start[r]; column > 0 && e->cursor < end; column--)
		e->cursor = behind(e, e->cursor);
}

bool
editor_key(struct editor *e, uint32_t key)
{
	uint32_t row, column;

	editor_cursor(e, &row, &column);
	switch (key) {
	case KEY_LEFT:      e->cursor = before(e, e->cursor); break;
	case KEY_RIGHT:     e->cursor = behind(e, e->cursor); break;
	case KEY_UP:        go(e, (int64_t)row - 1, row > 0 ? column : 0); break;
	case KEY_DOWN:      go(e, (int64_t)row + 1, row + 1 < e->rows ? column : UINT32_MAX); break;
	case KEY_PAGEUP:    go(e, (int64_t)row - EDITOR_ROWS, column); break;
	case KEY_PAGEDOWN:  go(e, (int64_t)row + EDITOR_ROWS, column); break;
	case KEY_HOME:      go(e, row, 0); break;
	case KEY_END:       go(e, row, UINT32_MAX); break;
	case KEY_BACKSPACE: cut(e, before(e, e->cursor), e->cursor); break;
	case KEY_DELETE:    cut(e, e->cursor, behind(e, e->cursor)); break;
	default:
		return false;
	}
	lay_out(e);
	return true;
}

void
editor_point(struct editor *e, int32_t column, int32_t row)
{
	go(e, (int64_t)e->top + row, column < 0 ? 0 : (uint32_t)column);
	lay_out(e);
}
