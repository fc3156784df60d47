// SPDX-License-Identifier: MIT
// Interrupts as sources.  A line has as many objects as share it.
#include <cap.h>
#include <factory.h>
#include <ipc.h>
#include <irq.h>
#include <task.h>
#include <thread.h>
#include <x86/line.h>

static struct list lines[IRQ_LINES];   // of struct source

static bool
full(unsigned line)
{
	unsigned n = 0;

	for (struct list *l = lines[line].next; l != &lines[line]; l = l->next)
		n++;
	return n >= IRQ_SHARES_MAX;
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

void
irq_init(void)
{
	for (unsigned i = 0; i < IRQ_LINES; i++)
		list_init(&lines[i]);
}

struct object *
irq_create(struct factory *payer, unsigned line)
{
	struct source *s = source_create(payer, OBJ_IRQ);

	if (s == NULL)
		return NULL;
	s->line = (uint8_t)line;
	list_add_before(&lines[line], &s->on_line);
	return &s->obj;
}

bool
irq_fini(struct object *o, unsigned *steps)
{
	struct source *s = (struct source *)o;

	list_remove(&s->on_line);
	update_line(s->line);
	return source_unbind(s, steps);
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
		e = full(s->line) ? ERR_FULL : cap_slot_free(t->task, mr[1], &slot);
	if (e != OK)
		return e;
	return cap_install(slot, irq_create((struct factory *)factory, s->line));
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
