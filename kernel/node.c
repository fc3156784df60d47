// SPDX-License-Identifier: MIT
// The mapping tree and revocation over all three spaces.
#include <cap.h>
#include <debug.h>
#include <node.h>
#include <port.h>
#include <preempt.h>
#include <space.h>

void
node_insert(struct node *parent, struct node *n, enum node_kind kind, unsigned rights)
{
	assert(parent->depth < NODE_DEPTH_MAX);
	*n = (struct node){
		.next = parent->next, .prev = node_link(parent),
		.depth = (uint16_t)(parent->depth + 1), .kind = (uint8_t)kind,
		.rights = (uint8_t)rights,
	};
	if (n->next != 0)
		node_at(n->next)->prev = node_link(n);
	parent->next = node_link(n);
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

bool
node_revoke(struct node *n, struct revoke *r, unsigned *steps)
{
	bool self = r->self && n->kind != NODE_HEAD;
	unsigned left = self ? rights_inside(n, r) : n->rights, depth = n->depth;
	struct node *next;

	if (r->at == NULL) {
		r->at = n;
		r->gone = left == 0 ? depth : UINT32_MAX;
	}
	while ((next = node_next(r->at)) != NULL && next->depth > depth) {
		if (!step(steps))
			return false;
		// What was got from a mapping that goes, goes with it.
		bool orphan = next->depth > r->gone;
		unsigned next_depth = next->depth;

		if (!shrink(next, orphan ? 0 : rights_left(next, r)))
			r->at = next, r->gone = UINT32_MAX;
		else if (!orphan)
			r->gone = next_depth;
	}
	r->at = NULL;
	if (self)
		shrink(n, left);
	return true;
}

void
node_revoke_all(struct node *n, struct revoke *r)
{
	unsigned steps = STEPS;

	while (!node_revoke(n, r, &steps)) {
		preempt_window();
		steps = STEPS;
	}
}
