// SPDX-License-Identifier: MIT
// A cache of rendered glyphs over FreeType.  When it is full it starts anew.

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include "typeface.h"

enum { SLOTS = 4096, GLYPHS_MAX = SLOTS * 3 / 4, SIDE_MAX = 256 };

struct rendered {
	uint64_t key;                   // 0: an empty slot
	int16_t  left, top, width, height, advance;     // top: above the baseline
	uint8_t *coverage;
};

static FT_Library library;
static FT_Face faces[FACES];
static struct rendered cache[SLOTS];
static unsigned glyphs;

static FT_Face
open_face(const char *path)
{
	FT_Face face = NULL;
	struct stat st;
	void *bytes = MAP_FAILED;
	int fd = open(path, O_RDONLY);

	if (fd >= 0 && fstat(fd, &st) == 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (bytes == MAP_FAILED ||
	    FT_New_Memory_Face(library, bytes, (FT_Long)st.st_size, 0, &face) != 0)
		return NULL;
	return face;
}

bool
typeface_open(void)
{
	if (FT_Init_FreeType(&library) != 0)
		return false;
	faces[FACE_TEXT] = open_face("/rom/font/DejaVuSans.ttf");
	faces[FACE_BOLD] = open_face("/rom/font/DejaVuSans-Bold.ttf");
	faces[FACE_MONO] = open_face("/rom/font/DejaVuSansMono.ttf");
	return faces[FACE_TEXT] != NULL && faces[FACE_BOLD] != NULL && faces[FACE_MONO] != NULL;
}

static void
forget_all(void)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		free(cache[i].coverage);
		cache[i] = (struct rendered){ 0 };
	}
	glyphs = 0;
}

static void
copy_coverage(struct rendered *g, const FT_Bitmap *b)
{
	if (b->width == 0 || b->rows == 0 || b->width > SIDE_MAX || b->rows > SIDE_MAX)
		return;
	g->coverage = malloc((size_t)b->width * b->rows);
	if (g->coverage == NULL)
		return;
	g->width = (int16_t)b->width, g->height = (int16_t)b->rows;
	for (unsigned y = 0; y < b->rows; y++)
		memcpy(g->coverage + (size_t)y * b->width, b->buffer + (ptrdiff_t)y * b->pitch,
		       b->width);
}

// Slanted like italics: x grows by 0.2 of y.
static const FT_Matrix slant = { 0x10000, 0x3333, 0, 0x10000 };

static void
render(struct rendered *g, struct font_id font, uint32_t cp)
{
	FT_Face face = faces[font.face < FACES ? font.face : FACE_TEXT];
	FT_UInt index = FT_Get_Char_Index(face, cp);

	if (index == 0) {               // the widest choice of characters
		face = faces[FACE_TEXT];
		index = FT_Get_Char_Index(face, cp);
	}
	if (index == 0)
		index = FT_Get_Char_Index(face, UTF8_REPLACEMENT);
	if (FT_Set_Pixel_Sizes(face, 0, font.size) != 0 ||
	    FT_Load_Glyph(face, index, FT_LOAD_NO_BITMAP) != 0)
		return;
	FT_GlyphSlot slot = face->glyph;
	g->advance = (int16_t)(slot->advance.x / 64);
	if (font.oblique && slot->format == FT_GLYPH_FORMAT_OUTLINE)
		FT_Outline_Transform(&slot->outline, &slant);
	if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0)
		return;
	g->left = (int16_t)slot->bitmap_left;
	g->top = (int16_t)slot->bitmap_top;
	copy_coverage(g, &slot->bitmap);
}

static const struct rendered *
find_glyph(struct font_id font, uint32_t cp)
{
	uint64_t key = 1ull << 63 | (uint64_t)font.oblique << 48 | (uint64_t)font.face << 40 |
	               (uint64_t)font.size << 32 | cp;
	unsigned slot = (unsigned)(key * 0x9e3779b97f4a7c15ull >> 52);

	while (cache[slot].key != 0 && cache[slot].key != key)
		slot = (slot + 1) % SLOTS;
	if (cache[slot].key == key)
		return &cache[slot];
	if (glyphs >= GLYPHS_MAX) {
		forget_all();
		slot = (unsigned)(key * 0x9e3779b97f4a7c15ull >> 52);
	}
	glyphs++;
	cache[slot].key = key;
	render(&cache[slot], font, cp);
	return &cache[slot];
}

static uint32_t
next_character(const char *text, size_t n, size_t *at)
{
	uint32_t cp = utf8_next(text, n, at);

	return cp == UTF8_BAD || cp < ' ' ? UTF8_REPLACEMENT : cp;
}

int32_t
typeface_width(void *self, struct font_id font, const char *text, size_t n)
{
	int32_t width = 0;

	(void)self;
	for (size_t at = 0; at < n; )
		width += find_glyph(font, next_character(text, n, &at))->advance;
	return width;
}

static uint32_t
blend(uint32_t under, uint32_t over, uint32_t coverage)
{
	uint32_t a = coverage + (coverage >> 7), b = 256 - a;    // 0..256

	return (((under & 0xff00ff) * b + (over & 0xff00ff) * a) >> 8 & 0xff00ff) |
	       (((under & 0x00ff00) * b + (over & 0x00ff00) * a) >> 8 & 0x00ff00);
}

static void
draw_rendered(const struct canvas *c, int32_t x, int32_t y, const struct rendered *g,
              uint32_t colour)
{
	for (int32_t row = 0; row < g->height; row++) {
		const uint8_t *from = g->coverage + row * g->width;

		if (y + row < 0 || y + row >= c->height)
			continue;
		uint32_t *to = c->px + (ptrdiff_t)(y + row) * c->stride;
		for (int32_t i = 0; i < g->width; i++)
			if (from[i] != 0 && x + i >= 0 && x + i < c->width)
				to[x + i] = blend(to[x + i], colour, from[i]);
	}
}

void
typeface_draw(const struct canvas *c, int32_t x, int32_t y, struct font_id font,
              const char *text, size_t n, uint32_t colour)
{
	for (size_t at = 0; at < n && x < c->width; ) {
		const struct rendered *g = find_glyph(font, next_character(text, n, &at));

		draw_rendered(c, x + g->left, y - g->top, g, colour);
		x += g->advance;
	}
}
