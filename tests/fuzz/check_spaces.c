// SPDX-License-Identifier: MIT
// The mapping database: every capability, mapping and port range is in
// exactly one tree, trees are well formed, and page tables say what the nodes
// say.  While something is being destroyed, trees may have holes.
#include <port.h>

#include "check.h"
#include "machine.h"
#include "pool.h"

// Nodes that exist in spaces, and nodes found in trees.
static struct { unsigned there, in_trees; } caps, memory, ports;
static bool strict;                             // nothing is half destroyed

// What a node stands for: a piece of physical memory or of the ports.
static void
extent(const struct node *n, uint64_t *start, uint64_t *end)
{
	*start = 0;
	*end = UINT64_MAX;
	if (n->kind == NODE_PORT) {
		*start = ((const struct port *)n)->start;
		*end = ((const struct port *)n)->end;
	} else if (n->kind == NODE_MEM) {
		const struct frame *f = frame_of(n);
		uint64_t size = f->level == 1 ? PAGE : SUPER;

		MUST(f->level == 1 || f->level == 2);
		*start = ((uint64_t *)f->peer)[((uint64_t)n & 4095) / sizeof *n] &
		         PTE_ADDR & ~(size - 1);
		*end = *start + size;
	}
}

// True when nothing that is mapped is before it in its list: a root, or what
// comes from one that a walk has taken and stands for.
static bool
comes_first(const struct node *n)
{
	const struct node *before = node_at(n->prev);

	while (before != NULL && before->kind == NODE_WALK)
		before = node_at(before->prev);
	return before == NULL;
}

// Count what is behind `root` in its list; each must lie within what it was got from.
static unsigned
tree(const struct node *root)
{
	static struct { uint64_t start, end; } at[NODE_DEPTH_MAX + 2];
	unsigned found_nodes = 0, depth = root->depth;
	const struct node *last = root;

	for (unsigned d = 0; d < depth; d++)
		at[d].start = 0, at[d].end = UINT64_MAX;
	extent(root, &at[depth].start, &at[depth].end);
	for (const struct node *n; (n = node_next(last)) != NULL; last = n) {
		MUST(node_at(n->prev) == last);
		if (n->kind == NODE_WALK)
			continue;
		MUST(n->depth > (strict ? root->depth : 0) && n->depth <= NODE_DEPTH_MAX);
		MUST(!strict || n->depth <= depth + 1);
		MUST(n->rights != 0 && (root->kind == NODE_HEAD ? n->kind == NODE_CAP
		                                                : n->kind == root->kind));
		for (unsigned d = depth + 1; d < n->depth; d++)
			at[d] = at[depth];
		depth = n->depth;
		extent(n, &at[depth].start, &at[depth].end);
		MUST(at[depth].start >= at[depth - 1].start && at[depth].end <= at[depth - 1].end);
		found_nodes++;
	}
	return found_nodes;
}

static void
slot(const struct task *t, unsigned index, const struct cap *c)
{
	if (index == CAP_SELF) {
		MUST(c->obj == &t->obj && c->node.kind == NODE_FREE);
		return;
	}
	MUST((c->obj != NULL) == (c->node.kind == NODE_CAP));
	if (c->obj == NULL)
		return;
	MUST(pool_is_object(c->obj) && c->node.prev != 0);
	caps.there++;
}

static void
cap_space(const struct task *t)
{
	for (unsigned i = 0; i < CAP_TABLES; i++) {
		const struct cap *table = t->caps[i];
		unsigned used = 0;

		if (table == cap_table_none)
			continue;
		for (unsigned j = 0; j < CAP_TABLE; j++) {
			slot(t, i * CAP_TABLE + j, &table[j]);
			used += table[j].node.kind == NODE_CAP;        // CAP_SELF does not count
		}
		MUST(frame_of(table)->used == used);
	}
}

static bool
kernel_page(const struct task *t, paddr_t p)
{
	if (p == RAM_AT - PAGE)                 // the information page
		return true;
	for (struct list *l = t->threads.next; l != &t->threads; l = l->next) {
		if (virt_to_phys(container_of(l, struct thread, in_task)->utcb) == p)
			return true;
	}
	return false;
}

static void
page(const struct task *t, uint64_t e, const struct node *n, uint64_t size)
{
	paddr_t p = e & PTE_ADDR & ~(size - 1);

	MUST(!(e & PTE_W) || e & PTE_NX);
	MUST(e & PTE_U);
	if (n == NULL || n->kind == NODE_FREE) {
		MUST(size == PAGE && kernel_page(t, p));
		return;
	}
	MUST(n->kind == NODE_MEM && (n->rights & MEM_R));
	MUST(!(e & PTE_W) || n->rights & MEM_W);
	MUST(e & PTE_NX || n->rights & MEM_X);
	MUST((p >= RAM_AT && p + size <= RAM_AT + RAM_SIZE && !(e & PTE_CACHE)) ||
	     (p >= DEVICE_AT && p + size <= DEVICE_AT + RAM_SIZE && e & PTE_CACHE));
	memory.there++;
	if (comes_first(n))
		memory.in_trees += 1 + tree(n);
}

// One half of a table that can map pages.
static void
half(const struct task *t, uint64_t *table, struct node *nodes, unsigned level)
{
	uint64_t size = level == 1 ? PAGE : SUPER;

	if (nodes != NULL)
		MUST(frame_of(nodes)->owner == t && frame_of(nodes)->peer == table &&
		     frame_of(nodes)->level == level);
	for (unsigned i = 0; i < 256; i++) {
		bool leaf = table[i] & PTE_P && (level == 1 || table[i] & PTE_PS);

		MUST(table[i] & PTE_P || table[i] == 0);
		if (leaf)
			page(t, table[i], nodes == NULL ? NULL : &nodes[i], size);
		else if (nodes != NULL)
			MUST(nodes[i].kind == NODE_FREE);
	}
}

static void
tables(const struct task *t, uint64_t *table, unsigned level)
{
	const struct frame *d = frame_of(table);

	for (unsigned i = 0; i < 512 && level > 1; i++) {
		if (table[i] & PTE_P && !(table[i] & PTE_PS) &&
		    !(level == 4 && (i == 256 || i == 511)))
			tables(t, phys_to_virt(table[i] & PTE_ADDR), level - 1);
	}
	if (level > 2)
		return;
	half(t, table, d->peer, level);
	half(t, table + 256, d->peer2, level);
}

static void
port_space(const struct task *t)
{
	for (struct list *l = t->ports.next; l != &t->ports; l = l->next) {
		const struct port *p = container_of(l, struct port, ranges);

		MUST(p->task == t && p->node.kind == NODE_PORT && p->start < p->end &&
		     p->end <= 65536);
		for (struct list *m = l->next; m != &t->ports; m = m->next) {
			const struct port *q = container_of(m, struct port, ranges);

			MUST(q->end <= p->start || p->end <= q->start);
		}
		ports.there++;
		if (comes_first(&p->node))
			ports.in_trees += 1 + tree(&p->node);
	}
}

// Something is half taken back.
static bool
walking(void)
{
	for (unsigned i = 0; i < pool_object_count; i++) {
		const struct object *o = pool_objects[i];

		if (o->doomed || (o->type == OBJ_THREAD &&
		                  ((const struct thread *)o)->walk.at.kind != NODE_FREE))
			return true;
	}
	return false;
}

void
check_spaces(void)
{
	strict = !walking();
	caps.there = caps.in_trees = memory.there = memory.in_trees = 0;
	ports.there = ports.in_trees = 0;
	for (unsigned i = 0; i < pool_object_count; i++) {
		const struct object *o = pool_objects[i];
		const struct task *t = (const struct task *)o;

		unsigned in_tree = tree(&o->caps);

		MUST(o->refs == in_tree);
		MUST(in_tree > 0 || o->doomed || o->factory == &world_first);
		caps.in_trees += in_tree;
		if (o->type != OBJ_TASK)
			continue;
		cap_space(t);
		port_space(t);
		if (t->pml4 != NULL)
			tables(t, t->pml4, 4);
	}
	if (caps.there != caps.in_trees || memory.there != memory.in_trees ||
	    ports.there != ports.in_trees)
		found("there are %u capabilities, %u mappings, %u port ranges, in trees %u, %u, %u",
		      caps.there, memory.there, ports.there, caps.in_trees, memory.in_trees,
		      ports.in_trees);
}
