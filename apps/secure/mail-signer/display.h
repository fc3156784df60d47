// SPDX-License-Identifier: MIT
// Shows all of a checked message in rows of character cells, so that two
// different messages never look the same, and remembers what was on screen.
//
// The order is: the fields From ... Date, which the reader decides by; all
// other fields; the decoded text.  What cannot be shown as it is becomes visible
// in another way (lib/core/cells.h).  Of lines that are cut, what is left of the
// row, and the row that goes on, are marked.
#pragma once

#include <core/cells.h>
#include "message.h"

enum {
	DISPLAY_COLUMNS_MAX = 128,
	DISPLAY_ROWS_MAX    = MESSAGE_MAX + 64, // a row shows a byte or more, or is a title
};

enum display_kind {
	ROW_TITLE,              // our words; at: index for display_title
	ROW_ENVELOPE,           // From, Sender, To, Cc, Bcc, Reply-To, Subject, Date
	ROW_FIELD,              // any other header field
	ROW_WORDS,              // what a field with encoded words says
	ROW_TEXT,
};

struct display_row {
	uint32_t at : 24, kind : 4;
	uint32_t continues : 1;         // what the row before began
	uint32_t changed : 1;           // display_mark
};

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

// Mark the rows in which d's message differs from another one: fields that it does not
// have byte for byte, the text from the first to the last difference, and where something
// is missing what stands there now.
void display_mark(struct display *d, const struct message *before);

// The cells of row n < d->rows, which is not a title, padded with spaces.
void display_cells(const struct display *d, uint32_t n, struct cell *cells);

// The words of a title row.
const char *display_title(struct display_row row);

// How far one has read who has read up to row `to`, and now rows [first, first +
// count): none may be left out.
uint32_t display_reach(const struct display *d, uint32_t to, uint32_t first, uint32_t count);
