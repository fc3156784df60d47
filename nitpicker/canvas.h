// SPDX-License-Identifier: MIT
// Drawing into a rectangle of the screen.  A canvas is the real screen or the
// little buffer behind the pointer.  Everything is clipped to `area`, and only
// canvas_blend reads it: never the screen.
#pragma once

#include <stddef.h>
#include "rect.h"

struct canvas {
	uint32_t   *px;         // pixel at area's corner
	size_t      stride;     // pixels per line
	struct rect area;       // in screen coordinates
	uint64_t    painted;    // pixels so far, for tests and measurements
};

void canvas_fill(struct canvas *c, struct rect r, uint32_t colour);

// src: pixel for r's corner
void canvas_blit(struct canvas *c, struct rect r, const uint32_t *src, size_t stride);

// The same over what is there, with the source's bits 24..31 as alpha.
void canvas_blend(struct canvas *c, struct rect r, const uint32_t *src, size_t stride);

// The same in X-ray mode: each channel v becomes (v >> 2) + that of tint.
void canvas_dim(struct canvas *c, struct rect r, const uint32_t *src, size_t stride,
                uint32_t tint);

enum { GLYPH_W = 8, GLYPH_H = 16 };
struct text { const char *s; int32_t len; uint32_t fg, bg; };

// The part inside `clip` of a box filled with bg, the text in it beginning
// `indent` from the left and in the middle of its height, cut off at the right.
void canvas_text(struct canvas *c, struct rect clip, struct rect box, int32_t indent,
                 struct text t);
