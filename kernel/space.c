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

// The table below `entry`, made if asked; NULL: none (or no quota).
static inline uint64_t *
table_below(struct task *t, uint64_t *entry, unsigned level, bool create)
{
	uint64_t e = *entry;

	if ((e & (PTE_P | PTE_PS)) == PTE_P)
		return phys_to_virt(e & PTE_ADDR);
	return e == 0 && create ? new_table(t, entry, level) : NULL;
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
	uint64_t *table = t->pml4, size = 1ull << 39;

	for (unsigned level = 4; level > 1; level--, size >>= 9) {
		uint64_t entry = table[table_index(addr, level)];

		if (!(entry & PTE_P))
			return size - (addr & (size - 1));
		if (entry & PTE_PS)
			break;
		table = phys_to_virt(entry & PTE_ADDR);
	}
	return PAGE;
}

static inline uint64_t *
level2_table(struct task *t, uint64_t addr, bool create)
{
	uint64_t *l3 = table_below(t, &t->pml4[table_index(addr, 4)], 3, create);

	return l3 == NULL ? NULL : table_below(t, &l3[table_index(addr, 3)], 2, create);
}

// The lowest table for `addr`, if it was the last one used.  What comes next is
// mostly near; and tables stay until the task ends.
static inline uint64_t *
near_table(const struct task *t, uint64_t addr)
{
	return t->near == addr / SUPER ? t->near_table : NULL;
}

// The lowest table for `addr`, below `entry`, made if asked.
static inline uint64_t *
level1_table(struct task *t, uint64_t *entry, uint64_t addr, bool create)
{
	uint64_t *table = table_below(t, entry, 1, create);

	if (table != NULL) {
		t->near = addr / SUPER;
		t->near_table = table;
	}
	return table;
}

// What may map `addr` now: an entry of the lowest table there is; its size 0:
// there is none.
static struct place
find_far(struct task *t, uint64_t addr)
{
	uint64_t *table = level2_table(t, addr, false), size = SUPER;

	if (table == NULL)
		return (struct place){ 0 };
	uint64_t *e = &table[table_index(addr, 2)];

	if ((*e & (PTE_P | PTE_PS)) == PTE_P) {
		table = level1_table(t, e, addr, false);
		e = &table[table_index(addr, 1)];
		size = PAGE;
	}
	return (struct place){ e, shadow(t, table, addr, size == PAGE ? 1 : 2, false), size };
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

// The table with the entry for a page of `size` at `addr`.
static enum err
table_far(struct task *t, uint64_t addr, uint64_t size, uint64_t **table)
{
	uint64_t *l2 = level2_table(t, addr, true);

	*table = l2;
	if (l2 == NULL)
		return ERR_QUOTA;
	if (size == SUPER)
		return OK;
	if (l2[table_index(addr, 2)] & PTE_PS)
		return ERR_EXISTS;
	*table = level1_table(t, &l2[table_index(addr, 2)], addr, true);
	return *table == NULL ? ERR_QUOTA : OK;
}

// The empty entry for a page of `size` at `addr`.
static inline enum err
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
		return ERR_QUOTA;
	return OK;
}

static uint64_t
pte_bits(unsigned rights, uint64_t size)
{
	uint64_t bits = PTE_P | PTE_U;

	bits |= rights & MEM_W ? PTE_W : 0;
	bits |= rights & MEM_X ? 0 : PTE_NX;
	bits |= size == SUPER ? PTE_PS : 0;
	return bits;
}

static void
flush(struct task *t, uint64_t addr)
{
	if (cpu.task == t)
		invlpg(addr);
}

static enum err
cache_bits(const struct mem_move *m, uint64_t from, uint64_t *bits)
{
	*bits = from & PTE_CACHE;
	if (m->cache == MEM_KEEP)
		return OK;
	if (*bits == 0)                 // ordinary RAM stays cached
		return ERR_ARG;
	*bits = m->cache == MEM_WC ? PTE_WC : PTE_UC;
	return OK;
}

// Pass one page on: `off` into the move, from `src`, `size` bytes.
static enum err
map_one(const struct mem_move *m, uint64_t off, const struct place *src, uint64_t size)
{
	unsigned rights = src->node->rights & m->rights;
	uint64_t cache, offset = (m->addr + off) & (src->size - 1) & ~(size - 1);
	paddr_t phys = (*src->pte & PTE_ADDR & ~(src->size - 1)) + offset;
	struct place dst;

	if (!(rights & MEM_R))
		return ERR_RIGHT;
	if ((rights & (MEM_W | MEM_X)) == (MEM_W | MEM_X) || (m->grant && size != src->size))
		return ERR_ARG;
	if (src->node->depth >= NODE_DEPTH_MAX)
		return ERR_DEPTH;
	enum err e = cache_bits(m, *src->pte, &cache);

	if (e == OK)
		e = make(m->to, m->dest + off, size, true, &dst);
	if (e != OK)
		return e;
	*dst.pte = phys | cache | pte_bits(rights, size);
	if (!m->grant) {
		node_insert(src->node, dst.node, NODE_MEM, rights);
		return OK;
	}
	node_replace(src->node, dst.node);
	dst.node->rights = (uint8_t)rights;
	*src->pte = 0;
	flush(m->from, m->addr + off);
	return OK;
}

// True when nothing stands in the way of a 2 MiB page at `addr`.
static bool
super_free(struct task *t, uint64_t addr)
{
	uint64_t *l2 = level2_table(t, addr, false);

	return l2 == NULL || l2[table_index(addr, 2)] == 0;
}

enum err
space_map(const struct mem_move *m)
{
	uint64_t start = preempt_start(m->caller), step;
	bool any = start != 0;

	if (!space_user_range(m->addr, m->size) || !space_user_range(m->dest, m->size))
		return ERR_ARG;
	for (uint64_t off = start; off < m->size; off += step) {
		if (off != start && preempt_now(m->caller, off))
			return RESTART;
		uint64_t addr = m->addr + off, dest = m->dest + off;
		struct place src = find(m->from, addr);

		step = PAGE;
		if (src.size == 0) {
			step = hole(m->from, addr);
			continue;
		}
		if (src.node == NULL || src.node->kind != NODE_MEM)
			continue;                               // the kernel's page
		if (src.size == SUPER && ((addr | dest) & (SUPER - 1)) == 0 &&
		    m->size - off >= SUPER && super_free(m->to, dest))
			step = SUPER;
		enum err e = map_one(m, off, &src, step);

		if (e != OK)
			return e;
		any = true;
	}
	return any ? OK : ERR_ARG;
}

enum err
space_unmap(struct task *t, uint64_t addr, uint64_t size, struct revoke *r, struct thread *caller)
{
	uint64_t start = preempt_start(caller), step;

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
		node_revoke_all(p.node, r);
	}
	return OK;
}

enum err
space_map_kernel(struct task *t, uint64_t addr, paddr_t page, unsigned rights)
{
	struct place p;
	enum err e = make(t, addr, PAGE, false, &p);

	if (e == OK)
		*p.pte = page | pte_bits(rights, PAGE);
	return e;
}

void
space_unmap_kernel(struct task *t, uint64_t addr)
{
	struct place p = find(t, addr);

	if (p.size != 0) {
		*p.pte = 0;
		flush(t, addr);
	}
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
	*p.pte = phys | cache | pte_bits(MEM_RW, size);
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
		*p.pte = 0;
		flush(t, addr);
		node_remove(n);
		return true;
	}
	n->rights = (uint8_t)left;
	*p.pte &= ~(left & MEM_W ? 0ull : PTE_W);
	*p.pte |= left & MEM_X ? 0 : PTE_NX;
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
		struct revoke r = { .rights = 7, .self = true, .end = UINT64_MAX };
		struct node *n = &nodes[f->first];

		if ((n->kind == NODE_MEM || f->first % 32 == 0) && !step(steps))
			return false;
		if (n->kind == NODE_MEM && !node_revoke(n, &r, steps))
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

	if (f->used == 0)
		return NULL;
	while ((table[i] & (PTE_P | PTE_PS)) != PTE_P && (++i % 64 != 0 || step(steps)))
		;
	f->first = i;
	return (table[i] & (PTE_P | PTE_PS)) == PTE_P ? &table[i] : NULL;
}

bool
space_fini(struct task *t, unsigned *steps)
{
	if (t->pml4 != NULL && cpu.task == t)
		mmu_leave(t);
	while (t->pml4 != NULL) {
		uint64_t *table = t->pml4, *parent = NULL, *child;

		// Down to a table without tables below.
		while ((child = next_child(table, steps)) != NULL) {
			parent = child;
			table = phys_to_virt(*child & PTE_ADDR);
		}
		struct frame *f = frame_of(table);

		if (!step(steps) || !shadow_fini(t, &f->peer, steps) ||
		    !shadow_fini(t, &f->peer2, steps))
			return false;
		if (f->level == 1)              // may still map pages of the kernel's own
			memset(table, 0, PAGE);
		if (parent == NULL) {
			mmu_unshare_kernel(t->pml4);
			t->pml4 = NULL;
		} else {
			*parent = 0;
			frame_of(parent)->used--;
		}
		factory_free_frame(t->obj.factory, table);
		*steps = 0;
	}
	return true;
}
