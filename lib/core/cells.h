// SPDX-License-Identifier: MIT
// Text of unknown origin in rows of character cells, so that two different texts
// never look the same.  What has no faithful glyph (control, bidi, zero-width,
// combining, private or unknown characters, odd spaces) becomes an escape
// [U+XXXX], a tab an arrow, a trailing space a dot: all in a style of its own,
// which text cannot have.  Long lines are cut behind a word.
#pragma once

#include <draw/draw.h>

enum cell_style {
	CELL_PLAIN,
	CELL_NAME,              // a header field's name
	CELL_FOREIGN,           // may look like another letter: Greek, Cyrillic ...; in a
				// header field whatever is not ASCII
	CELL_ESCAPE,            // stands for something that is not to be seen
	CELL_CUT,               // filler: the line goes on in the next row
};

struct cell { uint32_t cp, style; };

// What rows are cut from: p[0 .. end).  Lines end with CR LF; LF alone also ends one,
// and is shown as an escape besides unless `lf` says that it is what lines end with.
struct cells_text {
	const uint8_t *p;
	size_t end;
	size_t name_end;        // bytes before are the name of a header field; 0: it is none
	bool   lf;
};

// Lay out one row from p[at] on, at < end, padded to `columns` (16 or more, as
// many as `cells` has).  Returns where the next one starts.
size_t cells_row(const struct cells_text *t, const struct font *font, unsigned columns,
                 size_t at, struct cell *cells);

// n cells in a font of fixed width, the first one's corner at x, y.
void cells_draw(const struct canvas *c, int32_t x, int32_t y, const struct font *font,
                const struct cell *cells, unsigned n);
