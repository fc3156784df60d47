// SPDX-License-Identifier: MIT
// Page tables, their shadows, and mapping between tasks.  Longer than other
// files: walking, mapping, taking back and the end know the same tables.
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <invoke.h>
#include <preempt.h>
#include <space.h>
#include <string.h>
#include <task.h>
#include <x86/mmu.h>
#include <x86/x86.h>

// One entry that can map a page: where it is, its node, its size.
struct place {
	uint64_t *pte;
	struct node *node;      // NULL: no shadow there
	uint64_t size;          // PAGE or SUPER
};

static unsigned
table_index(uint64_t addr, unsigned level)
{
	return addr >> (12 + 9 * (level - 1)) & 511;
}

static uint64_t *
new_table(struct task *t, uint64_t *entry, unsigned level)
{
	uint64_t *table = factory_alloc_frame(t->obj.factory);

	struct frame *parent = frame_of(entry);
	uint32_t i = ((uint64_t)entry & (PAGE - 1)) / 8 & 511;

	if (table == NULL)
		return NULL;
	frame_of(table)->level = (uint8_t)level;
	if (parent->used++ == 0 || i < parent->first)
		parent->first = i;
	*entry = virt_to_phys(table) | PTE_P | PTE_W | PTE_U;
	return table;
}

// The way to `addr`, down to `*level`, or as far as there are tables: its last entry, and
// in `*level` how far that is.  Tables are made if asked; then it ends above where a
// larger page is, or where there is no quota.
static inline uint64_t *
walk(struct task *t, uint64_t addr, unsigned *level, bool create)
{
	uint64_t *e = &t->pml4[table_index(addr, 4)];
	unsigned l = 4;

#pragma GCC unroll 3
	for (; l > *level; l--) {
		if ((*e & (PTE_P | PTE_PS)) != PTE_P &&
		    (!create || *e != 0 || new_table(t, e, l - 1) == NULL))
			break;
		e = (uint64_t *)phys_to_virt(*e & PTE_ADDR) + table_index(addr, l - 1);
	}
	*level = l;
	return e;
}

static inline uint64_t *
table_of(uint64_t *entry)
{
	return (uint64_t *)((uint64_t)entry & ~(uint64_t)(PAGE - 1));
}

// The nodes for the half of `table` (its descriptor: f) that entry `i` is in.
static struct node *
new_shadow(struct task *t, uint64_t *table, uint64_t addr, unsigned i)
{
	struct frame *f = frame_of(table);
	uint64_t span = f->level == 1 ? PAGE : SUPER;
	struct node *nodes = factory_alloc_frame(t->obj.factory);

	if (nodes == NULL)
		return NULL;
	*frame_of(nodes) = (struct frame){
		.owner = t, .level = f->level, .peer = table + (i & 256),
		.base = (addr & ~(span * 512 - 1)) + (i & 256) * span,
	};
	*(i < 256 ? &f->peer : &f->peer2) = nodes;
	return nodes;
}

// Node for the entry of a level 1 or 2 table that covers `addr`.
static inline struct node *
shadow(struct task *t, uint64_t *table, uint64_t addr, unsigned level, bool create)
{
	struct frame *f = frame_of(table);
	unsigned i = table_index(addr, level);
	struct node *nodes = i < 256 ? f->peer : f->peer2;

	if (nodes == NULL && create)
		nodes = new_shadow(t, table, addr, i);
	return nodes == NULL ? NULL : nodes + (i & 255);
}

// How far the hole goes that `addr` is in: to the end of the first entry, from
// the top, that is not there.
static uint64_t
hole(struct task *t, uint64_t addr)
{
	unsigned level = 2;
	const uint64_t *e = walk(t, addr, &level, false);
	uint64_t size = *e & PTE_P ? PAGE : 1ull << (12 + 9 * (level - 1));

	return size - (addr & (size - 1));
}

static void
flush(struct task *t, uint64_t addr)
{
	if (cpu.task == t)
		invlpg(addr);
	t->stale = 1;
}

// What lies beside a table goes with it: nodes that are all free.
static void
free_shadows(struct task *t, struct frame *f)
{
	if (f->peer != NULL)
		factory_free_frame(t->obj.factory, f->peer);
	if (f->peer2 != NULL)
		factory_free_frame(t->obj.factory, f->peer2);
}

// Give tables on the way to `addr` back that are empty now, from below; but one
// that is still near stays.
[[gnu::noinline]] static void
prune(struct task *t, uint64_t addr)
{
	// The end of a task goes through its tables itself.
	while (!t->obj.doomed) {
		unsigned level = 1;
		uint64_t *table = table_of(walk(t, addr, &level, false));

		if (frame_of(table)->used != 0 || table == t->near_table || level == 4)
			return;
		level++;
		uint64_t *entry = walk(t, addr, &level, false);

		*entry = 0;
		frame_of(entry)->used--;
		flush(t, addr);                 // the processor may remember the table
		free_shadows(t, frame_of(table));
		factory_free_frame(t->obj.factory, table);
	}
}

// Nothing is near any more.
static inline void
forget_near(struct task *t)
{
	const uint64_t *table = t->near_table;

	t->near_table = NULL;
	if (table != NULL && frame_of(table)->used == 0)
		prune(t, t->near * SUPER);
}

// The lowest table for `addr`, if it was the last one used.  What comes next is
// mostly near, so that this table stays even if it is empty.
static inline uint64_t *
near_table(const struct task *t, uint64_t addr)
{
	return t->near == addr / SUPER ? t->near_table : NULL;
}

// A lowest table, for `addr`, is used.
static inline void
set_near(struct task *t, uint64_t addr, uint64_t *table)
{
	if (table == t->near_table)
		return;
	forget_near(t);
	t->near = addr / SUPER;
	t->near_table = table;
}

// What may map `addr` now: an entry of the lowest table there is; its size 0:
// there is none.
static struct place
find_far(struct task *t, uint64_t addr)
{
	unsigned level = 1;
	uint64_t *e = walk(t, addr, &level, false);

	if (level > 2)
		return (struct place){ 0 };
	if (level == 1)
		set_near(t, addr, table_of(e));
	return (struct place){ e, shadow(t, table_of(e), addr, level, false),
	                       level == 1 ? PAGE : SUPER };
}

// What maps `addr` now; size 0: nothing.
static inline struct place
find(struct task *t, uint64_t addr)
{
	uint64_t *table = near_table(t, addr);
	struct place p;

	if (table == NULL)
		p = find_far(t, addr);
	else
		p = (struct place){ &table[table_index(addr, 1)],
		                    shadow(t, table, addr, 1, false), PAGE };
	return p.size != 0 && *p.pte & PTE_P ? p : (struct place){ 0 };
}

// What was made in vain on the way to `addr` goes back.
[[gnu::noinline]] static enum err
no_quota(struct task *t, uint64_t addr)
{
	forget_near(t);
	prune(t, addr);
	return ERR_QUOTA;
}

// The table with the entry for a page of `size` at `addr`.
static enum err
table_far(struct task *t, uint64_t addr, uint64_t size, uint64_t **table)
{
	unsigned lowest = size == PAGE ? 1 : 2, level = lowest;
	uint64_t *e = walk(t, addr, &level, true);

	if (level != lowest)
		return *e != 0 ? ERR_EXISTS : no_quota(t, addr);
	*table = table_of(e);
	if (level == 1)
		set_near(t, addr, *table);
	return OK;
}

// The empty entry for a page of `size` at `addr`; it counts as used from now on.
[[gnu::always_inline]] static inline enum err
make(struct task *t, uint64_t addr, uint64_t size, bool with_node, struct place *p)
{
	uint64_t *table = size == PAGE ? near_table(t, addr) : NULL;
	unsigned level = size == PAGE ? 1 : 2;
	enum err e = table == NULL ? table_far(t, addr, size, &table) : OK;

	if (e != OK)
		return e;
	*p = (struct place){ &table[table_index(addr, level)], NULL, size };
	if (*p->pte & PTE_P)
		return ERR_EXISTS;
	if (with_node && (p->node = shadow(t, table, addr, level, true)) == NULL)
		return no_quota(t, addr);
	frame_of(table)->used++;
	return OK;
}

static uint64_t
pte_bits(const struct task *t, unsigned rights, uint64_t size)
{
	uint64_t bits = PTE_P | PTE_U;

	bits |= rights & MEM_W ? PTE_W : 0;
	bits |= rights & MEM_X ? 0 : t->nx;
	bits |= size == SUPER ? PTE_PS : 0;
	return bits;
}

// An entry that maps `addr`; its node is in no tree any more.
static inline void
clear(struct task *t, uint64_t *pte, uint64_t addr)
{
	*pte = 0;
	flush(t, addr);
	if (--frame_of(pte)->used == 0 && near_table(t, addr) == NULL)
		prune(t, addr);
}

static enum err
cache_bits(enum mem_cache cache, uint64_t from, uint64_t *bits)
{
	*bits = from & PTE_CACHE;
	if (cache == MEM_KEEP)
		return OK;
	if (*bits == 0)                 // ordinary RAM stays cached
		return ERR_ARG;
	*bits = cache == MEM_WC ? PTE_WC : PTE_UC;
	return OK;
}

static inline paddr_t
phys_at(const struct place *p, uint64_t addr)
{
	return (*p->pte & PTE_ADDR & ~(p->size - 1)) + (addr & (p->size - 1));
}

// Pass one page on, which is `src`: from `addr` to `dest`, `size` bytes.
static enum err
map_one(const struct give *g, uint64_t addr, uint64_t dest, const struct place *src, uint64_t size,
        enum mem_cache cache)
{
	unsigned rights = src->node->rights & fpage_rights(g->what);
	bool grant = g->dest & ITEM_GRANT;
	struct place dst;
	uint64_t bits;

	if (!(rights & MEM_R))
		return ERR_RIGHT;
	if ((rights & (MEM_W | MEM_X)) == (MEM_W | MEM_X) || (grant && size != src->size))
		return ERR_ARG;
	if (src->node->depth >= NODE_DEPTH_MAX)
		return ERR_DEPTH;
	enum err e = cache_bits(cache, *src->pte, &bits);

	if (e == OK)
		e = make(g->to, dest, size, true, &dst);
	if (e != OK)
		return e;
	*dst.pte = phys_at(src, addr) | bits | pte_bits(g->to, rights, size);
	if (!grant) {
		node_insert(src->node, dst.node, NODE_MEM, rights);
		return OK;
	}
	node_replace(src->node, dst.node);
	dst.node->rights = (uint8_t)rights;
	clear(g->from, src->pte, addr);
	return OK;
}

// False: RESTART.
static bool
undo_one(const struct give *g, uint64_t off, uint64_t dest, const struct place *src)
{
	struct place dst = find(g->to, dest);

	return dst.node == NULL || dst.node->kind != NODE_MEM ||
	       dst.node->depth != src->node->depth + 1 ||
	       phys_at(&dst, dest) != phys_at(src, fpage_addr(g->what) + off) ||
	       task_undo(g, dst.node, off + PAGE);
}

// True when nothing stands in the way of a 2 MiB page at `addr`.
static bool
super_free(struct task *t, uint64_t addr)
{
	if (near_table(t, addr) != NULL)        // perhaps that is all
		forget_near(t);
	unsigned level = 2;
	const uint64_t *e = walk(t, addr, &level, false);

	return level > 2 || *e == 0;
}

enum err
space_map(struct give *g, uint64_t size, enum mem_cache cache)
{
	uint64_t from = fpage_addr(g->what), to = g->dest & ~0xfffull, step;
	uint64_t start = preempt_start(g->caller);
	enum err e = start & GIVE_SOME ? OK : ERR_ARG;

	if (!space_user_range(from, size) || !space_user_range(to, size))
		return ERR_ARG;
	if (g->undo && g->done < size)
		size = g->done;
	start &= ~(uint64_t)(PAGE - 1);
	for (uint64_t off = start; off < size; off += step) {
		if (off != start && preempt_now(g->caller, off | (e == OK ? GIVE_SOME : 0)))
			return RESTART;
		uint64_t addr = from + off, dest = to + off;
		struct place src = find(g->from, addr);

		step = PAGE;
		if (src.size == 0) {
			step = hole(g->from, addr);
			continue;
		}
		if (src.node == NULL || src.node->kind != NODE_MEM)
			continue;                               // the kernel's page
		if (g->undo) {
			if (!undo_one(g, off, dest, &src))
				return RESTART;
			continue;
		}
		if (src.size == SUPER && ((addr | dest) & (SUPER - 1)) == 0 &&
		    size - off >= SUPER && super_free(g->to, dest))
			step = SUPER;
		e = map_one(g, addr, dest, &src, step, cache);
		if (e != OK) {
			g->done = off;
			return e;
		}
	}
	return e;
}

enum err
space_unmap(struct task *t, uint64_t addr, uint64_t size, bool self, struct thread *caller)
{
	uint64_t start = preempt_start(caller), step;
	struct revoke *r = &caller->walk;

	for (uint64_t off = start; off < size; off += step) {
		if (off != start && preempt_now(caller, off))
			return RESTART;
		struct place p = find(t, addr + off);

		if (p.size == 0) {
			step = hole(t, addr + off);
			continue;
		}
		uint64_t in = (addr + off) & (p.size - 1), left = size - off;

		step = p.size - in < left ? p.size - in : left;
		if (p.node == NULL || p.node->kind != NODE_MEM)
			continue;
		r->start = (*p.pte & PTE_ADDR & ~(p.size - 1)) + in;
		r->end = r->start + step;
		node_revoke_start(r, p.node, self);
		if (!preempt_revoke(caller, off + step))
			return RESTART;
	}
	return OK;
}

enum err
space_map_kernel(struct task *t, uint64_t addr, paddr_t page, unsigned rights)
{
	struct place p;
	enum err e = make(t, addr, PAGE, false, &p);

	if (e == OK)
		*p.pte = page | pte_bits(t, rights, PAGE);
	return e;
}

void
space_unmap_kernel(struct task *t, uint64_t addr)
{
	struct place p = find(t, addr);

	if (p.size != 0)
		clear(t, p.pte, addr);
}

enum err
space_map_root(struct task *t, uint64_t addr, paddr_t phys, bool super, uint64_t cache)
{
	uint64_t size = super ? SUPER : PAGE;
	struct place p;
	enum err e = make(t, addr, size, true, &p);

	if (e != OK)
		return e;
	// May be passed on as code, but the root task itself cannot run it.
	node_root(p.node, NODE_MEM, 1, MEM_R | MEM_W | MEM_X);
	*p.pte = phys | cache | pte_bits(t, MEM_RW, size);
	return OK;
}

// From a node back to its entry.
static struct place
place_of(const struct node *n, uint64_t *addr)
{
	const struct frame *f = frame_of(n);
	uint64_t i = ((uint64_t)n & 4095) / sizeof *n, size = f->level == 1 ? PAGE : SUPER;

	*addr = f->base + i * size;
	return (struct place){ (uint64_t *)f->peer + i, NULL, size };
}

bool
space_overlaps(const struct node *n, paddr_t start, paddr_t end)
{
	uint64_t addr;
	struct place p = place_of(n, &addr);
	paddr_t phys = *p.pte & PTE_ADDR & ~(p.size - 1);

	return phys < end && start < phys + p.size;
}

bool
space_shrink(struct node *n, unsigned left)
{
	struct task *t = frame_of(n)->owner;
	uint64_t addr;
	struct place p = place_of(n, &addr);

	if (!(left & MEM_R)) {
		node_remove(n);
		clear(t, p.pte, addr);
		return true;
	}
	n->rights = (uint8_t)left;
	*p.pte &= ~(left & MEM_W ? 0ull : PTE_W);
	*p.pte |= left & MEM_X ? 0 : t->nx;
	flush(t, addr);
	return false;
}

enum err
space_init(struct task *t)
{
	t->pml4 = factory_alloc_frame(t->obj.factory);
	if (t->pml4 == NULL)
		return ERR_QUOTA;
	mmu_share_kernel(t->pml4);
	t->cr3 = virt_to_phys(t->pml4);
	return OK;
}

// Give up what a half of a shadow holds.
static bool
shadow_fini(struct task *t, void **half, unsigned *steps)
{
	struct node *nodes = *half;

	if (nodes == NULL)
		return true;
	for (struct frame *f = frame_of(nodes); f->first < 256; f->first++) {
		struct node *n = &nodes[f->first];

		if ((n->kind == NODE_MEM || f->first % 32 == 0) && !step(steps))
			return false;
		if (n->kind != NODE_MEM)
			continue;
		node_revoke_start(&t->walk, n, true);
		if (!node_revoke(&t->walk, steps))
			return false;
	}
	factory_free_frame(t->obj.factory, nodes);      // taken back, nodes are all zero
	*half = NULL;
	*steps = 0;             // that was enough for once
	return true;
}

// The next table below `table`: its entry; NULL: none, or not found yet and no
// steps left.
static uint64_t *
next_child(uint64_t *table, unsigned *steps)
{
	struct frame *f = frame_of(table);
	uint32_t i = f->first;

	if (f->used == 0 || f->level == 1)
		return NULL;
	while (i < 512 && (table[i] & (PTE_P | PTE_PS)) != PTE_P && (++i % 32 != 0 || step(steps)))
		;
	f->first = i;
	return i < 512 && (table[i] & (PTE_P | PTE_PS)) == PTE_P ? &table[i] : NULL;
}

// One table in each call.
bool
space_fini(struct task *t, unsigned *steps)
{
	uint64_t *table = t->pml4, *parent = NULL, *child;

	if (table == NULL)
		return true;
	if (cpu.task == t)
		mmu_leave(t);
	// Down to a table without tables below.
	while ((child = next_child(table, steps)) != NULL) {
		parent = child;
		table = phys_to_virt(*child & PTE_ADDR);
	}
	struct frame *f = frame_of(table);

	if (!step(steps) || !shadow_fini(t, &f->peer, steps) || !shadow_fini(t, &f->peer2, steps))
		return false;
	if (f->used != 0)                       // by pages of the kernel's own
		memset(table, 0, PAGE);
	if (parent == NULL) {
		mmu_unshare_kernel(t->pml4);
		t->pml4 = NULL;
	} else {
		*parent = 0;
		frame_of(parent)->used--;
	}
	factory_free_frame(t->obj.factory, table);
	return false;
}
