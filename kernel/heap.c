// SPDX-License-Identifier: MIT
// Leftist heap.  No way down to the right is longer than one to the left, so
// none to the right is longer than the logarithm of the size.
#include <heap.h>

static unsigned
rank(const struct heap *n)
{
	return n == NULL ? 0 : n->rank;
}

// Put the longer side left; true when the rank has changed.
static bool
fix(struct heap *n)
{
	struct heap *left = n->left;
	unsigned before = n->rank;

	if (rank(left) < rank(n->right)) {
		n->left = n->right;
		n->right = left;
	}
	n->rank = rank(n->right) + 1;
	return n->rank != before;
}

// Make one heap of `a` and `b` in `*slot`, which is a side of `up`.
static void
merge(struct heap *up, struct heap **slot, struct heap *a, struct heap *b)
{
	struct heap *end = up, *next;

	while (a != NULL && b != NULL) {
		if (b->key < a->key)
			next = a, a = b, b = next;
		*slot = a;
		a->up = up;
		up = a;
		slot = &a->right;
		a = a->right;
	}
	a = a == NULL ? b : a;
	*slot = a;
	if (a != NULL)
		a->up = up;
	while (up != end) {
		fix(up);
		up = up->up;
	}
	while (up->up != NULL && fix(up))
		up = up->up;
}

void
heap_insert_among(struct heap *head, struct heap *n)
{
	merge(head, &head->left, head->left, n);
}

void
heap_remove_among(struct heap *n)
{
	struct heap *up = n->up;

	merge(up, up->left == n ? &up->left : &up->right, n->left, n->right);
	n->up = NULL;
}
