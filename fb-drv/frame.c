// SPDX-License-Identifier: MIT
// What of the framebuffer to give away, in which pieces.
#include "frame.h"

enum { WIDTH_MIN = 320, HEIGHT_MIN = 200, PIXELS_MAX = 16384 };

bool
frame_fits(struct fb_mode mode, uint64_t limit)
{
	return mode.width >= WIDTH_MIN && mode.width <= PIXELS_MAX &&
	       mode.height >= HEIGHT_MIN && mode.height <= PIXELS_MAX &&
	       mode.pitch >= mode.width * 4 && mode.pitch % 4 == 0 &&
	       (uint64_t)mode.pitch * mode.height <= limit;
}

// Largest first: each flexpage is then aligned within the frame; it must be
// aligned in our memory, too.
unsigned
frame_items(uint64_t base, uint64_t size, struct item items[ITEMS_MAX])
{
	unsigned n = 0, order = 12;

	while (2ull << order <= size && base % (2ull << order) == 0)
		order++;
	for (uint64_t at = 0; at < size; at += 1ull << order) {
		while (1ull << order > size - at)
			order--;
		if (n == ITEMS_MAX)
			return 0;
		items[n++] = (struct item){ fpage_mem(base + at, order, MEM_RW), at };
	}
	return n;
}
