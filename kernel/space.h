// SPDX-License-Identifier: MIT
// Memory spaces: page tables of a task, with a node for each mapped page in a
// shadow of the lower two table levels.  (AMD APM volume 2, chapter 5.)
#pragma once

#include <abi/msg.h>
#include <node.h>

struct task;
struct thread;

enum {
	PTE_P = 1, PTE_W = 2, PTE_U = 4, PTE_PWT = 8, PTE_PCD = 16, PTE_PS = 128, PTE_G = 256,
	PTE_CACHE = PTE_PWT | PTE_PCD,
	PTE_WC = PTE_PWT,               // by our PAT, see mmu.c
	PTE_UC = PTE_PWT | PTE_PCD,
};
#define PTE_NX   (1ull << 63)
#define PTE_ADDR 0x000ffffffffff000ull

enum { PAGE = 4096, SUPER = 1 << 21 };

enum err space_init(struct task *t);
bool space_fini(struct task *t, unsigned *steps);       // false: more to do

// Give `size` bytes at the flexpage's address on.  Holes are skipped; ERR_ARG when there
// was nothing at all, ERR_EXISTS when the destination is in use, ERR_RIGHT, ERR_DEPTH,
// ERR_QUOTA.  What was mapped before an error stays.
struct give;
enum err space_map(struct give *g, uint64_t size, enum mem_cache cache);

// Take back [addr, addr + size), by caller->walk.
enum err space_unmap(struct task *t, uint64_t addr, uint64_t size, bool self,
                     struct thread *caller);

// A page of the kernel's own (UTCB, information page): no node, stays until the
// task ends.
enum err space_map_kernel(struct task *t, uint64_t addr, paddr_t page, unsigned rights);
void space_unmap_kernel(struct task *t, uint64_t addr);

// A root mapping, for the root task at boot: 4 KiB or, if `super`, 2 MiB.
enum err space_map_root(struct task *t, uint64_t addr, paddr_t p, bool super, uint64_t cache);

// True when [addr, addr + size) is a user range.
static inline bool
space_user_range(uint64_t addr, uint64_t size)
{
	return addr < USER_END && size <= USER_END - addr;
}

// For node_revoke.
bool space_overlaps(const struct node *n, paddr_t start, paddr_t end);
bool space_shrink(struct node *n, unsigned left);
