// SPDX-License-Identifier: MIT
// Drawing into a canvas: fills, opaque and dimmed copies, one-bit text.  These
// loops are what a redraw costs, so the rows are string instructions, and the
// dimmed copy handles two pixels in four instructions.
#include <draw/labelfont.h>
#include "canvas.h"

static uint32_t *
at(const struct canvas *c, int32_t x, int32_t y)
{
	return c->px + (size_t)(y - c->area.y) * c->stride + (size_t)(x - c->area.x);
}

static void
fill_row(uint32_t *dst, size_t n, uint64_t two)
{
	size_t pairs = n / 2;

	__asm__ volatile("rep stosq" : "+D"(dst), "+c"(pairs) : "a"(two) : "memory");
	if (n & 1)
		*dst = (uint32_t)two;
}

static void
copy_row(uint32_t *dst, const uint32_t *src, size_t n)
{
	size_t pairs = n / 2;

	__asm__ volatile("rep movsq" : "+D"(dst), "+S"(src), "+c"(pairs) : : "memory");
	if (n & 1)
		*dst = *src;
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

// Each client pixel is read once: its owner may be changing it.
static void
dim_row(uint32_t *d, const uint32_t *s, size_t n, uint32_t tint)
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
	r = rect_and(r, c->area);
	for (int32_t y = 0; y < r.h; y++)
		fill_row(at(c, r.x, r.y + y), (size_t)r.w, (uint64_t)colour << 32 | colour);
	c->painted += (uint64_t)r.w * (uint64_t)r.h;
}

// Clip, and move the source along.
static struct rect
clip_source(struct canvas *c, struct rect r, const uint32_t **src, size_t stride)
{
	struct rect in = rect_and(r, c->area);

	if (!rect_empty(in))
		*src += (size_t)(in.y - r.y) * stride + (size_t)(in.x - r.x);
	c->painted += (uint64_t)in.w * (uint64_t)in.h;
	return in;
}

void
canvas_blit(struct canvas *c, struct rect r, const uint32_t *src, size_t stride)
{
	r = clip_source(c, r, &src, stride);
	for (int32_t y = 0; y < r.h; y++)
		copy_row(at(c, r.x, r.y + y), src + (size_t)y * stride, (size_t)r.w);
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
canvas_blend(struct canvas *c, struct rect r, const uint32_t *src, size_t stride)
{
	r = clip_source(c, r, &src, stride);
	for (int32_t y = 0; y < r.h; y++) {
		const volatile uint32_t *s = src + (size_t)y * stride;
		uint32_t *d = at(c, r.x, r.y + y);

		for (int32_t x = 0; x < r.w; x++)
			d[x] = blend(d[x], s[x]);       // s[x] is read once
	}
}

void
canvas_dim(struct canvas *c, struct rect r, const uint32_t *src, size_t stride, uint32_t tint)
{
	r = clip_source(c, r, &src, stride);
	for (int32_t y = 0; y < r.h; y++)
		dim_row(at(c, r.x, r.y + y), src + (size_t)y * stride, (size_t)r.w, tint);
}

static uint8_t
glyph_row(char ch, int32_t row)
{
	unsigned i = (unsigned char)ch - 32u;

	return label_font[i < 95 ? i : '?' - 32][row];
}

void
canvas_text(struct canvas *c, struct rect clip, struct rect box, int32_t indent, struct text t)
{
	struct rect line = { box.x + indent, box.y + (box.h - GLYPH_H) / 2,
	                     t.len * GLYPH_W, GLYPH_H };
	struct rect rest[4];

	clip = rect_and(rect_and(clip, box), c->area);
	struct rect in = rect_and(clip, line);

	for (unsigned n = rect_cut(clip, in, rest); n > 0; n--)
		canvas_fill(c, rest[n - 1], t.bg);
	for (int32_t y = in.y; y < in.y + in.h; y++) {
		uint32_t *dst = at(c, in.x, y);
		unsigned bits = 0;

		for (int32_t i = in.x - line.x, end = i + in.w, left = 0; i < end; i++, left--) {
			if (left == 0) {
				left = GLYPH_W - i % GLYPH_W;
				bits = (unsigned)glyph_row(t.s[i / GLYPH_W], y - line.y) <<
					(24 + i % GLYPH_W);
			}
			*dst++ = bits >> 31 ? t.fg : t.bg;
			bits <<= 1;
		}
	}
	c->painted += (uint64_t)in.w * (uint64_t)in.h;
}
