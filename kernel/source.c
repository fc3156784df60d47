// SPDX-License-Identifier: MIT
// Gates, signals and interrupts: binding, raising, the end.
#include <debug.h>
#include <factory.h>
#include <ipc.h>
#include <source.h>
#include <x86/pic.h>

static struct source *irqs[IRQ_LINES];

void
source_init(struct source *s, enum object_type type, struct factory *payer)
{
	object_init(&s->obj, type, payer);
	list_init(&s->bound);
	list_init(&s->pending);
	if (type == OBJ_GATE) {
		list_init(&s->senders);
		list_init(&s->pager_of);
		list_init(&s->handler_of);
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
	detach(s);
	while (s->obj.type == OBJ_GATE && !list_empty(&s->senders)) {
		if (!step(steps))
			return false;
		ipc_cancel(container_of(s->senders.next, struct thread, queue), ERR_GONE);
	}
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

bool
source_fini(struct source *s, unsigned *steps)
{
	if (s->obj.type == OBJ_IRQ) {
		pic_mask(s->line);
		irqs[s->line] = NULL;
	}
	if (!source_unbind(s, steps))
		return false;
	while (s->obj.type == OBJ_GATE && !list_empty(&s->pager_of)) {
		struct thread *t = container_of(s->pager_of.next, struct thread, pager_of);

		if (!step(steps))
			return false;
		t->pager = NULL;
		list_remove(&t->pager_of);
	}
	while (s->obj.type == OBJ_GATE && !list_empty(&s->handler_of)) {
		struct thread *t = container_of(s->handler_of.next, struct thread, handler_of);

		if (!step(steps))
			return false;
		t->handler = NULL;
		list_remove(&t->handler_of);
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
irq_init(struct factory *payer)
{
	for (unsigned line = 0; line < IRQ_LINES; line++) {
		struct source *s = factory_alloc(payer, sizeof *s);

		assert(s != NULL);
		source_init(s, OBJ_IRQ, payer);
		s->line = (uint8_t)line;
		irqs[line] = s;
	}
}

struct source *
irq_source(unsigned line)
{
	return irqs[line];
}

void
irq_raised(unsigned line)
{
	struct source *s = irqs[line];

	if (s == NULL)
		return;
	s->bits = 1;
	ipc_notify(s);
}

enum err
irq_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	struct source *s = (struct source *)o;

	(void)t;
	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	switch (op) {
	case IRQ_UNMASK:
		pic_unmask(s->line);
		return OK;
	case IRQ_MASK:
		pic_mask(s->line);
		return OK;
	}
	return ERR_OP;
}
