// SPDX-License-Identifier: MIT
// The mapping tree and revocation over all three spaces.
#include <cap.h>
#include <debug.h>
#include <node.h>
#include <port.h>
#include <space.h>

enum { NONE = UINT16_MAX };     // deeper than any node

// Put `n` behind `at`.
static inline void
put_behind(struct node *at, struct node *n, unsigned depth, enum node_kind kind, unsigned rights)
{
	*n = (struct node){
		.next = at->next, .prev = node_link(at),
		.depth = (uint16_t)depth, .kind = (uint8_t)kind, .rights = (uint8_t)rights,
	};
	if (n->next != 0)
		node_at(n->next)->prev = node_link(n);
	at->next = node_link(n);
}

void
node_insert(struct node *parent, struct node *n, enum node_kind kind, unsigned rights)
{
	assert(parent->depth < NODE_DEPTH_MAX);
	put_behind(parent, n, parent->depth + 1u, kind, rights);
}

void
node_remove(struct node *n)
{
	if (n->prev != 0)
		node_at(n->prev)->next = n->next;
	if (n->next != 0)
		node_at(n->next)->prev = n->prev;
	*n = (struct node){ 0 };
}

void
node_replace(struct node *from, struct node *to)
{
	*to = *from;
	if (to->prev != 0)
		node_at(to->prev)->next = node_link(to);
	if (to->next != 0)
		node_at(to->next)->prev = node_link(to);
	*from = (struct node){ 0 };
}

// The rights that `r` leaves a node that is in its range; 0: it goes.
static inline unsigned
rights_inside(const struct node *n, const struct revoke *r)
{
	unsigned left = n->rights & ~r->rights;

	return n->kind == NODE_MEM && !(left & MEM_R) ? 0 : left;
}

// The same for any node.
static inline unsigned
rights_left(const struct node *n, const struct revoke *r)
{
	if ((n->kind == NODE_MEM && !space_overlaps(n, r->start, r->end)) ||
	    (n->kind == NODE_PORT && !port_overlaps(n, r->start, r->end)))
		return n->rights;
	return rights_inside(n, r);
}

// Leave a node these rights; true when it is gone.
static inline bool
shrink(struct node *n, unsigned left)
{
	if (left == n->rights)
		return false;
	switch (n->kind) {
	case NODE_CAP:
		return cap_shrink(n, left);
	case NODE_MEM:
		return space_shrink(n, left);
	case NODE_PORT:
		return port_shrink(n, left);
	}
	panic("node of no kind");
}

void
node_drop(struct node *n)
{
	struct node *next;

	while ((next = node_next(n)) != NULL && next->depth > n->depth)
		(void)shrink(next, 0);
	(void)shrink(n, 0);
}

void
node_revoke_start(struct revoke *r, struct node *n, bool self)
{
	unsigned left = self ? rights_inside(n, r) : n->rights;
	const struct node *next = node_next(n);

	r->depth = n->depth;
	r->gone = NONE;
	// Mostly nothing came from it, and there is no way to go.
	if (next != NULL && (next->kind == NODE_WALK || next->depth > n->depth))
		put_behind(n, &r->at, 0, NODE_WALK, 0);
	if (shrink(n, left))
		r->gone = r->depth;
}

// The walk is behind `n` now, which was the next.
static inline void
pass(struct revoke *r, struct node *n)
{
	node_remove(&r->at);
	put_behind(n, &r->at, 0, NODE_WALK, 0);
}

bool
node_revoke(struct revoke *r, unsigned *steps)
{
	struct node *n;

	if (r->at.kind == NODE_FREE)
		return true;
	while ((n = node_next(&r->at)) != NULL && (n->kind == NODE_WALK || n->depth > r->depth)) {
		if (!step(steps))
			return false;
		if (n->kind == NODE_WALK) {
			pass(r, n);
			continue;
		}
		// What was got from a mapping that goes, goes with it.
		bool orphan = n->depth > r->gone;
		unsigned depth = n->depth;

		if (!shrink(n, orphan ? 0 : rights_left(n, r))) {
			pass(r, n);
			r->gone = NONE;
		} else if (!orphan) {
			r->gone = (uint16_t)depth;
		}
	}
	node_remove(&r->at);
	return true;
}

bool
node_end(struct node *head, unsigned *steps)
{
	struct node *n;

	while ((n = node_next(head)) != NULL) {
		if (!step(steps))
			return false;
		if (n->kind == NODE_WALK)
			node_remove(n);
		else
			shrink(n, 0);
	}
	return true;
}
