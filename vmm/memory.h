// SPDX-License-Identifier: MIT
// The guest's RAM, as the VMM sees it: guest-physical 0 is at `base`.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct guest_memory { uint8_t *base; uint64_t size; };

// NULL unless all of [addr, addr + len) is RAM.  What is there the guest can change at any moment:
// copy first, then check.
static inline void *
guest_range(const struct guest_memory *m, uint64_t addr, uint64_t len)
{
	return addr <= m->size && len <= m->size - addr ? m->base + addr : NULL;
}
