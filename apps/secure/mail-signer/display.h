// SPDX-License-Identifier: MIT
// Shows all of a checked message in rows of character cells, so that two
// different messages never look the same, and remembers what was on screen.
//
// The order is: the fields From ... Date, which the reader decides by; all
// other fields; the decoded text.  What has no faithful glyph (control, bidi,
// zero-width, combining, private or unknown characters, odd spaces) becomes an
// escape [U+XXXX], a tab an arrow, a trailing space a dot: all in a style of
// its own, which content cannot have.  Long lines are cut behind a word; what is
// left of a cut row, and the row that goes on, are marked in another style.
#pragma once

#include <draw/font.h>
#include "message.h"

enum {
	DISPLAY_COLUMNS_MAX = 128,
	DISPLAY_ROWS_MAX    = MESSAGE_MAX + 64, // a row shows a byte or more, or is a title
};

enum display_kind {
	ROW_TITLE,              // our words; at: index for display_title
	ROW_ENVELOPE,           // From, Sender, To, Cc, Bcc, Reply-To, Subject, Date
	ROW_FIELD,              // any other header field
	ROW_TEXT,
};

enum display_style {
	STYLE_PLAIN,
	STYLE_NAME,             // a header field's name
	STYLE_FOREIGN,          // may look like another letter: Greek, Cyrillic ...; in a
				// header field whatever is not ASCII
	STYLE_ESCAPE,           // stands for something that is not to be seen
	STYLE_CUT,              // filler: the line goes on in the next row
};

struct display_row { uint32_t at : 24, kind : 4, continues : 1; };      // what the row before began
struct display_cell { uint32_t cp, style; };

struct display {
	const struct message *m;
	const struct font *font;
	unsigned columns;
	uint32_t rows, seen;    // rows [0, seen) have been on screen
	struct display_row row[DISPLAY_ROWS_MAX];
};

// Lay out m (which must outlive d) in rows of `columns` cells, 16 to
// DISPLAY_COLUMNS_MAX.  False when there are too many rows.
bool display_build(struct display *d, const struct message *m, const struct font *font,
                   unsigned columns);

// The cells of row n < d->rows, which is not a title, padded with spaces.
void display_cells(const struct display *d, uint32_t n, struct display_cell *cells);

// The words of a title row.
const char *display_title(struct display_row row);

// How far one has read who has read up to row `to`, and now rows [first, first +
// count): none may be left out.
uint32_t display_reach(const struct display *d, uint32_t to, uint32_t first, uint32_t count);
