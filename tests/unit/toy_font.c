// SPDX-License-Identifier: MIT
// The four fonts of fonts.h with glyphs that nobody can read, but all different, for
// pictures that do not depend on the fonts of the machine that builds them.
#include <draw/fonts.h>

enum { LATIN = 0x180 - 0x20, MORE = 7, COUNT = LATIN + MORE, INK = 1 << 12 };

static uint32_t code[COUNT];
static struct glyph ui[COUNT], bold[COUNT], head[COUNT], mono[COUNT];
static uint8_t ink[INK];

static void
make(struct glyph *g, unsigned least, unsigned differ, uint8_t height)
{
	for (uint32_t i = 0; i < COUNT; i++) {
		uint8_t w = (uint8_t)(least + (differ > 0 ? i % differ : 0));

		g[i] = (struct glyph){ .offset = i * 7, .left = (int8_t)(i % 2), .top = 3,
		                       .width = (uint8_t)(w - 1), .height = height, .advance = w };
	}
	g[0].width = g[0].height = 0;   // a space has no ink
}

__attribute__((constructor))
static void
make_all(void)
{
	static const uint32_t more[MORE] = {
		0x3b1, 0x2022, 0x2026, 0x20ac, 0x2192, 0x21aa, 0xfffd,
	};
	uint32_t seed = 1;

	for (uint32_t i = 0; i < LATIN; i++)
		code[i] = 0x20 + i;
	for (uint32_t i = 0; i < MORE; i++)
		code[LATIN + i] = more[i];
	for (uint32_t i = 0; i < INK; i++) {
		seed = seed * 1664525 + 1013904223;
		ink[i] = (uint8_t)(seed >> 24 < 96 ? 0 : seed >> 24 < 160 ? 255 : seed >> 24);
	}
	make(ui, 5, 4, 9);
	make(bold, 6, 5, 9);
	make(head, 8, 3, 12);
	make(mono, 8, 0, 11);
}

#define FONT(name, height, cell, baseline) \
	const struct font font_##name = { code, name, ink, sizeof ink, COUNT, height, cell, \
	                                  baseline }
FONT(ui, 16, 0, 12);
FONT(bold, 16, 0, 12);
FONT(head, 20, 0, 16);
FONT(mono, 17, 8, 13);
