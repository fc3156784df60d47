// SPDX-License-Identifier: MIT
// Filling the I/O bitmap.
#include <port.h>
#include <preempt.h>
#include <string.h>
#include <task.h>
#include <x86/io.h>

struct tss tss;
struct task *io_task;

static void
allow(uint32_t start, uint32_t end)
{
	for (; start < end && start % 8 != 0; start++)
		tss.bitmap[start / 8] &= (uint8_t)~(1u << start % 8);
	memset(&tss.bitmap[start / 8], 0, (end - start) / 8);
	for (start = start > (end & ~7u) ? start : end & ~7u; start < end; start++)
		tss.bitmap[start / 8] &= (uint8_t)~(1u << start % 8);
}

bool
io_fault(struct task *t)
{
	if (tss.bitmap_offset == BITMAP_HERE || list_empty(&t->ports))
		return false;
	if (io_task == t)               // another of its threads got them
		return true;
	io_task = NULL;
	memset(tss.bitmap, 0xff, sizeof tss.bitmap);
	for (struct list *l = t->ports.next; l != &t->ports; l = l->next) {
		struct port *p = container_of(l, struct port, ranges);

		preempt_window();       // either may be 1,024 words
		allow(p->start, p->end);
	}
	io_task = t;
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
