// SPDX-License-Identifier: MIT
// Life and end of kernel objects.  Destruction is a work list, not recursion:
// whatever an end causes (last capabilities, a factory's objects) is queued.
// Each step is bounded; between them the scheduler may run somebody.
#include <cap.h>
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <object.h>
#include <preempt.h>
#include <sema.h>
#include <source.h>
#include <task.h>
#include <thread.h>

static struct list doomed = { &doomed, &doomed };
static bool reaping;

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
	// What the reaper dooms, it does with the priority it has.
	unsigned priority = reaping ? 0 : cpu.current->priority;

	if (o->doomed)
		return;
	o->doomed = 1;
	list_remove(&o->siblings);
	list_add_before(&doomed, &o->siblings);
	if (cpu.reap_priority < priority)
		cpu.reap_priority = priority;
}

// What the end of an object does beyond giving up its capabilities and memory.
static bool
fini(struct object *o, unsigned *steps)
{
	switch (o->type) {
	case OBJ_TASK:
		return task_fini((struct task *)o, steps);
	case OBJ_THREAD:
		return thread_fini((struct thread *)o, steps);
	case OBJ_GATE:
	case OBJ_SIGNAL:
	case OBJ_IRQ:
		return source_fini((struct source *)o, steps);
	case OBJ_SEMAPHORE:
		return semaphore_fini((struct semaphore *)o, steps);
	case OBJ_FACTORY:
		return factory_fini((struct factory *)o, steps);
	}
	return true;
}

void
object_reap_step(void)
{
	struct object *o = container_of(doomed.next, struct object, siblings);
	struct factory *payer = o->factory;
	struct revoke r = { .rights = CAP_ALL };
	unsigned steps = STEPS;

	reaping = true;
	bool done = node_revoke(&o->caps, &r, &steps) && fini(o, &steps);

	reaping = false;
	if (!done) {
		// Others first: a factory ends after everything that it paid for.
		list_remove(&o->siblings);
		list_add_before(&doomed, &o->siblings);
		return;
	}
	list_remove(&o->siblings);
	if (payer != NULL)
		factory_free(payer, o);
	if (list_empty(&doomed))
		cpu.reap_priority = 0;
}
