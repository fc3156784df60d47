// SPDX-License-Identifier: MIT
// The kernel information page (abi/kip.h), filled once at boot.
#pragma once

#include <abi/kip.h>
#include <frame.h>

void kip_init(uint32_t tsc_khz);
struct kip *kip_data(void);
paddr_t kip_page(void);

// What tasks that may not read the time-stamp counter know of a value of it: milliseconds.
static inline uint64_t
kip_floor(uint64_t ticks)
{
	return ticks - ticks % kip_data()->tsc_khz;
}

// For deadlines; those too far away to be rounded never come.
static inline uint64_t
kip_ceiling(uint64_t ticks)
{
	uint64_t up = ticks + (kip_data()->tsc_khz - 1);

	return up < ticks ? ticks : kip_floor(up);
}
