// SPDX-License-Identifier: MIT
// A pointer into each piece of free RAM.  Nothing comes back: components live
// as long as the system.
#include <memory.h>

static uint64_t used[RAM_MAX];

uint64_t
memory_alloc(uint64_t size, unsigned align)
{
	const struct root_info *info = root_info();
	uint64_t mask = (1ull << align) - 1;

	for (uint32_t i = 0; i < info->ram_count; i++) {
		uint64_t start = info->ram[i].addr, end = start + info->ram[i].size;
		uint64_t at = (start + used[i] + mask) & ~mask;

		if (at >= end || size > end - at)
			continue;
		used[i] = at + size - start;
		return at;
	}
	return 0;
}
