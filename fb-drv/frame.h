// SPDX-License-Identifier: MIT
// Sizes and flexpages of the frame; no system calls.
#pragma once

#include <abi/kip.h>

// Bytes of the frame in whole pages; 0 if its mode is unusable or larger than
// `limit`, the memory the driver got.
uint64_t frame_size(const struct root_info *root, uint64_t limit);

// Flexpages that cover `size` bytes at `base`, each in its place; 0 if that takes
// more than ITEMS_MAX.
unsigned frame_items(uint64_t base, uint64_t size, struct item items[ITEMS_MAX]);
