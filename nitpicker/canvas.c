// SPDX-License-Identifier: MIT
// Drawing into a canvas: fills, opaque and dimmed copies, one-bit text.  These
// loops are what a redraw costs, so the rows are string instructions (memcpy, too), and the
// dimmed copy handles two pixels in four instructions.
#include <string.h>
#include <draw/labelfont.h>
#include "canvas.h"

static uint32_t *
at(const struct canvas *c, int32_t x, int32_t y)
{
	return c->px + (size_t)(y - c->area.y) * c->stride + (size_t)(x - c->area.x);
}

void
row_copy(uint32_t *dst, const uint32_t *src, size_t n, uint32_t tint)
{
	(void)tint;
	memcpy(dst, src, n * sizeof *dst);
}

// Red and blue at once; a is 0..256.
static uint32_t
blend(uint32_t d, uint32_t s)
{
	uint32_t a = (s >> 24) + (s >> 31);
	uint32_t rb = (d & 0xff00ff) * (256 - a) + (s & 0xff00ff) * a;
	uint32_t g = (d & 0xff00) * (256 - a) + (s & 0xff00) * a;

	return (rb >> 8 & 0xff00ff) | (g >> 8 & 0xff00);
}

void
row_blend(uint32_t *dst, const uint32_t *src, size_t n, uint32_t tint)
{
	(void)tint;
	for (const volatile uint32_t *s = src; n > 0; n--, s++, dst++)
		*dst = blend(*dst, *s);
}

static uint32_t
dim(uint32_t v, uint32_t tint)
{
	return (v >> 2 & 0x3f3f3f) + tint;
}

struct pair { uint64_t v; } __attribute__((packed, may_alias));

// Two pixels, a channel's upper six bits in the low bits of the next byte.  One
// instruction loads and shifts; the store goes one byte lower to make up for it,
// over the unused byte of the pixel before.
static inline void
dim_pair(struct pair *dst, const struct pair *src, uint64_t two)
{
	uint64_t v;

	__asm__("imulq $64, %1, %0" : "=r"(v) : "m"(*src) : "cc");
	dst->v = (v & 0x3f3f3f003f3f3f00) + two;
}

void
row_dim(uint32_t *d, const uint32_t *s, size_t n, uint32_t tint)
{
	uint64_t two = (uint64_t)tint << 40 | (uint64_t)tint << 8;
	size_t pairs = (n - 1) / 2;

	d[0] = dim(s[0], tint);
	const struct pair *src = (const struct pair *)(s + 1);
	struct pair *dst = (struct pair *)((uint8_t *)(d + 1) - 1);

	for (; pairs >= 16; pairs -= 16, src += 16, dst += 16) {
#pragma GCC unroll 16
		for (unsigned k = 0; k < 16; k++)
			dim_pair(&dst[k], &src[k], two);
	}
	for (; pairs > 0; pairs--, src++, dst++)
		dim_pair(dst, src, two);
	if (n % 2 == 0)
		d[n - 1] = dim(s[n - 1], tint);
}

void
canvas_fill(struct canvas *c, struct rect r, uint32_t colour)
{
	uint64_t two = (uint64_t)colour << 32 | colour;

	r = rect_and(r, c->area);
	for (int32_t y = r.y; y < r.y + r.h; y++) {
		uint32_t *dst = at(c, r.x, y);
		size_t pairs = (size_t)r.w / 2;

		__asm__ volatile("rep stosq" : "+D"(dst), "+c"(pairs) : "a"(two) : "memory");
		if (r.w & 1)
			*dst = colour;
	}
}

void
canvas_surround(struct canvas *c, struct rect r, struct rect hole, uint32_t colour)
{
	struct rect rest[4];

	for (unsigned n = rect_cut(r, hole, rest); n > 0; n--)
		canvas_fill(c, rest[n - 1], colour);
}

void
canvas_copy(struct canvas *c, struct rect r, const uint32_t *src, size_t stride, row_fn *row,
            uint32_t tint)
{
	struct rect in = rect_and(r, c->area);

	if (rect_empty(in))
		return;
	uint32_t *dst = at(c, in.x, in.y);

	src += (size_t)(in.y - r.y) * stride + (size_t)(in.x - r.x);
	for (int32_t n = in.h; n > 0; n--, dst += c->stride, src += stride)
		row(dst, src, (size_t)in.w, tint);
}

static uint8_t
glyph_row(char ch, int32_t row)
{
	unsigned i = (unsigned char)ch - 32u;

	return label_font[i < 95 ? i : '?' - 32][row];
}

int32_t
canvas_text_width(const struct text *t, unsigned n, int32_t indent)
{
	int32_t w = 0;

	for (; n > 0; n--, t++)
		w += t->s[0] != '\0' ? (int32_t)strlen(t->s) * GLYPH_W + 2 * indent : 0;
	return w;
}

// The part inside `in` of a text's pixels, which begin at x, y.
static void
glyphs(struct canvas *c, struct rect in, int32_t x, int32_t y, const struct text *t)
{
	for (int32_t row = in.y; row < in.y + in.h; row++) {
		uint32_t *dst = at(c, in.x, row);
		unsigned bits = 0;

		for (int32_t i = in.x - x, end = i + in.w, left = 0; i < end; i++, left--) {
			if (left == 0) {
				left = GLYPH_W - i % GLYPH_W;
				bits = (unsigned)glyph_row(t->s[i / GLYPH_W], row - y) <<
					(24 + i % GLYPH_W);
			}
			*dst++ = bits >> 31 ? t->fg : t->bg;
			bits <<= 1;
		}
	}
}

int32_t
canvas_text(struct canvas *c, struct rect clip, struct rect box, int32_t indent,
            const struct text *t, unsigned n)
{
	int32_t x = box.x, y = box.y + (box.h - GLYPH_H) / 2;

	clip = rect_and(rect_and(clip, box), c->area);
	for (; n > 0; n--, t++) {
		int32_t w = canvas_text_width(t, 1, indent);
		struct rect all = rect_and(clip, (struct rect){ x, box.y, w, box.h });
		struct rect in = rect_and(all, (struct rect){ x + indent, y, w - 2 * indent,
		                                              GLYPH_H });

		canvas_surround(c, all, in, t->bg);
		glyphs(c, in, x + indent, y, t);
		x += w;
	}
	return x;
}
