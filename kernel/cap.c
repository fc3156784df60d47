// SPDX-License-Identifier: MIT
// Capability spaces: a directory of tables of 128 slots, allocated on demand
// from the task's factory.
#include <cap.h>
#include <debug.h>
#include <factory.h>
#include <invoke.h>
#include <preempt.h>
#include <task.h>

struct cap cap_table_none[CAP_TABLE];

enum err
cap_lookup(struct task *t, uint64_t index, enum object_type type, unsigned rights,
           struct object **out)
{
	struct cap *c = cap_at(t->caps, index);

	if (c == NULL || c->obj == NULL || (type != OBJ_NONE && c->obj->type != type))
		return ERR_CAP;
	if ((c->node.rights & rights) != rights)
		return ERR_RIGHT;
	*out = c->obj;
	return OK;
}

enum err
cap_slot_free(struct task *t, uint64_t index, struct cap **out)
{
	if (index >= CAP_MAX)
		return ERR_ARG;
	struct cap **table = &t->caps[index / CAP_TABLE];

	if (*table == cap_table_none) {
		struct cap *fresh = factory_alloc_frame(t->obj.factory);

		if (fresh == NULL)
			return ERR_QUOTA;
		frame_of(fresh)->owner = t;
		frame_of(fresh)->base = index / CAP_TABLE;
		*table = fresh;
	}
	*out = cap_at(t->caps, index);
	return (*out)->obj != NULL ? ERR_EXISTS : OK;
}

void
cap_set(struct cap *slot, struct object *o, struct node *parent, unsigned rights)
{
	assert(slot->obj == NULL);
	slot->obj = o;
	o->refs++;
	frame_of(slot)->used++;
	node_insert(parent, &slot->node, NODE_CAP, rights);
}

// A slot is empty: its table goes when all are.
static void
give_back(struct cap *slot)
{
	struct frame *f = frame_of(slot);
	struct task *t = f->owner;

	// The end of a task goes through its tables itself.
	if (f->used != 0 || f->base == CAP_SELF / CAP_TABLE || t->obj.doomed)
		return;
	struct cap *table = t->caps[f->base];

	t->caps[f->base] = cap_table_none;
	factory_free_frame(t->obj.factory, table);
}

enum err
cap_install(struct cap *slot, struct object *o)
{
	if (o == NULL) {
		give_back(slot);
		return ERR_QUOTA;
	}
	cap_set(slot, o, &o->caps, CAP_ALL);
	return OK;
}

static enum err
map_one(const struct give *g, struct cap *from, uint64_t dest)
{
	unsigned rights = from->node.rights & fpage_rights(g->what);
	struct cap *to;

	// The task's own capability (CAP_SELF) has no node and cannot be passed on.
	if (rights == 0 || from->node.kind != NODE_CAP)
		return ERR_RIGHT;
	if (from->node.depth >= NODE_DEPTH_MAX)
		return ERR_DEPTH;
	enum err e = cap_slot_free(g->to, dest, &to);

	if (e != OK)
		return e;
	if (!(g->dest & ITEM_GRANT)) {
		cap_set(to, from->obj, &from->node, rights);
		return OK;
	}
	to->obj = from->obj;
	frame_of(to)->used++;
	frame_of(from)->used--;
	node_replace(&from->node, &to->node);
	to->node.rights = (uint8_t)rights;
	from->obj = NULL;
	give_back(from);
	return OK;
}

// False: RESTART.
static bool
undo_one(const struct give *g, uint64_t i, const struct cap *from, struct cap *to)
{
	return to->node.kind != NODE_CAP || to->obj != from->obj ||
	       to->node.depth != from->node.depth + 1 ||
	       task_undo(g, &to->node, (i + 1) << 12);
}

enum err
cap_map(struct give *g, uint64_t first, unsigned order)
{
	uint64_t count = 1ull << order, dest = g->dest >> 12;
	uint64_t progress = preempt_start(g->caller), start = progress >> 12;
	enum err e = progress & GIVE_SOME ? OK : ERR_ARG;

	if (order > 12 || first > CAP_MAX - count || dest > CAP_MAX - count)
		return ERR_ARG;
	if (g->undo && g->done < count)
		count = g->done;
	for (uint64_t i = start; i < count; i++) {
		if (i != start && preempt_now(g->caller, i << 12 | (e == OK ? GIVE_SOME : 0)))
			return RESTART;
		struct cap *from = cap_at(g->from->caps, first + i);

		if (from->obj == NULL)
			continue;
		if (g->undo) {
			if (!undo_one(g, i, from, cap_at(g->to->caps, dest + i)))
				return RESTART;
			continue;
		}
		e = map_one(g, from, dest + i);
		if (e != OK) {
			g->done = i;
			return e;
		}
	}
	return e;
}

enum err
cap_unmap(struct task *t, uint64_t first, unsigned order, bool self, struct thread *caller)
{
	uint64_t count = 1ull << order, start = preempt_start(caller);

	if (order > 12 || first > CAP_MAX - count)
		return ERR_ARG;
	for (uint64_t i = start; i < count; i++) {
		if (i != start && preempt_now(caller, i))
			return RESTART;
		struct cap *c = cap_at(t->caps, first + i);

		if (c->node.kind != NODE_CAP)
			continue;
		node_revoke_start(&caller->walk, &c->node, self);
		if (!preempt_revoke(caller, i + 1))
			return RESTART;
	}
	return OK;
}

bool
cap_shrink(struct node *n, unsigned left)
{
	struct cap *c = (struct cap *)n;
	struct object *o = c->obj;

	n->rights = (uint8_t)left;
	if (left != 0)
		return false;
	c->obj = NULL;
	frame_of(c)->used--;
	node_remove(n);
	if (--o->refs == 0)
		object_doom(o);
	give_back(c);
	return true;
}

enum err
cap_space_init(struct task *t)
{
	struct cap *self;

	for (unsigned i = 0; i < CAP_TABLES; i++)
		t->caps[i] = cap_table_none;
	enum err e = cap_slot_free(t, CAP_SELF, &self);

	if (e != OK)
		return e;
	// No node: it does not keep the task alive and cannot be passed on.
	self->obj = &t->obj;
	self->node.rights = CAP_CTL;
	return OK;
}

static bool
table_fini(struct cap *table, struct revoke *r, unsigned *steps)
{
	for (struct cap *c = table; frame_of(table)->used > 0; c++) {
		if (c->node.kind != NODE_CAP)
			continue;
		if (!step(steps))
			return false;
		node_revoke_start(r, &c->node, true);
		if (!node_revoke(r, steps))
			return false;
	}
	return true;
}

bool
cap_space_fini(struct task *t, unsigned *steps)
{
	for (unsigned i = 0; i < CAP_TABLES; i++) {
		struct cap *table = t->caps[i];

		if (table == cap_table_none)
			continue;
		if (!step(steps) || !table_fini(table, &t->walk, steps))
			return false;
		t->caps[i] = cap_table_none;
		table[0] = (struct cap){ 0 };           // CAP_SELF
		factory_free_frame(t->obj.factory, table);
		*steps = 0;             // that was enough for once
	}
	return true;
}
