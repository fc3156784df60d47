// SPDX-License-Identifier: MIT
// Gates: what others send through (ipc.c); also where faults of threads go.
#include <gate.h>
#include <thread.h>

struct object *
gate_create(struct factory *payer, uint64_t arg)
{
	struct source *s = source_create(payer, OBJ_GATE);

	(void)arg;
	if (s == NULL)
		return NULL;
	for (unsigned i = 0; i < FAULT_KINDS; i++)
		list_init(&s->faults[i]);
	return &s->obj;
}

bool
gate_fini(struct object *o, unsigned *steps)
{
	struct source *s = (struct source *)o;

	if (!source_unbind(s, steps))
		return false;
	for (unsigned i = 0; i < FAULT_KINDS; i++) {
		while (!list_empty(&s->faults[i])) {
			struct thread *t = container_of(s->faults[i].next, struct thread,
			                                fault_of[i]);

			if (!step(steps))
				return false;
			t->fault_gate[i] = NULL;
			list_remove(&t->fault_of[i]);
		}
	}
	return true;
}
