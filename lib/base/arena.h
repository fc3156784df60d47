// SPDX-License-Identifier: MIT
// Allocator over storage of a fixed size that its owner gives: first fit, with
// neighbouring free blocks merged when they are met.  Freed memory is wiped.
// Not for several threads.
#pragma once

#include <stddef.h>

struct arena {
	unsigned char *start;
	size_t size;
	// Statistics; sizes in bytes including block heads.
	size_t used, peak;
	size_t live;            // blocks in use
	size_t failed;          // allocations that did not fit, ever
};

// Storage of any size and alignment; its content is lost.
void arena_init(struct arena *a, void *storage, size_t size);

// n zeroed bytes, aligned to 16; n = 0 counts as 1.  NULL when they do not fit.
void *arena_alloc(struct arena *a, size_t n);

// Gives back what arena_alloc returned; p = NULL is ignored.  A pointer that is
// not that of a block in use faults here.
void arena_free(struct arena *a, void *p);
