// SPDX-License-Identifier: MIT
// Drawing into a rectangle of the screen.  A canvas is the real screen or the
// little buffer behind the pointer.  Everything is clipped to `area`, and only
// row_blend reads it: never the screen.
#pragma once

#include <stddef.h>
#include "rect.h"

struct canvas {
	uint32_t   *px;         // pixel at area's corner
	size_t      stride;     // pixels per line
	struct rect area;       // in screen coordinates
};

void canvas_fill(struct canvas *c, struct rect r, uint32_t colour);

// All of r but `hole`, which lies in it or is empty.
void canvas_surround(struct canvas *c, struct rect r, struct rect hole, uint32_t colour);

// How n > 0 pixels of a client go to the canvas.  Each is read once.
typedef void row_fn(uint32_t *dst, const uint32_t *src, size_t n, uint32_t tint);
row_fn row_copy;        // as they are
row_fn row_blend;       // over what is there, bits 24..31 are alpha
row_fn row_dim;         // in X-ray mode: each channel v becomes (v >> 2) + that of tint

// src: pixel for r's corner
void canvas_copy(struct canvas *c, struct rect r, const uint32_t *src, size_t stride,
                 row_fn *row, uint32_t tint);

enum { GLYPH_W = 8, GLYPH_H = 16 };
struct text { const char *s; uint32_t fg, bg; };

// Of n texts with `indent` pixels before and after each; an empty one has no width.
int32_t canvas_text_width(const struct text *t, unsigned n, int32_t indent);

// The part inside `clip` of these texts, one after the other from the left of the
// box, in the middle of its height, cut off at its right.  Returns where they end.
int32_t canvas_text(struct canvas *c, struct rect clip, struct rect box, int32_t indent,
                    const struct text *t, unsigned n);
