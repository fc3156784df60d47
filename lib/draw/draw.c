// SPDX-License-Identifier: MIT
// Clipped drawing.  Coordinates are widened to 64 bits before any sum, so that
// hostile ones cannot wrap; what remains after clipping fits the canvas.

#include <draw/draw.h>

struct span { int64_t x0, y0, x1, y1; };        // half-open

static bool
clip(const struct canvas *c, int64_t x, int64_t y, int64_t w, int64_t h, struct span *s)
{
	*s = (struct span){ x < 0 ? 0 : x, y < 0 ? 0 : y, x + w, y + h };
	if (s->x1 > c->width)
		s->x1 = c->width;
	if (s->y1 > c->height)
		s->y1 = c->height;
	return s->x0 < s->x1 && s->y0 < s->y1;
}

static uint32_t *
pixel(const struct canvas *c, int64_t x, int64_t y)
{
	return c->px + y * c->stride + x;
}

struct canvas
draw_part(const struct canvas *c, struct rect r)
{
	struct span s;

	if (!clip(c, r.x, r.y, r.w, r.h, &s))
		return (struct canvas){ c->px, 0, 0, c->stride };
	return (struct canvas){ pixel(c, s.x0, s.y0), (int32_t)(s.x1 - s.x0),
	                        (int32_t)(s.y1 - s.y0), c->stride };
}

static void
fill(const struct canvas *c, int64_t x, int64_t y, int64_t w, int64_t h, uint32_t colour)
{
	struct span s;

	if (!clip(c, x, y, w, h, &s))
		return;
	for (int64_t row = s.y0; row < s.y1; row++) {
		uint32_t *p = pixel(c, s.x0, row), *end = pixel(c, s.x1, row);

		while (p < end)
			*p++ = colour;
	}
}

void
draw_fill(const struct canvas *c, struct rect r, uint32_t colour)
{
	fill(c, r.x, r.y, r.w, r.h, colour);
}

void
draw_frame(const struct canvas *c, struct rect r, uint32_t colour)
{
	int64_t x = r.x, y = r.y, w = r.w, h = r.h;

	if (w <= 0 || h <= 0)
		return;
	fill(c, x, y, w, 1, colour);
	fill(c, x, y + h - 1, w, 1, colour);
	fill(c, x, y + 1, 1, h - 2, colour);
	fill(c, x + w - 1, y + 1, 1, h - 2, colour);
}

// Coverage 0 and 255, nearly all pixels of text, do not come here.
static uint32_t
blend(uint32_t under, uint32_t over, uint32_t alpha)
{
	// two channels at a time; alpha + 1 so that 255 would be exact
	uint32_t a = alpha + 1, b = 256 - a;
	uint32_t rb = ((over & 0xff00ff) * a + (under & 0xff00ff) * b) >> 8 & 0xff00ff;
	uint32_t g = ((over & 0xff00) * a + (under & 0xff00) * b) >> 8 & 0xff00;

	return rb | g;
}

static void
blend_at(const struct canvas *c, int64_t x, int64_t y, uint32_t colour, uint32_t alpha)
{
	if (x < 0 || y < 0 || x >= c->width || y >= c->height || alpha == 0)
		return;
	uint32_t *p = pixel(c, x, y);
	*p = alpha == 255 ? colour : blend(*p, colour, alpha);
}

// How much of pixel dx, dy a quarter disc around 0, 0 covers: 4 x 4 samples.
static uint32_t
corner(int32_t radius, int32_t dx, int32_t dy)
{
	uint32_t inside = 0;

	for (int32_t i = 0; i < 16; i++) {
		int32_t x = 8 * dx + 2 * (i & 3) + 1, y = 8 * dy + 2 * (i >> 2) + 1;

		inside += x * x + y * y <= 64 * radius * radius;
	}
	return inside * 255 / 16;
}

void
draw_round(const struct canvas *c, struct rect r, int32_t radius, uint32_t colour)
{
	int64_t x = r.x, y = r.y, w = r.w, h = r.h;

	if (radius < 0 || radius > 16 || w < 2 * radius || h < 2 * radius) {
		draw_fill(c, r, colour);
		return;
	}
	fill(c, x, y + radius, w, h - 2 * radius, colour);
	fill(c, x + radius, y, w - 2 * radius, radius, colour);
	fill(c, x + radius, y + h - radius, w - 2 * radius, radius, colour);
	for (int32_t dy = 0; dy < radius; dy++) {
		for (int32_t dx = 0; dx < radius; dx++) {
			int64_t left = x + radius - 1 - dx, right = x + w - radius + dx;
			int64_t top = y + radius - 1 - dy, bottom = y + h - radius + dy;
			uint32_t alpha = corner(radius, dx, dy);

			blend_at(c, left, top, colour, alpha);
			blend_at(c, right, top, colour, alpha);
			blend_at(c, left, bottom, colour, alpha);
			blend_at(c, right, bottom, colour, alpha);
		}
	}
}

static void
blit(const struct canvas *c, int64_t x, int64_t y, const struct font *f,
     const struct glyph *g, uint32_t colour)
{
	struct span s;

	x += g->left, y += g->top;
	if (!clip(c, x, y, g->width, g->height, &s))
		return;
	for (int64_t row = s.y0; row < s.y1; row++) {
		const uint8_t *a = f->coverage + g->offset + (row - y) * g->width + (s.x0 - x);
		uint32_t *p = pixel(c, s.x0, row), *end = pixel(c, s.x1, row);

		for (; p < end; p++, a++)
			if (*a != 0)
				*p = *a == 255 ? colour : blend(*p, colour, *a);
	}
}

void
draw_glyph(const struct canvas *c, int32_t x, int32_t y, const struct font *f,
           uint32_t cp, uint32_t colour)
{
	const struct glyph *g = font_glyph(f, cp);

	if (g != NULL)
		blit(c, x, y, f, g, colour);
}

int32_t
draw_text(const struct canvas *c, int32_t x, int32_t y, const struct font *f,
          const char *text, size_t len, uint32_t colour)
{
	for (size_t pos = 0; pos < len && x < c->width; ) {
		const struct glyph *g = font_glyph(f, utf8_next(text, len, &pos));

		if (g == NULL)
			continue;
		blit(c, x, y, f, g, colour);
		x += g->advance;
	}
	return x;
}

void
draw_text_fit(const struct canvas *c, int32_t x, int32_t y, int32_t width,
              const struct font *f, const char *text, size_t len, uint32_t colour)
{
	static const uint32_t ellipsis = 0x2026;
	const struct glyph *dots = font_glyph(f, ellipsis);
	int64_t used = 0, room = (int64_t)width - (dots != NULL ? dots->advance : 0);
	size_t fits = 0;        // bytes that leave room for the dots

	for (size_t pos = 0; pos < len; ) {
		const struct glyph *g = font_glyph(f, utf8_next(text, len, &pos));

		used += g != NULL ? g->advance : 0;
		if (used <= room)
			fits = pos;
		if (used > width) {
			x = draw_text(c, x, y, f, text, fits, colour);
			if (room >= 0)
				draw_glyph(c, x, y, f, ellipsis, colour);
			return;
		}
	}
	draw_text(c, x, y, f, text, len, colour);
}
