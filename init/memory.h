// SPDX-License-Identifier: MIT
// Physical memory as init hands it out: once, from the start of what is free.
#pragma once

#include <abi/kip.h>

static inline const struct root_info *
root_info(void)
{
	return (const struct root_info *)(uintptr_t)ROOT_INFO_ADDR;
}

// Where init sees physical address `p`.
static inline void *
window(uint64_t p)
{
	return (void *)(uintptr_t)(ROOT_WINDOW + p);
}

// RAM, its contents undefined; physical address aligned to 1 << align; 0: there is no more.
uint64_t memory_alloc(uint64_t size, unsigned align);
