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

// What the others below do where there are other elements.
void heap_insert_among(struct heap *head, struct heap *n);
void heap_remove_among(struct heap *n);

// `n` with its key; a head is all zero.
static inline void
heap_insert(struct heap *head, struct heap *n)
{
	n->left = n->right = NULL;
	n->rank = 1;
	if (head->left != NULL) {
		heap_insert_among(head, n);
		return;
	}
	head->left = n;
	n->up = head;
}

static inline void
heap_remove(struct heap *n)
{
	if (n->left != NULL || n->up->up != NULL) {
		heap_remove_among(n);
		return;
	}
	n->up->left = NULL;
	n->up = NULL;
}
