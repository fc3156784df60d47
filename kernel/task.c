// SPDX-License-Identifier: MIT
// Tasks: creation, end, and the flexpage operations on their spaces.
#include <factory.h>
#include <invoke.h>
#include <kip.h>
#include <port.h>
#include <preempt.h>
#include <task.h>
#include <thread.h>
#include <x86/io.h>
#include <x86/switch.h>

struct object *
task_create(struct factory *payer, uint64_t arg)
{
	struct task *t = factory_alloc(payer, sizeof *t);

	(void)arg;
	if (t == NULL)
		return NULL;
	object_init(&t->obj, OBJ_TASK, payer);
	t->nx = PTE_NX;
	list_init(&t->threads);
	list_init(&t->ports);
	for (unsigned i = 0; i < CAP_TABLES; i++)
		t->caps[i] = cap_table_none;
	if (cap_space_init(t) != OK || space_init(t) != OK ||
	    space_map_kernel(t, KIP_ADDR, kip_page(), MEM_R) != OK) {
		unsigned steps = STEPS;

		while (!task_fini(&t->obj, &steps))
			steps = STEPS;
		list_remove(&t->obj.siblings);
		factory_free(payer, t);
		return NULL;
	}
	return &t->obj;
}

bool
task_fini(struct object *o, unsigned *steps)
{
	struct task *t = (struct task *)o;

	t->walk.rights = CAP_ALL | MEM_R | MEM_W | MEM_X;
	t->walk.end = UINT64_MAX;
	if (!node_revoke(&t->walk, steps))
		return false;
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

bool
task_undo(const struct give *g, struct node *n, uint64_t progress)
{
	struct thread *t = g->caller;

	if (t == NULL) {                // only the message itself could pass it on
		node_drop(n);
		return true;
	}
	t->walk.rights = CAP_ALL | MEM_R | MEM_W | MEM_X;
	t->walk.start = 0;
	t->walk.end = UINT64_MAX;
	node_revoke_start(&t->walk, n, true);
	return preempt_revoke(t, progress);
}

enum err
task_give(struct give *g)
{
	unsigned order = fpage_order(g->what), cache = g->dest >> 1 & 3;

	if (g->undo && g->caller != NULL && !preempt_revoke(g->caller, g->caller->progress))
		return RESTART;
	switch (fpage_type(g->what)) {
	case FPAGE_MEM:
		if (!memory_valid(g->what) || cache > MEM_UC || (fpage_rights(g->what) & ~7u) != 0)
			return ERR_ARG;
		return space_map(g, 1ull << order, (enum mem_cache)cache);
	case FPAGE_PORT:
		return port_map(g, fpage_index(g->what), order);
	case FPAGE_CAP:
		return cap_map(g, fpage_index(g->what), order);
	default:
		return ERR_ARG;
	}
}

enum err
task_take(struct task *t, fpage_t what, bool self, struct thread *caller)
{
	unsigned order = fpage_order(what);

	// First what a call that was preempted, perhaps another one, has left.
	if (!preempt_revoke(caller, caller->progress))
		return RESTART;
	caller->walk.rights = fpage_rights(what);
	switch (fpage_type(what)) {
	case FPAGE_MEM:
		if (!memory_valid(what) || !space_user_range(fpage_addr(what), 1ull << order))
			return ERR_ARG;
		return space_unmap(t, fpage_addr(what), 1ull << order, self, caller);
	case FPAGE_PORT:
		return port_unmap(t, fpage_index(what), order, self, caller);
	case FPAGE_CAP:
		return cap_unmap(t, fpage_index(what), order, self, caller);
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

static enum err
counter(struct task *t, struct thread *caller)
{
	if (!caller->task->counter)
		return ERR_RIGHT;
	if (!list_empty(&t->threads))
		return ERR_BUSY;
	t->counter = 1;
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
		return task_give(&(struct give){ .from = t->task, .to = (struct task *)o,
		                                 .what = mr[0], .dest = mr[1], .caller = t });
	case TASK_UNMAP:
		return task_take((struct task *)o, mr[0], mr[1] & 1, t);
	case TASK_CAP_TYPE:
		return cap_type((struct task *)o, t);
	case TASK_COUNTER:
		return counter((struct task *)o, t);
	}
	return ERR_OP;
}
