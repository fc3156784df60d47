// SPDX-License-Identifier: MIT
// The mapping database: who got what from whom.
//
// Every capability, mapped page and port range has a node.  All mappings of
// one thing form a tree, kept as a list in preorder: a node's descendants are
// the nodes after it that are deeper.  Giving on inserts behind the giver, one
// deeper; taking back removes the nodes behind it while they are deeper.  No
// recursion, no search, cost proportional to what is taken back.
//
// A node lies where its owner finds it without a search: in the capability
// slot, in the shadow of the page table, in the port range.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <frame.h>

enum node_kind { NODE_FREE, NODE_HEAD, NODE_CAP, NODE_MEM, NODE_PORT };

struct node {
	uint32_t next, prev;    // in units of 16 bytes from frame_pool; 0 = none
	uint16_t depth;         // 0 only for heads
	uint8_t  kind;          // enum node_kind
	uint8_t  rights;        // what may be passed on
	uint32_t reserved;
};
_Static_assert(sizeof(struct node) == 16, "links count in units of it");

enum { NODE_DEPTH_MAX = 1000 };

static inline struct node *
node_at(uint32_t link)
{
	return link == 0 ? NULL : (struct node *)(frame_pool + (uint64_t)link * 16);
}

static inline uint32_t
node_link(const struct node *n)
{
	return (uint32_t)(((uint64_t)n - frame_pool) / 16);
}

static inline struct node *
node_next(const struct node *n)
{
	return node_at(n->next);
}

// Start a tree: a head (an object's own) or a root mapping.
static inline void
node_root(struct node *n, enum node_kind kind, unsigned depth, unsigned rights)
{
	*n = (struct node){ .depth = (uint16_t)depth, .kind = (uint8_t)kind,
	                    .rights = (uint8_t)rights };
}

// Put `n` behind `parent`, one deeper.  parent->depth < NODE_DEPTH_MAX.
void node_insert(struct node *parent, struct node *n, enum node_kind kind, unsigned rights);

// Take `n` out, its descendants stay (grant: `to` takes its place).
void node_remove(struct node *n);
void node_replace(struct node *from, struct node *to);

static inline bool
node_has_child(const struct node *n)
{
	const struct node *next = node_next(n);

	return next != NULL && next->depth > n->depth;
}

// What to take back: rights, and of which part of the thing.
struct revoke {
	unsigned rights;        // all of them: the mapping disappears
	bool     self;          // from the node itself, too
	uint64_t start, end;    // physical addresses or ports; capabilities: not looked at
	struct node *at;        // how far it got; NULL: at the start
	unsigned gone;          // what is deeper than this and comes next goes
};

// Revoke from every descendant of `n` that overlaps the range, and from `n`
// itself if `self` is set.  A mapping that lies partly in the range is revoked
// whole, with all that came from it.  In steps: false when there is more to do;
// call again with the same `r`.
bool node_revoke(struct node *n, struct revoke *r, unsigned *steps);

// The same, letting interrupts in between.
void node_revoke_all(struct node *n, struct revoke *r);
