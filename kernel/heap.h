// SPDX-License-Identifier: MIT
// Priority queue of elements that bring their own links: a leftist heap
// (Crane 1972; Knuth, TAOCP 5.2.3).  Insertion, removal of any element and of
// the first take steps in the logarithm of its size.
#pragma once

#include <list.h>
#include <stdint.h>

// An element, or the head of a heap: then `left` is the first element.
struct heap {
	struct heap *left, *right;
	struct heap *up;                // NULL: a head, or in no heap
	uint64_t key;                   // small ones first
	unsigned rank;                  // length of the way down to the right
};

static inline bool
heap_empty(const struct heap *head)
{
	return head->left == NULL;
}

// `n` with its key; a head is all zero.
void heap_insert(struct heap *head, struct heap *n);
void heap_remove(struct heap *n);
