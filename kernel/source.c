// SPDX-License-Identifier: MIT
// Gates, signals and interrupts: binding, raising, the end.
#include <cap.h>
#include <factory.h>
#include <ipc.h>
#include <source.h>
#include <task.h>
#include <thread.h>
#include <x86/line.h>

static struct list lines[IRQ_LINES];   // of struct source

void
source_init(struct source *s, enum object_type type, struct factory *payer)
{
	object_init(&s->obj, type, payer);
	list_init(&s->bound);
	list_init(&s->pending);
	if (type == OBJ_GATE) {
		for (unsigned i = 0; i < FAULT_KINDS; i++)
			list_init(&s->faults[i]);
	}
}

struct object *
source_create(struct factory *payer, enum object_type type)
{
	struct source *s = factory_alloc(payer, sizeof *s);

	if (s == NULL)
		return NULL;
	source_init(s, type, payer);
	return &s->obj;
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

// A line is open while somebody wants it and nobody still handles it.
static void
update_line(unsigned line)
{
	bool wanted = false, active = false;

	for (struct list *l = lines[line].next; l != &lines[line]; l = l->next) {
		struct source *s = container_of(l, struct source, on_line);

		wanted |= s->enabled;
		active |= s->active;
	}
	if (!wanted || active)
		line_mask(line);
	else if (line_unmask(line))
		irq_raised(line);
}

bool
source_fini(struct source *s, unsigned *steps)
{
	if (s->obj.type == OBJ_IRQ) {
		list_remove(&s->on_line);
		update_line(s->line);
	}
	if (!source_unbind(s, steps))
		return false;
	for (unsigned i = 0; i < FAULT_KINDS && s->obj.type == OBJ_GATE; i++) {
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

enum err
signal_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	struct source *s = (struct source *)o;
	uint64_t bits = t->utcb->mr[0];

	if (op != SIGNAL_RAISE)
		return ERR_OP;
	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	if (bits == 0)
		return ERR_ARG;
	s->bits |= bits;
	ipc_notify(s);
	return OK;
}

void
irq_init(void)
{
	for (unsigned i = 0; i < IRQ_LINES; i++)
		list_init(&lines[i]);
}

struct object *
irq_create(struct factory *payer, unsigned line)
{
	struct source *s = factory_alloc(payer, sizeof *s);

	if (s == NULL)
		return NULL;
	source_init(s, OBJ_IRQ, payer);
	s->line = (uint8_t)line;
	list_add_before(&lines[line], &s->on_line);
	return &s->obj;
}

void
irq_raised(unsigned line)
{
	for (struct list *l = lines[line].next; l != &lines[line]; l = l->next) {
		struct source *s = container_of(l, struct source, on_line);

		if (!s->enabled)
			continue;
		s->active = 1;
		s->bits = 1;
		ipc_notify(s);
	}
}

static enum err
share(struct thread *t, struct source *s)
{
	const uint64_t *mr = t->utcb->mr;
	struct object *factory;
	struct cap *slot;
	enum err e = cap_lookup(t->task, mr[0], OBJ_FACTORY, CAP_SEND, &factory);

	if (e == OK)
		e = cap_slot_free(t->task, mr[1], &slot);
	if (e != OK)
		return e;
	struct object *o = irq_create((struct factory *)factory, s->line);

	if (o == NULL)
		return ERR_QUOTA;
	cap_set(slot, o, &o->caps, CAP_ALL);
	return OK;
}

enum err
irq_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	struct source *s = (struct source *)o;

	if (op == IRQ_SHARE)
		return rights & CAP_CTL ? share(t, s) : ERR_RIGHT;
	if (op != IRQ_UNMASK && op != IRQ_MASK)
		return ERR_OP;
	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	s->enabled = op == IRQ_UNMASK;
	s->active = 0;
	update_line(s->line);
	return OK;
}
