// SPDX-License-Identifier: MIT
// What gates, signals and interrupts have in common: a thread that receives from them.
#include <factory.h>
#include <ipc.h>
#include <source.h>
#include <thread.h>

struct source *
source_create(struct factory *payer, enum object_type type)
{
	struct source *s = factory_alloc(payer, sizeof *s);

	if (s == NULL)
		return NULL;
	object_init(&s->obj, type, payer);
	list_init(&s->bound);
	list_init(&s->pending);
	return s;
}

// Take it from its thread; senders stay.
static void
detach(struct source *s)
{
	list_remove(&s->bound);
	list_remove(&s->pending);
	s->thread = NULL;
}

bool
source_unbind(struct source *s, unsigned *steps)
{
	// Bound, but to nobody, until all senders are told: a dying thread finds it again.
	s->thread = NULL;
	list_remove(&s->pending);
	while (s->obj.type == OBJ_GATE && !heap_empty(&s->senders)) {
		if (!step(steps))
			return false;
		ipc_cancel(container_of(s->senders.left, struct thread, rank), ERR_GONE);
	}
	list_remove(&s->bound);
	return true;
}

bool
source_fini(struct object *o, unsigned *steps)
{
	return source_unbind((struct source *)o, steps);
}

void
source_bind(struct source *s, struct thread *t, uint64_t label)
{
	detach(s);
	s->thread = t;
	s->label = label;
	list_add_before(&t->sources, &s->bound);
	if (source_has_message(s))      // what came meanwhile
		ipc_notify(s);
}
