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

enum node_kind { NODE_FREE, NODE_HEAD, NODE_CAP, NODE_MEM, NODE_PORT, NODE_WALK };

struct [[gnu::aligned(16)]] node {
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

// `n` goes, and what came from it, in one go: it must not be much.
void node_drop(struct node *n);

// A walk that takes rights back from all that came from a node.  Others may run
// between its steps and change the tree.  How far it got is a node of its own in
// the tree's list: what is behind it and deeper than where it began is still to do,
// and what others insert, remove or replace moves it as it moves any node.
//
// A node that goes is removed before what came from it, which the walk then stands
// for: those that are behind it and deeper than `gone` have lost their giver.  Other
// walks may come to such orphans, and to each other, and pass; what they take away
// early would have gone anyway.  So every walk that has begun must be ended, also
// when its thread is.
struct revoke {
	struct node at;         // kind NODE_WALK; NODE_FREE: not under way
	uint16_t depth;         // of the node where it began
	uint16_t gone;
	unsigned rights;        // to take away; all of them: the mapping disappears
	uint64_t start, end;    // physical addresses or ports; capabilities: not looked at
};

// Begin to take r->rights from every descendant of `n` that overlaps the range, and
// from `n` itself if `self` is set.  A mapping that lies partly in the range is
// revoked whole, with all that came from it.
void node_revoke_start(struct revoke *r, struct node *n, bool self);

// Go on with it, in steps; true when it is not, or no longer, under way.
bool node_revoke(struct revoke *r, unsigned *steps);

// Remove all that came from a head, and walks that are among it: they have nothing
// left to do.  In steps: false when there is more to do.
bool node_end(struct node *head, unsigned *steps);
