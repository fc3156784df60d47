// SPDX-License-Identifier: MIT
// What of the framebuffer to give away, in which pieces.
#include "frame.h"

enum { PIXELS_MAX = 16384 };

uint64_t
frame_size(const struct root_info *root, uint64_t limit)
{
	uint32_t width = root->fb.width, height = root->fb.height, pitch = root->fb.pitch;

	if (root->magic != KIP_MAGIC || root->fb.addr == 0 || root->fb.bpp != 32 ||
	    width == 0 || width > PIXELS_MAX || height == 0 || height > PIXELS_MAX ||
	    pitch < width * 4 || pitch % 4 != 0)
		return 0;
	uint64_t size = ((uint64_t)pitch * height + 4095) & ~4095ull;

	return size <= limit ? size : 0;
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
		items[n].what = fpage_mem(base + at, order, MEM_RW);
		items[n++].to = at;
	}
	return n;
}
