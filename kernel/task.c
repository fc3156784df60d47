// SPDX-License-Identifier: MIT
// Tasks: creation, end, and the flexpage operations on their spaces.
#include <factory.h>
#include <kip.h>
#include <port.h>
#include <preempt.h>
#include <task.h>
#include <thread.h>

struct object *
task_create(struct factory *payer)
{
	struct task *t = factory_alloc(payer, sizeof *t);

	if (t == NULL)
		return NULL;
	object_init(&t->obj, OBJ_TASK, payer);
	list_init(&t->threads);
	list_init(&t->ports);
	for (unsigned i = 0; i < CAP_TABLES; i++)
		t->caps[i] = cap_table_none;
	if (cap_space_init(t) != OK || space_init(t) != OK ||
	    space_map_kernel(t, KIP_ADDR, kip_page(), MEM_R) != OK) {
		unsigned steps = STEPS;

		while (!task_fini(t, &steps))
			steps = STEPS;
		list_remove(&t->obj.siblings);
		factory_free(payer, t);
		return NULL;
	}
	return &t->obj;
}

bool
task_fini(struct task *t, unsigned *steps)
{
	while (!list_empty(&t->threads)) {
		struct thread *thread = container_of(t->threads.next, struct thread, in_task);

		if (!step(steps) || !thread_leave_task(thread, steps))
			return false;
	}
	return port_fini(t, steps) && space_fini(t, steps) && cap_space_fini(t, steps);
}

// An order of 12 to 46, and aligned.
static inline bool
memory_valid(fpage_t what)
{
	unsigned order = fpage_order(what);

	return order >= 12 && order <= 46 && (fpage_addr(what) & ((1ull << order) - 1)) == 0;
}

static enum err
give_memory(struct task *from, struct task *to, fpage_t what, uint64_t dest,
            struct thread *caller)
{
	unsigned cache = dest >> 1 & 3;

	if (!memory_valid(what) || cache > MEM_UC || (fpage_rights(what) & ~7u) != 0)
		return ERR_ARG;
	return space_map(&(struct mem_move){
		.from = from, .to = to, .addr = fpage_addr(what), .dest = dest & ~0xfffull,
		.size = 1ull << fpage_order(what), .rights = fpage_rights(what),
		.grant = dest & ITEM_GRANT, .cache = (enum mem_cache)cache,
		.caller = caller });
}

enum err
task_give(struct task *from, struct task *to, fpage_t what, uint64_t dest, struct thread *caller)
{
	switch (fpage_type(what)) {
	case FPAGE_MEM:
		return give_memory(from, to, what, dest, caller);
	case FPAGE_PORT:
		return port_map(&(struct port_move){
			.from = from, .to = to, .first = fpage_index(what),
			.order = fpage_order(what), .grant = dest & ITEM_GRANT });
	case FPAGE_CAP:
		return cap_map(&(struct cap_move){
			.from = from, .to = to, .first = fpage_index(what), .dest = dest >> 12,
			.order = fpage_order(what), .rights = fpage_rights(what),
			.grant = dest & ITEM_GRANT, .caller = caller });
	default:
		return ERR_ARG;
	}
}

enum err
task_take(struct task *t, fpage_t what, bool self, struct thread *caller)
{
	struct revoke r = { .rights = fpage_rights(what), .self = self };
	unsigned order = fpage_order(what);

	switch (fpage_type(what)) {
	case FPAGE_MEM:
		if (!memory_valid(what) || !space_user_range(fpage_addr(what), 1ull << order))
			return ERR_ARG;
		return space_unmap(t, fpage_addr(what), 1ull << order, &r, caller);
	case FPAGE_PORT:
		return port_unmap(t, fpage_index(what), order, &r);
	case FPAGE_CAP:
		return cap_unmap(t, fpage_index(what), order, &r, caller);
	default:
		return ERR_ARG;
	}
}

static enum err
cap_type(struct task *t, struct thread *caller)
{
	uint64_t *mr = caller->utcb->mr;
	struct cap *c = cap_at(t->caps, mr[0]);

	if (c == NULL || c->obj == NULL)
		return ERR_CAP;
	mr[0] = c->obj->type;
	mr[1] = c->node.rights;
	caller->reply_words = 2;
	return OK;
}

enum err
task_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	const uint64_t *mr = t->utcb->mr;

	if (!(rights & CAP_CTL))
		return ERR_RIGHT;
	switch (op) {
	case TASK_MAP:
		return task_give(t->task, (struct task *)o, mr[0], mr[1], t);
	case TASK_UNMAP:
		return task_take((struct task *)o, mr[0], mr[1] & 1, t);
	case TASK_CAP_TYPE:
		return cap_type((struct task *)o, t);
	}
	return ERR_OP;
}
