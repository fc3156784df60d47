// SPDX-License-Identifier: MIT
// A font ready to draw: glyphs rendered on the build host by tools/mkatlas,
// constant arrays here.  Also the one UTF-8 decoder of our clients.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One glyph: width * height bytes of coverage (0..255) from `offset` on.
struct glyph {
	uint32_t offset;
	int8_t   left, top;             // from the pen; from the top of the line, downwards
	uint8_t  width, height;
	uint8_t  advance;
	uint8_t  pad[3];
};
_Static_assert(sizeof(struct glyph) == 12, "generated tables");

struct font {
	const uint32_t     *code;       // `count` code points, ascending
	const struct glyph *glyph;      // of the same index
	const uint8_t      *coverage;
	uint32_t coverage_size;
	uint16_t count;
	uint8_t  height;                // of a line, pixels
	uint8_t  cell;                  // advance of every glyph; 0 = proportional
	uint8_t  baseline;              // from the top of the line
};

// True if the font shows this code point with a glyph of its own.  Only
// U+0020 and U+00A0 may be without ink: nothing else is in the atlas invisibly.
bool font_has(const struct font *f, uint32_t cp);

// The glyph for a code point; the one of U+FFFD if the font has none.
// NULL only in a font without U+FFFD.
const struct glyph *font_glyph(const struct font *f, uint32_t cp);

// Width in pixels of UTF-8 text.
int32_t font_width(const struct font *f, const char *text, size_t len);

#define UTF8_BAD 0xffffffffu
enum { UTF8_REPLACEMENT = 0xfffd };

// The code point at text[*pos], *pos < len, and advance *pos behind it.
// UTF8_BAD, and one byte further, if no well-formed sequence (Unicode 15,
// table 3-7: shortest form, no surrogates) starts there.
uint32_t utf8_next(const char *text, size_t len, size_t *pos);
