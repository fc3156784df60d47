// SPDX-License-Identifier: MIT
// Sizes and flexpages of the frame; no system calls.
#pragma once

#include <session/fb.h>

// A mode that programs can use, in `limit` bytes.
bool frame_fits(struct fb_mode mode, uint64_t limit);

// Flexpages that cover `size` bytes at `base`, each in its place; 0 if that takes
// more than ITEMS_MAX.
unsigned frame_items(uint64_t base, uint64_t size, struct item items[ITEMS_MAX]);
