// SPDX-License-Identifier: MIT
// Drawing for clients: rectangles, rounded boxes and anti-aliased text in a
// buffer of XRGB8888 pixels.  Everything is clipped to the canvas: no argument
// whatsoever makes a call touch memory outside it.  No allocation, no state.
#pragma once

#include <session/rect.h>
#include <draw/font.h>

// Pixels row after row, `stride` pixels apart.  A canvas is what limits drawing;
// use draw_part for panes.
struct canvas {
	uint32_t *px;
	int32_t   width, height, stride;
};

// The part of the canvas that lies in r; its origin is r's corner, moved onto
// the canvas if r begins outside.  May be empty.
struct canvas draw_part(const struct canvas *c, struct rect r);

void draw_fill(const struct canvas *c, struct rect r, uint32_t colour);

// One pixel wide, along the inside of r.
void draw_frame(const struct canvas *c, struct rect r, uint32_t colour);

// Filled, with smooth round corners of the given radius (at most 16).
void draw_round(const struct canvas *c, struct rect r, int32_t radius, uint32_t colour);

// One glyph with its line's top left corner at x, y; blended over what is there.
void draw_glyph(const struct canvas *c, int32_t x, int32_t y, const struct font *f,
                uint32_t cp, uint32_t colour);

// UTF-8 text on one line.  Bad bytes and unknown characters become U+FFFD,
// nothing is interpreted (no tabs, no line breaks).  Returns the x behind it.
int32_t draw_text(const struct canvas *c, int32_t x, int32_t y, const struct font *f,
                  const char *text, size_t len, uint32_t colour);

// The same, but at most `width` pixels: longer text ends in U+2026.
void draw_text_fit(const struct canvas *c, int32_t x, int32_t y, int32_t width,
                   const struct font *f, const char *text, size_t len, uint32_t colour);
