// SPDX-License-Identifier: MIT
// Memory as init hands it out: once, from the start of what is free.
#pragma once

#include <abi/kip.h>
#include <init_plan.h>

static inline const struct root_info *
root_info(void)
{
	return (const struct root_info *)(uintptr_t)ROOT_INFO_ADDR;
}

// RAM, its contents undefined; its address, as init sees it, is aligned to 1 << align;
// 0: there is no more.
uint64_t memory_alloc(struct run *run, uint64_t size, unsigned align);
