// SPDX-License-Identifier: MIT
// Renders fonts on the build host: glyph atlases for lib/draw and the one-bit
// label font of nitpicker, as C source.  The target contains no font parser.
//
//	mkatlas atlas NAME FONTFILE PIXELS CELL-WIDTH LINE-HEIGHT > FILE.c
//	mkatlas label NAME FONTFILE > FILE.c
//
// CELL-WIDTH 0 makes a proportional font, LINE-HEIGHT 0 takes the font's own.

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <draw/font.h>

enum { GLYPHS_MAX = 4096, COVERAGE_MAX = 4 << 20 };

// What the atlas covers, as far as the font has it.  Proportional fonts, for
// the words of our own windows, do without the ranges marked CELL.
enum { CELL = 1 };
static const struct { uint32_t first, last, only; } ranges[] = {
	{ 0x0020, 0x007e, 0 },		// ASCII
	{ 0x00a0, 0x00ac, 0 },		// Latin-1
	{ 0x00ae, 0x00ff, 0 },		// without the soft hyphen
	{ 0x0100, 0x017f, 0 },		// Latin Extended-A
	{ 0x0180, 0x024f, CELL },	// Latin Extended-B
	{ 0x02b0, 0x02ff, CELL },	// spacing modifier letters
	{ 0x0370, 0x03ff, 0 },		// Greek
	{ 0x0400, 0x0482, 0 },		// Cyrillic
	{ 0x048a, 0x04ff, 0 },		// without combining marks
	{ 0x1e00, 0x1eff, CELL },	// Latin Extended Additional
	{ 0x2010, 0x205e, 0 },		// general punctuation
	{ 0x2070, 0x209c, CELL },	// super- and subscripts
	{ 0x20a0, 0x20bf, 0 },		// currency
	{ 0x2100, 0x214f, CELL },	// letterlike symbols
	{ 0x2150, 0x218f, CELL },	// number forms
	{ 0x2190, 0x21ff, 0 },		// arrows
	{ 0x2200, 0x22ff, CELL },	// mathematical operators
	{ 0x2500, 0x259f, CELL },	// box drawing, blocks
	{ 0x25a0, 0x25ff, CELL },	// geometric shapes
	{ 0x2600, 0x266f, CELL },	// miscellaneous symbols
	{ 0x2713, 0x2718, 0 },		// check marks
	{ 0xfb01, 0xfb02, CELL },	// ligatures
	{ 0xfffd, 0xfffd, 0 },		// replacement character
};

static uint32_t code[GLYPHS_MAX];
static struct glyph glyph[GLYPHS_MAX];
static uint8_t coverage[COVERAGE_MAX];
static uint32_t glyph_count, coverage_size;

[[gnu::noreturn, gnu::format(printf, 1, 2)]] static void
fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "mkatlas: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

static long
number(const char *text, const char *what, long max)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 0 || n > max)
		fail("%s must be a number from 0 to %ld, not \"%s\"", what, max, text);
	return n;
}

static FT_Face
open_font(const char *file, FT_UInt pixels)
{
	static FT_Library library;
	FT_Face face;

	if (FT_Init_FreeType(&library) != 0)
		fail("FreeType does not start");
	if (FT_New_Face(library, file, 0, &face) != 0)
		fail("%s: not a readable font", file);
	if (FT_Set_Pixel_Sizes(face, 0, pixels) != 0)
		fail("%s: no size of %u pixels", file, pixels);
	return face;
}

static int8_t
small(long n, uint32_t cp)
{
	if (n < INT8_MIN || n > INT8_MAX)
		fail("glyph U+%04X is too large", cp);
	return (int8_t)n;
}

static void
add_glyph(FT_Face face, uint32_t cp, int baseline, int cell)
{
	FT_UInt index = FT_Get_Char_Index(face, cp);

	if (index == 0)
		return;
	if (FT_Load_Glyph(face, index, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0)
		fail("glyph U+%04X cannot be rendered", cp);

	FT_GlyphSlot slot = face->glyph;
	FT_Bitmap *b = &slot->bitmap;
	size_t bytes = (size_t)b->width * b->rows;
	long advance = cell != 0 ? cell : (slot->advance.x + 32) / 64;
	bool space = cp == 0x20 || cp == 0xa0;

	// what leaves no ink must not look as if it was shown
	if (bytes == 0 && !space)
		return;
	// combining marks would land on their neighbour; wide glyphs would not fit the cell
	if (slot->advance.x <= 0 || (cell != 0 && slot->advance.x > 64 * (cell + 1)))
		return;
	if (glyph_count == GLYPHS_MAX || bytes > COVERAGE_MAX - coverage_size)
		fail("the atlas is full");
	if (b->width > UINT8_MAX || b->rows > UINT8_MAX || advance > UINT8_MAX)
		fail("glyph U+%04X is too large", cp);

	code[glyph_count] = cp;
	glyph[glyph_count++] = (struct glyph){
		.offset = coverage_size,
		.left = small(slot->bitmap_left, cp),
		.top = small(baseline - slot->bitmap_top, cp),
		.width = (uint8_t)b->width, .height = (uint8_t)b->rows,
		.advance = (uint8_t)advance,
	};
	for (unsigned y = 0; y < b->rows; y++) {
		memcpy(coverage + coverage_size, b->buffer + (int)y * b->pitch, b->width);
		coverage_size += b->width;
	}
}

static void
print_bytes(const uint8_t *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		printf("%s%u,", i % 32 == 0 ? "\n\t" : "", bytes[i]);
}

static void
atlas(const char *name, const char *file, long pixels, long cell, long line)
{
	FT_Face face = open_font(file, (FT_UInt)pixels);
	const FT_Size_Metrics *m = &face->size->metrics;
	long ascent = m->ascender / 64, own = ascent - m->descender / 64;
	long height = line != 0 ? line : own;
	long baseline = ascent + (height - own) / 2;

	for (size_t r = 0; r < sizeof(ranges) / sizeof(ranges[0]); r++)
		for (uint32_t cp = ranges[r].first;
		     cp <= ranges[r].last && (cell != 0 || ranges[r].only != CELL); cp++)
			add_glyph(face, cp, (int)baseline, (int)cell);
	if (glyph_count == 0 || height > UINT8_MAX)
		fail("%s: no usable glyphs", file);

	printf("// Generated by tools/mkatlas: %s, %ld px.\n#include <draw/fonts.h>\n\n",
	       face->family_name, pixels);
	printf("static const uint32_t code[] = {");
	for (uint32_t i = 0; i < glyph_count; i++)
		printf("%s%u,", i % 16 == 0 ? "\n\t" : "", code[i]);
	printf("\n};\n\nstatic const struct glyph glyph[] = {\n");
	for (uint32_t i = 0; i < glyph_count; i++)
		printf("\t{ %u, %d, %d, %u, %u, %u, { 0 } },\n", glyph[i].offset, glyph[i].left,
		       glyph[i].top, glyph[i].width, glyph[i].height, glyph[i].advance);
	printf("};\n\nstatic const uint8_t coverage[] = {");
	print_bytes(coverage, coverage_size);
	printf("\n};\n\nconst struct font %s = {\n"
	       "\tcode, glyph, coverage, sizeof(coverage), %u, %ld, %ld, %ld\n};\n",
	       name, glyph_count, height, cell, baseline);
}

// One bit per pixel, 8 x 16; what stands out of the cell is cut.
static void
label(const char *name, const char *file)
{
	enum { WIDTH = 8, HEIGHT = 16, SIZE = 13, BASELINE = 12 };
	FT_Face face = open_font(file, SIZE);

	printf("// Generated by tools/mkatlas: %s, one bit.\n#include <draw/labelfont.h>\n\n"
	       "const uint8_t %s[95][%d] = {\n", face->family_name, name, HEIGHT);
	for (uint32_t cp = 32; cp < 127; cp++) {
		uint8_t rows[HEIGHT] = { 0 };

		if (FT_Load_Char(face, cp, FT_LOAD_RENDER | FT_LOAD_TARGET_MONO) != 0)
			fail("glyph U+%04X cannot be rendered", cp);
		FT_GlyphSlot slot = face->glyph;
		for (int y = 0; y < (int)slot->bitmap.rows; y++) {
			for (int x = 0; x < (int)slot->bitmap.width; x++) {
				int row = BASELINE - slot->bitmap_top + y;
				int column = slot->bitmap_left + x;
				const uint8_t *bits = slot->bitmap.buffer + y * slot->bitmap.pitch;

				if ((bits[x / 8] & 0x80 >> x % 8) == 0)
					continue;
				if (row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH)
					rows[row] |= (uint8_t)(0x80 >> column);
			}
		}
		printf("\t{ ");
		for (int y = 0; y < HEIGHT; y++)
			printf("0x%02x,%s", rows[y], y < HEIGHT - 1 ? " " : "");
		printf(" },\n");
	}
	printf("};\n");
}

int
main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "atlas") == 0)
		atlas(argv[2], argv[3], number(argv[4], "PIXELS", 64),
		      number(argv[5], "CELL-WIDTH", 64), number(argv[6], "LINE-HEIGHT", 128));
	else if (argc == 4 && strcmp(argv[1], "label") == 0)
		label(argv[2], argv[3]);
	else
		fail("usage: mkatlas atlas NAME FONTFILE PIXELS CELL-WIDTH LINE-HEIGHT\n"
		     "       mkatlas label NAME FONTFILE");
	if (fflush(stdout) != 0 || ferror(stdout))
		fail("cannot write: %s", strerror(errno));
	return 0;
}
