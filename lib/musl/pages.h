// SPDX-License-Identifier: MIT
// The pages of a program's heap: which runs of them are handed out.  What mmap
// and munmap of the back end are made of; knows nothing of the system.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGES_SIZE = 4096, PAGES_MAX = 1 << 16 };        // at most 256 MiB

struct pages {
	unsigned char *start;
	size_t count;                   // of pages
	size_t hint;                    // no free page lies below
	uint8_t used[PAGES_MAX / 8];    // a bit each
};

// Zeroed memory from `start` on, aligned to a page; what is beyond PAGES_MAX
// pages stays unused.
void pages_init(struct pages *p, void *start, size_t size);

// The first run of zeroed pages with room for `size` bytes; NULL if there is
// none, or size is 0.
void *pages_take(struct pages *p, size_t size);

// Are these bytes, rounded to whole pages, all pages of this heap?
bool pages_own(const struct pages *p, const void *at, size_t size);

// Zeroes these pages; free ones among them do not matter.  They must be owned.
void pages_give(struct pages *p, void *at, size_t size);
