// SPDX-License-Identifier: MIT
// Bilinear interpolation in 8-bit fractions.

#include <stddef.h>
#include "stretch.h"

// a and b mixed: all a at 0, all b at 256.
static uint32_t
mix(uint32_t a, uint32_t b, uint32_t part)
{
	uint32_t rest = 256 - part;

	return (((a & 0xff00ff) * rest + (b & 0xff00ff) * part) >> 8 & 0xff00ff) |
	       (((a & 0x00ff00) * rest + (b & 0x00ff00) * part) >> 8 & 0x00ff00);
}

// Position i of n as a position among `from`, in 256ths.
static uint32_t
scaled(int32_t i, int32_t n, int32_t from)
{
	return n > 1 ? (uint32_t)((int64_t)i * (from - 1) * 256 / (n - 1)) : 0;
}

void
stretch(const struct canvas *c, const uint32_t *px, int32_t w, int32_t h)
{
	for (int32_t y = 0; y < c->height; y++) {
		uint32_t at = scaled(y, c->height, h);
		const uint32_t *row = px + (ptrdiff_t)(at >> 8) * w;
		const uint32_t *below = (int32_t)(at >> 8) + 1 < h ? row + w : row;

		for (int32_t x = 0; x < c->width; x++) {
			uint32_t to = scaled(x, c->width, w), i = to >> 8;
			uint32_t next = (int32_t)i + 1 < w ? i + 1 : i;
			uint32_t left = mix(row[i], below[i], at & 255);
			uint32_t right = mix(row[next], below[next], at & 255);

			c->px[(ptrdiff_t)y * c->stride + x] = mix(left, right, to & 255);
		}
	}
}

struct rect
stretch_room(int32_t w, int32_t h, uint64_t pixels)
{
	int32_t n = w, m = h;

	while (n > 1 && (uint64_t)n * (uint64_t)m > pixels)
		n--, m = (int32_t)((int64_t)n * h / w);
	return (struct rect){ (w - n) / 2, (h - m) / 2, n, m };
}
