// SPDX-License-Identifier: MIT
// Filling the I/O bitmap.
#include <port.h>
#include <string.h>
#include <task.h>
#include <x86/io.h>

struct tss tss;
struct task *io_task;

bool
io_fault(struct task *t)
{
	if (io_task == t || list_empty(&t->ports))
		return false;
	memset(tss.bitmap, 0xff, sizeof tss.bitmap);
	for (struct list *l = t->ports.next; l != &t->ports; l = l->next) {
		struct port *p = container_of(l, struct port, ranges);

		for (uint32_t i = p->start; i < p->end; i++)
			tss.bitmap[i / 8] &= (uint8_t)~(1u << i % 8);
	}
	io_task = t;
	io_select(t);
	return true;
}

void
io_forget(struct task *t)
{
	if (io_task != t)
		return;
	io_task = NULL;
	tss.bitmap_offset = BITMAP_NONE;
}
