// SPDX-License-Identifier: MIT
// What there is: tasks, threads, their capabilities and memory, who pays.
#include <cap.h>
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <kip.h>
#include <start/root.h>
#include <task.h>
#include <thread.h>

#include "console.h"

static struct factory *top;             // the root task's: pays for everything

void __real_root_create(struct boot_info *b, struct range pool);

// The root task's thread is the first that is ready.
void
__wrap_root_create(struct boot_info *b, struct range pool)
{
	__real_root_create(b, pool);
	top = cpu.next->obj.factory;
}

// All objects: a factory, what it pays for, its next sibling.
static struct object *
next_object(struct object *o)
{
	struct factory *f = (struct factory *)o;

	if (o->type == OBJ_FACTORY && !list_empty(&f->objects))
		return container_of(f->objects.next, struct object, siblings);
	for (; o->factory != NULL; o = &o->factory->obj) {
		if (o->siblings.next != &o->factory->objects)
			return container_of(o->siblings.next, struct object, siblings);
	}
	return NULL;
}

static bool
numbered(const struct object *o)
{
	return o->type == OBJ_TASK || o->type == OBJ_THREAD;
}

unsigned
show_number(const struct object *o)
{
	unsigned n = 0;

	for (struct object *i = &top->obj; i != NULL; i = next_object(i)) {
		n += numbered(i);
		if (i == o)
			return n;
	}
	return 0;
}

struct object *
show_find(int64_t number, enum object_type type)
{
	int64_t n = 0;

	for (struct object *i = &top->obj; i != NULL; i = next_object(i)) {
		if (numbered(i) && ++n == number && i->type == type)
			return i;
	}
	debug_print("which %s?  ps lists them\n", type == OBJ_TASK ? "task" : "thread");
	return NULL;
}

static unsigned
count(const struct list *head)
{
	unsigned n = 0;

	for (const struct list *l = head->next; l != head; l = l->next)
		n++;
	return n;
}

static void
show_thread(const struct thread *t)
{
	static const char *const states[] = { "ready", "waits", "waits, timed", "sends", "calls",
		"sleeps", "semaphore", "spent", "idle", "dead" };

	debug_print("thread  task %u  priority %u  %s%s  cpu %lu us  ip %lx\n",
	            t->task == NULL ? 0 : show_number(&t->task->obj), t->priority,
	            t == cpu.current ? "runs" : states[t->state], t->stopped ? ", stopped" : "",
	            t->cpu_time * 1000 / kip_data()->tsc_khz, t->regs.rip);
}

void
show_ps(int64_t unused)
{
	unsigned n = 0;

	(void)unused;
	for (struct object *o = &top->obj; o != NULL; o = next_object(o)) {
		if (!numbered(o))
			continue;
		debug_print("%u %p ", ++n, (void *)o);
		if (o->type == OBJ_THREAD)
			show_thread((struct thread *)o);
		else
			debug_print("task  %u threads\n", count(&((struct task *)o)->threads));
	}
}

void
show_caps(int64_t number)
{
	static const char *const types[OBJ_TYPES] = { "nothing", "task", "thread", "gate", "signal",
		"irq", "semaphore", "factory", "scheduler", "vcon" };
	struct task *t = (struct task *)show_find(number, OBJ_TASK);

	for (cap_t i = 0; t != NULL && i < CAP_MAX; i++) {
		const struct cap *c = cap_at(t->caps, i);

		if (c->obj == NULL)
			continue;
		debug_print("%u %s %p  rights %u", i, types[c->obj->type], (void *)c->obj,
		            c->node.rights);
		if (numbered(c->obj))
			debug_print("  number %u", show_number(c->obj));
		debug_print("\n");
	}
}

// A run of pages: next to each other in both spaces, with the same rights.
struct run { uint64_t start, end, entry; };

static void
end_run(struct run *r)
{
	if (r->end > r->start)
		debug_print("%lx-%lx r%c%c at %lx%s\n", r->start, r->end,
		            r->entry & PTE_W ? 'w' : '-', r->entry & PTE_NX ? '-' : 'x',
		            (uint64_t)(r->entry & PTE_ADDR),
		            r->entry & PTE_CACHE ? " device" : "");
	*r = (struct run){ 0 };
}

static void
add_page(struct run *r, uint64_t addr, uint64_t entry, uint64_t size)
{
	const uint64_t same = PTE_W | PTE_NX | PTE_CACHE;

	if (r->end != addr || ((r->entry ^ entry) & same) != 0 ||
	    (r->entry & PTE_ADDR) + (addr - r->start) != (entry & PTE_ADDR)) {
		end_run(r);
		r->start = addr;
		r->entry = entry;
	}
	r->end = addr + size;
}

void
show_maps(int64_t number)
{
	struct task *t = (struct task *)show_find(number, OBJ_TASK);
	struct run r = { 0 };
	uint64_t size;

	for (uint64_t addr = 0; t != NULL && t->pml4 != NULL && addr < USER_END; addr += size) {
		const uint64_t *table = t->pml4;
		uint64_t e = 0;

		size = 1ull << 39;
		for (;; size >>= 9) {           // down to a page or to nothing
			e = table[addr / size & 511];
			if (!(e & PTE_P) || (e & PTE_PS) || size == PAGE)
				break;
			table = phys_to_virt(e & PTE_ADDR);
		}
		if (e & PTE_P)
			add_page(&r, addr, e, size);
	}
	end_run(&r);
}

void
show_mem(int64_t unused)
{
	(void)unused;
	debug_print("%lu KiB free\n", frame_available() * 4);
	for (struct object *o = &top->obj; o != NULL; o = next_object(o)) {
		const struct factory *f = (const struct factory *)o;

		if (o->type == OBJ_FACTORY)
			debug_print("factory %p of %p  %lu of %lu KiB, %u objects\n", (void *)o,
			            (void *)f->parent, f->used * 4, f->limit * 4,
			            count(&f->objects));
	}
}
