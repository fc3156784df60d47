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
	frame_of(slot)->used++;
	node_insert(parent, &slot->node, NODE_CAP, rights);
}

static enum err
map_one(const struct cap_move *m, struct cap *from, uint64_t dest)
{
	unsigned rights = from->node.rights & m->rights;
	struct cap *to;

	// The task's own capability (CAP_SELF) has no node and cannot be passed on.
	if (rights == 0 || from->node.kind != NODE_CAP)
		return ERR_RIGHT;
	if (from->node.depth >= NODE_DEPTH_MAX)
		return ERR_DEPTH;
	enum err e = cap_slot_free(m->to, dest, &to);

	if (e != OK)
		return e;
	if (!m->grant) {
		cap_set(to, from->obj, &from->node, rights);
		return OK;
	}
	to->obj = from->obj;
	frame_of(to)->used++;
	frame_of(from)->used--;
	node_replace(&from->node, &to->node);
	to->node.rights = (uint8_t)rights;
	from->obj = NULL;
	return OK;
}

enum err
cap_map(const struct cap_move *m)
{
	uint64_t count = 1ull << m->order, start = preempt_start(m->caller);
	enum err e = ERR_ARG;

	if (m->order > 12 || m->first > CAP_MAX - count || m->dest > CAP_MAX - count)
		return ERR_ARG;
	for (uint64_t i = start; i < count; i++) {
		if (i != start && preempt_now(m->caller, i))
			return RESTART;
		struct cap *from = cap_at(m->from->caps, m->first + i);

		if (from->obj == NULL)
			continue;
		e = map_one(m, from, m->dest + i);
		if (e != OK)
			return e;
	}
	return e;
}

enum err
cap_unmap(struct task *t, uint64_t first, unsigned order, struct revoke *r,
          struct thread *caller)
{
	uint64_t count = 1ull << order, start = preempt_start(caller);

	if (order > 12 || first > CAP_MAX - count)
		return ERR_ARG;
	for (uint64_t i = start; i < count; i++) {
		if (i != start && preempt_now(caller, i))
			return RESTART;
		struct cap *c = cap_at(t->caps, first + i);

		if (c->node.kind == NODE_CAP)
			node_revoke_all(&c->node, r);
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
	if (node_next(&o->caps) == NULL)
		object_doom(o);
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
table_fini(struct cap *table, unsigned *steps)
{
	for (struct cap *c = table; frame_of(table)->used > 0; c++) {
		struct revoke r = { .rights = CAP_ALL, .self = true };

		if (c->node.kind == NODE_CAP &&
		    (!step(steps) || !node_revoke(&c->node, &r, steps)))
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
		if (!step(steps) || !table_fini(table, steps))
			return false;
		t->caps[i] = cap_table_none;
		table[0] = (struct cap){ 0 };           // CAP_SELF
		factory_free_frame(t->obj.factory, table);
		*steps = 0;             // that was enough for once
	}
	return true;
}
