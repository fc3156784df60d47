// SPDX-License-Identifier: MIT
// A text of a few pages in rows of character cells, and a cursor in it.  It holds
// only characters that are shown as what they are, one cell each (Latin), and line
// feeds: so what is seen is what there is.  No system calls: tested on the host.
#pragma once

#include <core/cells.h>

enum {
	EDITOR_MAX = 4096,              // bytes of UTF-8
	EDITOR_COLUMNS = 62, EDITOR_ROWS = 18,
};

struct editor {
	uint8_t  text[EDITOR_MAX];
	size_t   length, cursor;
	uint32_t top;                   // first row shown; the cursor's is always shown
	uint32_t rows;
	uint16_t start[EDITOR_MAX + 1]; // where row i begins; a text that ends with LF has an
					// empty row more
};

// Starts with this text.  False if it holds what cannot be typed, or is too long.
bool editor_open(struct editor *e, const uint8_t *text, size_t n);

// A character typed, or LF.  False if it cannot be in a text, or there is no room.
bool editor_type(struct editor *e, uint32_t cp);

// A key (session/keys.h) that moves the cursor or deletes; false: it is none.
bool editor_key(struct editor *e, uint32_t key);

// Moves the cursor to that cell of the rows shown, or the next character.
void editor_point(struct editor *e, int32_t column, int32_t row);

// Where the cursor is: row of the text, and column.
void editor_cursor(const struct editor *e, uint32_t *row, uint32_t *column);

// The cells of a row.
void editor_cells(const struct editor *e, uint32_t row, struct cell cells[EDITOR_COLUMNS]);
