// SPDX-License-Identifier: MIT
// Child tasks for kernel tests: text and constants are shared, data is copied.
#include <string.h>
#include <abi/boot.h>
#include <sys/startup.h>

#include "env.h"

extern char program_text_end[], program_rodata_end[], program_data[], program_end[];

enum {
	CHILD_STACK = 0x2000, CHILD_RAM = 0x20000000, IRQS = 16, COM1_LINE = 4,
};

#define SUPER (1ull << 21)

// Of this task.  A child gets its own values in its copy of the data segment.
static struct {
	uint64_t text;          // where text and constants can be mapped from
	uint64_t ram, ram_end;
	cap_t next_cap;
	uint32_t threads;       // made by env_thread
} me;

static uint64_t
pages(uint64_t size)
{
	return (size + 4095) & ~4095ull;
}

uint64_t
env_ram(uint64_t size)
{
	uint64_t at = me.ram;

	size = pages(size);
	if (size >= SUPER)
		at = (at + SUPER - 1) & ~(SUPER - 1);
	if (at > me.ram_end || size > me.ram_end - at)
		return 0;
	me.ram = at + size;
	memset((void *)at, 0, size);
	return at;
}

cap_t
env_caps(unsigned n)
{
	cap_t at = me.next_cap;

	me.next_cap += n;
	return at;
}

struct env_mark
env_mark(void)
{
	return (struct env_mark){ me.ram, me.next_cap };
}

void
env_release(struct env_mark m)
{
	me.ram = m.ram;
	me.next_cap = m.caps;
}

void
env_init(void)
{
	const struct root_info *info = (const struct root_info *)(uintptr_t)ROOT_INFO_ADDR;
	uint64_t size = (uint64_t)program_rodata_end - PROGRAM_ADDR;
	uint32_t best = 0;

	for (uint32_t i = 1; i < info->ram_count; i++)
		best = info->ram[i].size > info->ram[best].size ? i : best;
	me.ram = ROOT_WINDOW + ((info->ram[best].addr + 0x1fffff) & ~0x1fffffull);
	me.ram_end = ROOT_WINDOW + info->ram[best].addr + info->ram[best].size;
	me.next_cap = ENV_FREE;
	// The root task's own pages cannot be passed on: children get a copy.
	me.text = env_ram(size);
	memcpy((void *)me.text, (void *)(uintptr_t)PROGRAM_ADDR, size);
}

// Map [from, from + size) to `to` in `task`.
static enum err
map(cap_t task, uint64_t from, uint64_t size, uint64_t to, unsigned rights)
{
	enum err e = OK;
	uint64_t step;

	size = pages(size);
	for (uint64_t off = 0; off < size && e == OK; off += step) {
		bool super = ((from | to | off) & (SUPER - 1)) == 0 && size - off >= SUPER;

		step = super ? SUPER : 4096;
		e = task_map(task, fpage_mem(from + off, super ? 21 : 12, rights), to + off);
	}
	return e;
}

// Text, constants, a copy of our data with the child's own `me`, stack, memory.
static enum err
fill(const struct child *c, uint64_t ram)
{
	uint64_t text = (uint64_t)program_text_end - PROGRAM_ADDR;
	uint64_t rodata = (uint64_t)program_rodata_end - (uint64_t)program_text_end;
	uint64_t data = (uint64_t)program_end - (uint64_t)program_data;
	uint64_t copy = env_ram(data), stack = env_ram(CHILD_STACK);

	if (copy == 0 || stack == 0)
		return ERR_FULL;
	memcpy((void *)copy, program_data, data);
	uint64_t *copy_of_me = (uint64_t *)(copy + ((uint64_t)&me - (uint64_t)program_data));

	memcpy(copy_of_me, &(__typeof__(me)){ PROGRAM_ADDR, CHILD_RAM, CHILD_RAM + ram,
	                                      ENV_FREE, 0 }, sizeof me);
	enum err e = map(c->task, me.text, text, PROGRAM_ADDR, MEM_RX);

	if (e == OK)
		e = map(c->task, me.text + text, rodata, (uint64_t)program_text_end, MEM_R);
	if (e == OK)
		e = map(c->task, copy, data, (uint64_t)program_data, MEM_RW);
	if (e == OK)
		e = map(c->task, stack, CHILD_STACK, STACK_TOP - CHILD_STACK, MEM_RW);
	if (e == OK)
		e = map(c->task, c->ram, ram, CHILD_RAM, MEM_RW);
	return e;
}

enum err
env_give(const struct child *c, cap_t from, cap_t to, unsigned rights)
{
	return task_map(c->task, fpage_cap(from, 0, rights), (uint64_t)to << 12);
}

enum err
env_share(const struct child *c, uint64_t from, uint64_t size, uint64_t to, unsigned rights)
{
	return map(c->task, from, size, to, rights);
}

static enum err
give(const struct child *c, cap_t from, cap_t to)
{
	return env_give(c, from, to, CAP_ALL);
}

bool env_blind;

enum err
env_child(struct child *c, uint64_t quota, uint64_t ram, uint64_t label, unsigned priority)
{
	cap_t first = env_caps(4);
	enum err e;

	*c = (struct child){ first, first + 1, first + 2, first + 3, env_ram(ram) };
	if (c->ram == 0 && ram != 0)
		return ERR_FULL;
	if ((e = factory_create(ENV_FACTORY, OBJ_FACTORY, c->factory, quota)) != OK ||
	    (e = factory_create(c->factory, OBJ_TASK, c->task, 0)) != OK ||
	    (!env_blind && (e = task_counter(c->task)) != OK) ||
	    (e = factory_create(c->factory, OBJ_THREAD, c->thread, 0)) != OK ||
	    (e = factory_create(c->factory, OBJ_GATE, c->gate, 0)) != OK ||
	    (e = thread_bind(ENV_THREAD, c->gate, label)) != OK ||
	    (e = thread_control(c->thread, c->task, UTCB_ADDR, c->gate)) != OK ||
	    (e = sched_set(ENV_SCHEDULER, c->thread, priority, 10000)) != OK ||
	    (e = fill(c, pages(ram))) != OK ||
	    (e = give(c, c->thread, ENV_THREAD)) != OK ||
	    (e = give(c, c->factory, ENV_FACTORY)) != OK ||
	    (e = give(c, ENV_SCHEDULER, ENV_SCHEDULER)) != OK ||
	    (e = give(c, ENV_VCON, ENV_VCON)) != OK ||
	    (e = give(c, c->gate, ENV_PARENT)) != OK)
		return e;
	for (cap_t line = 0; line < IRQS; line++) {
		if (line == COM1_LINE)          // the kernel's
			continue;
		if ((e = give(c, ROOT_IRQ + line, ROOT_IRQ + line)) != OK)
			return e;
	}
	return OK;
}

enum err
env_start(const struct child *c, child_fn *fn, uint64_t arg)
{
	return thread_start(c->thread, (uint64_t)fn, STACK_TOP - 8, arg);
}

void
env_destroy(struct child *c)
{
	(void)!object_destroy(c->factory);
	*c = (struct child){ 0 };
}

cap_t
env_source(enum object_type type, cap_t thread, uint64_t label)
{
	cap_t c = env_caps(1);

	if (factory_create(ENV_FACTORY, type, c, 0) != OK || thread_bind(thread, c, label) != OK)
		return 0;
	return c;
}

cap_t
env_thread(child_fn *fn, uint64_t arg, unsigned priority)
{
	cap_t t = env_caps(1);
	uint64_t stack = env_ram(4096);

	if (stack == 0 || factory_create(ENV_FACTORY, OBJ_THREAD, t, 0) != OK ||
	    thread_control(t, CAP_SELF, ENV_UTCBS + 4096ull * me.threads++, ENV_PARENT) != OK ||
	    sched_set(ENV_SCHEDULER, t, priority, 10000) != OK ||
	    thread_start(t, (uint64_t)fn, stack + 4096 - 8, arg) != OK)
		return 0;
	return t;
}

void
env_exit(uint64_t result)
{
	utcb()->mr[0] = result;
	sys_call(ENV_PARENT, tag(ENV_EXIT, 1, 0));
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

void
env_print(const char *text)
{
	size_t n = strlen(text);

	n = n < 500 ? n : 500;
	if (n == 0)
		return;
	utcb()->mr[0] = n;
	memcpy(&utcb()->mr[1], text, n);
	(void)!sys_request(ENV_VCON, VCON_WRITE, 1 + (unsigned)(n + 7) / 8);
}

void
env_print_number(uint64_t n)
{
	char digits[24];
	size_t at = sizeof digits - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n != 0);
	env_print(&digits[at]);
}
