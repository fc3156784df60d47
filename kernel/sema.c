// SPDX-License-Identifier: MIT
// Semaphores: up, down with a deadline.
#include <factory.h>
#include <ipc.h>
#include <scheduler.h>
#include <sema.h>

struct object *
semaphore_create(struct factory *payer, uint64_t count)
{
	struct semaphore *s = factory_alloc(payer, sizeof *s);

	if (s == NULL)
		return NULL;
	object_init(&s->obj, OBJ_SEMAPHORE, payer);
	s->count = count;
	return &s->obj;
}

bool
semaphore_fini(struct object *o, unsigned *steps)
{
	struct semaphore *s = (struct semaphore *)o;

	while (!heap_empty(&s->waiters)) {
		if (!step(steps))
			return false;
		ipc_cancel(container_of(s->waiters.left, struct thread, rank), ERR_GONE);
	}
	return true;
}

static enum err
up(struct semaphore *s)
{
	if (!heap_empty(&s->waiters)) {
		ipc_cancel(container_of(s->waiters.left, struct thread, rank), OK);
		return OK;
	}
	if (s->count == INT64_MAX)
		return ERR_FULL;
	s->count++;
	return OK;
}

static enum err
down(struct thread *t, struct semaphore *s, uint64_t deadline)
{
	static uint64_t arrivals;

	if (s->count > 0) {
		s->count--;
		return OK;
	}
	if (deadline == DEADLINE_ZERO)
		return ERR_TIMEOUT;
	t->state = THREAD_SEMAPHORE;
	t->rank.key = ++arrivals;
	heap_insert(&s->waiters, &t->rank);
	if (deadline != DEADLINE_NONE)
		timeout_set(t, deadline);
	return OK;
}

enum err
semaphore_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	struct semaphore *s = (struct semaphore *)o;

	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	switch (op) {
	case SEM_UP:
		return up(s);
	case SEM_DOWN:
		return down(t, s, t->deadline);
	}
	return ERR_OP;
}
