// SPDX-License-Identifier: MIT
// Life and end of kernel objects.  Destruction is a work list, not recursion:
// whatever an end causes (last capabilities, a factory's objects) is queued.
#include <cap.h>
#include <debug.h>
#include <factory.h>
#include <object.h>
#include <sema.h>
#include <source.h>
#include <task.h>
#include <thread.h>

static struct list doomed = { &doomed, &doomed };

void
object_init(struct object *o, enum object_type type, struct factory *payer)
{
	o->type = (uint8_t)type;
	o->doomed = 0;
	o->factory = payer;
	node_root(&o->caps, NODE_HEAD, 0, CAP_ALL);
	if (payer != NULL)
		list_add_before(&payer->objects, &o->siblings);
	else
		list_init(&o->siblings);
}

void
object_doom(struct object *o)
{
	if (o->doomed)
		return;
	o->doomed = 1;
	list_remove(&o->siblings);
	list_add_before(&doomed, &o->siblings);
}

// What the end of an object does beyond giving up its capabilities and memory.
static void
fini(struct object *o)
{
	switch (o->type) {
	case OBJ_TASK:
		task_fini((struct task *)o);
		break;
	case OBJ_THREAD:
		thread_fini((struct thread *)o);
		break;
	case OBJ_GATE:
	case OBJ_SIGNAL:
	case OBJ_IRQ:
		source_fini((struct source *)o);
		break;
	case OBJ_SEMAPHORE:
		semaphore_fini((struct semaphore *)o);
		break;
	}
}

void
object_reap(void)
{
	while (!list_empty(&doomed)) {
		struct object *o = container_of(doomed.next, struct object, siblings);
		struct factory *payer = o->factory;

		node_revoke(&o->caps, (struct revoke){ .rights = CAP_ALL });
		// A factory ends after everything that it paid for.
		if (o->type == OBJ_FACTORY && factory_doom_objects((struct factory *)o))
			continue;
		list_remove(&o->siblings);
		fini(o);
		if (o->type == OBJ_FACTORY)
			factory_fini((struct factory *)o);
		if (payer != NULL)
			factory_free(payer, o);
	}
}
