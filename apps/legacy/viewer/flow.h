// SPDX-License-Identifier: MIT
// Text flowing into lines between two margins.
#pragma once

#include "layout.h"

enum { FRAGMENTS = 16 };

// A word may consist of fragments of different runs.
struct fragment { const char *text; uint32_t length, link; uint16_t style; int32_t width; };

struct flow {
	struct layout *l;
	const struct metrics *m;
	int32_t left, right;            // margins
	int32_t x, y;                   // where the next word goes; y: top of the line
	int32_t height, baseline;       // of a line
	uint8_t size;                   // of the font; code is a little smaller
	bool    bold;
	uint32_t colour;
	// private
	uint32_t line;                  // first piece of this line
	int32_t space;                  // pending before the next word
	struct fragment word[FRAGMENTS];
	unsigned fragments;
	int32_t word_width;
};

struct font_id flow_font(const struct flow *f, unsigned style);

// All runs of a block, the last line ended: y is below it.  An empty block takes no line.
void flow_runs(struct flow *f, const struct document *d, const struct block *b);

// One line of code: spaces count, tabs stop at every eighth column; what is too
// long goes on in the next line.
void flow_line(struct flow *f, const char *text, size_t n);

// Widths of a block's runs on one line, and of its widest word.
void flow_measure(const struct flow *f, const struct document *d, const struct block *b,
                  int32_t *whole, int32_t *widest);

// Appends; on failure a piece that nobody sees.
struct piece *layout_piece(struct layout *l, enum piece_kind kind);
