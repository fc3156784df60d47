// SPDX-License-Identifier: MIT
// Life and end of kernel objects.  Destruction is a list of work, not recursion: what
// an end causes (last capabilities, a factory's objects) comes first in the list.
// Each step is bounded; between them the scheduler may run somebody.
#include <class.h>
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <object.h>
#include <preempt.h>
#include <thread.h>

static struct list *reaping;    // the list of which something is just being ended, or NULL

void
object_init(struct object *o, enum object_type type, struct factory *payer)
{
	o->type = (uint8_t)type;
	o->doomed = 0;
	o->factory = payer;
	list_init(&o->ends);
	node_root(&o->caps, NODE_HEAD, 0, CAP_ALL);
	if (payer != NULL)
		list_add_before(&payer->objects, &o->siblings);
	else
		list_init(&o->siblings);
}

void
object_doom(struct object *o)
{
	struct list *ends = reaping != NULL ? reaping : thread_ends(cpu.current);

	o->doomed = 1;
	list_remove(&o->ends);
	list_add_before(ends->next, &o->ends);
}

void
object_hand_over(struct list *ends, struct list *to)
{
	if (reaping == ends)
		reaping = to;
	// all of `ends` between `to` and its first
	to->next->prev = ends->prev;
	ends->prev->next = to->next;
	to->next = ends->next;
	ends->next->prev = to;
	list_init(ends);
}

void
object_reap_step(struct list *ends)
{
	struct object *o = container_of(ends->next, struct object, ends);
	struct factory *payer = o->factory;
	bool (*fini)(struct object *o, unsigned *steps) = object_classes[o->type].fini;
	unsigned steps = STEPS;

	reaping = ends;
	bool done = node_end(&o->caps, &steps) && (fini == NULL || fini(o, &steps));

	reaping = NULL;
	if (!done)
		return;
	list_remove(&o->ends);
	list_remove(&o->siblings);
	if (payer != NULL)
		factory_free(payer, o);
}
