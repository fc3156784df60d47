// SPDX-License-Identifier: MIT
// A pointer into each piece of free RAM.  Nothing comes back but all of a
// subsystem's at once: the root task's components live as long as the system.
#include <memory.h>

static uint64_t used[RAM_MAX];

static uint64_t
alloc_root(uint64_t size, uint64_t mask)
{
	const struct root_info *info = root_info();

	for (uint32_t i = 0; i < info->ram_count; i++) {
		uint64_t start = info->ram[i].addr, end = start + info->ram[i].size;
		uint64_t at = (start + used[i] + mask) & ~mask;

		if (at >= end || size > end - at)
			continue;
		used[i] = at + size - start;
		return ROOT_WINDOW + at;
	}
	return 0;
}

uint64_t
memory_alloc(struct run *run, uint64_t size, unsigned align)
{
	uint64_t mask = (1ull << align) - 1, at = (run->next + mask) & ~mask;

	if (is_root)
		return alloc_root(size, mask);
	if (at >= run->end || size > run->end - at)
		return 0;
	run->next = at + size;
	return at;
}
