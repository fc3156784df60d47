// SPDX-License-Identifier: MIT
// Looking up glyphs, measuring and decoding text.

#include <draw/font.h>

static const struct glyph *
find(const struct font *f, uint32_t cp)
{
	uint32_t lo = 0, hi = f->count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (f->code[mid] == cp)
			return &f->glyph[mid];
		if (f->code[mid] < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

bool
font_has(const struct font *f, uint32_t cp)
{
	return find(f, cp) != NULL;
}

const struct glyph *
font_glyph(const struct font *f, uint32_t cp)
{
	const struct glyph *g = find(f, cp);

	return g != NULL ? g : find(f, UTF8_REPLACEMENT);
}

int32_t
font_width(const struct font *f, const char *text, size_t len)
{
	int32_t width = 0;

	for (size_t pos = 0; pos < len && width < INT32_MAX - (int32_t)UINT8_MAX; ) {
		const struct glyph *g = font_glyph(f, utf8_next(text, len, &pos));

		if (g != NULL)
			width += g->advance;
	}
	return width;
}

uint32_t
utf8_next(const char *text, size_t len, size_t *pos)
{
	const unsigned char *s = (const unsigned char *)text + *pos;
	size_t left = len - *pos;
	uint32_t cp, least;
	size_t more;

	*pos += 1;
	if (s[0] < 0x80)
		return s[0];
	if (s[0] >= 0xf0 && s[0] < 0xf5)
		more = 3, cp = s[0] & 7u, least = 0x10000;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		more = 2, cp = s[0] & 15u, least = 0x800;
	else if (s[0] >= 0xc2 && s[0] < 0xe0)
		more = 1, cp = s[0] & 31u, least = 0x80;
	else
		return UTF8_BAD;
	if (more >= left)
		return UTF8_BAD;
	for (size_t i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return UTF8_BAD;
		cp = cp << 6 | (s[i] & 0x3fu);
	}
	if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return UTF8_BAD;
	*pos += more;
	return cp;
}
