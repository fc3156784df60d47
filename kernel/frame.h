// SPDX-License-Identifier: MIT
// The kernel's pool of page frames and one descriptor for each.  Frames are
// handed out through factories (factory.h), which count them.
#pragma once

#include <stdint.h>
#include <list.h>
#include <x86/layout.h>

typedef uint64_t paddr_t;       // physical address

struct frame {
	void    *owner;         // struct task of a table, struct factory of a slab
	uint64_t base;          // shadow: address of its first entry; capability table: its number
	void    *peer;          // page table: shadow of its lower half; shadow: its page table
	void    *peer2;         // page table: shadow of its upper half
	struct list partial;    // slab: in its factory's list while it has room
	void    *free;          // slab: first free object
	uint16_t used;          // slab: objects in use; table: slots or entries in use
	uint8_t  level;         // page table, shadow: 1 4 KiB pages, 2 2 MiB pages, ...
	uint8_t  size_class;    // slab
	uint32_t first;         // page table: no table is below the entries before this; shadow
				//   of a task that ends: no page either
};
_Static_assert(sizeof(struct frame) == 64, "cheap to index");

static inline void *
phys_to_virt(paddr_t p)
{
	return (void *)(PHYS_BASE + p);
}

// For addresses of the physical window only.
static inline paddr_t
virt_to_phys(const void *v)
{
	return (uint64_t)v - PHYS_BASE;
}

// Take over [start, start + size), page aligned physical memory, as the pool.
void frame_init(paddr_t start, uint64_t size);

// A zeroed frame, or NULL.  Called by factory.c only, after it has counted.
void *frame_alloc(void);
void frame_free(void *page);             // its content is all zero again
uint64_t frame_available(void);         // frames

// The descriptor of the pool frame that contains `p`.
extern struct frame *frame_table;
extern uint64_t frame_pool;             // virtual address of the pool

static inline struct frame *
frame_of(const void *p)
{
	return &frame_table[((uint64_t)p - frame_pool) >> 12];
}
