// SPDX-License-Identifier: MIT
// The kernel's own address space.
#pragma once

#include <frame.h>
#include <stdbool.h>

struct task;

// Final rights on the kernel's mappings, processor features.
void mmu_init(void);
extern bool mmu_smap;           // on
extern uint64_t mmu_cr4;        // as long as programs may read the time-stamp counter

// Give a new top-level table the kernel's half; take it away again.
void mmu_share_kernel(uint64_t *pml4);
void mmu_unshare_kernel(uint64_t *pml4);

// Stop using the tables of `t`, which is current.
void mmu_leave(struct task *t);
