// SPDX-License-Identifier: MIT
// Every frame that is handed out belongs to exactly one thing, every thing to
// a factory, and what factories think they have used adds up.
#include <string.h>

#include <port.h>

#include "check.h"
#include "machine.h"
#include "pool.h"

static uint8_t claimed[POOL_FRAMES];            // by a thing of its own
static uint8_t in_slab[POOL_FRAMES];            // objects found in it

// What a factory has used, counted by us: the first one's is at index 0.
static struct { struct factory *f; uint64_t frames; } owner[OBJECTS_MAX + 1];
static unsigned owners;

static void
count(struct factory *f, uint64_t frames)
{
	for (unsigned i = 0; i < owners; i++) {
		if (owner[i].f == f) {
			owner[i].frames += frames;
			return;
		}
	}
	found("frames paid by a factory that does not exist");
}

static void
claim(struct factory *f, const void *page)
{
	unsigned i = pool_index(page);

	MUST(((uint64_t)page & 4095) == 0 && i < pool_high && pool_used[i]);
	MUST(!claimed[i] && in_slab[i] == 0);
	claimed[i] = 1;
	count(f, 1);
}

// A small object of `f`.
static void
claim_small(struct factory *f, const void *p)
{
	unsigned i = pool_index(p);

	MUST(i < pool_high && pool_used[i] && !claimed[i]);
	MUST(frame_of(p)->owner == f);
	if (in_slab[i]++ == 0)
		count(f, 1);
}

static void
claim_tables(struct factory *f, uint64_t *table, unsigned level)
{
	struct frame *d = frame_of(table);
	unsigned used = 0;

	claim(f, table);
	if (d->peer != NULL)
		claim(f, d->peer);
	if (d->peer2 != NULL)
		claim(f, d->peer2);
	for (unsigned i = 0; i < 512; i++) {
		if (!(table[i] & PTE_P) || (level == 4 && (i == 256 || i == 511)))
			continue;
		used++;
		if (level > 1 && !(table[i] & PTE_PS))
			claim_tables(f, phys_to_virt(table[i] & PTE_ADDR), level - 1);
	}
	MUST(d->used == used);
}

static void
claim_task(struct task *t)
{
	struct factory *f = t->obj.factory;

	if (t->pml4 != NULL)
		claim_tables(f, t->pml4, 4);
	for (unsigned i = 0; i < CAP_TABLES; i++) {
		if (t->caps[i] != cap_table_none)
			claim(f, t->caps[i]);
	}
	for (struct list *l = t->threads.next; l != &t->threads; l = l->next) {
		const struct thread *thread = container_of(l, struct thread, in_task);

		MUST(thread->task == t);
		claim(f, thread->utcb);
	}
	for (struct list *l = t->ports.next; l != &t->ports; l = l->next)
		claim_small(f, container_of(l, struct port, ranges));
}

static void
list_owners(void)
{
	owners = 0;
	owner[owners++].f = &world_first;
	for (unsigned i = 0; i < pool_object_count; i++) {
		if (pool_objects[i]->type == OBJ_FACTORY)
			owner[owners++].f = (struct factory *)pool_objects[i];
	}
	for (unsigned i = 0; i < owners; i++)
		owner[i].frames = 0;
}

static void
claim_objects(void)
{
	for (unsigned i = 0; i < pool_object_count; i++) {
		struct object *o = pool_objects[i];

		MUST(o->factory != NULL);
		claim_small(o->factory, o);
		if (o->type == OBJ_FACTORY) {
			struct factory *f = (struct factory *)o;

			MUST(f->parent == o->factory);
			count(f->parent, f->limit);
		} else if (o->type == OBJ_TASK) {
			claim_task((struct task *)o);
		}
	}
}

void
check_quota(void)
{
	memset(claimed, 0, pool_high);
	memset(in_slab, 0, pool_high);
	list_owners();
	claim_objects();
	for (unsigned i = 0; i < pool_high; i++) {
		if (pool_used[i] && !claimed[i] && in_slab[i] == 0)
			found("frame %u belongs to nobody", i);
		if (in_slab[i] != 0 && frame_table[i].used != in_slab[i])
			found("slab %u: %u objects, it says %u", i, in_slab[i],
			      frame_table[i].used);
	}
	for (unsigned i = 0; i < owners; i++) {
		const struct factory *f = owner[i].f;

		if (f->used != owner[i].frames || f->used > f->limit)
			found("factory of %lu frames says %lu used, but it is %lu", f->limit,
			      f->used, owner[i].frames);
	}
}
