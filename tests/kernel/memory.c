// SPDX-License-Identifier: MIT
// Tests of memory spaces: map, grant, unmap, rights, 2 MiB pages.
#include "ktest.h"

enum { AT = 0x30000000, SUPER = 1 << 21 };

// A family of three: us, child, grandchild.  Those below do what they are told
// through a gate: label 1 read, 2 write, at mr0; a fault ends them.
static cap_t gate_to_child;

static void
obey(uint64_t arg)
{
	(void)arg;
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		volatile uint64_t *at = (volatile uint64_t *)utcb()->mr[0];
		uint64_t v = utcb()->mr[1];

		if (tag_label(r.tag) == 1)
			v = *at;
		else if (tag_label(r.tag) == 2)
			*at = v;
		utcb()->mr[1] = v;
		r = sys_reply_and_wait(tag(0, 2, 0), DEADLINE_NONE);
	}
}

static struct child
obedient(void)
{
	struct child c = start_child(obey, 0, ABOVE);

	gate_to_child = env_source(OBJ_GATE, c.thread, 1);
	CHECK(gate_to_child != 0);
	return c;
}

static uint64_t
tell(cap_t gate, uint32_t what, uint64_t at, uint64_t value)
{
	utcb()->mr[0] = at, utcb()->mr[1] = value;
	CHECK(tag_err(sys_call(gate, tag(what, 2, 0))) == OK);
	return utcb()->mr[1];
}

// That it faults: its task is over after that.  Error code as the processor's.
static void
faults(struct child *c, uint32_t what, uint64_t at, uint64_t error)
{
	utcb()->mr[0] = at, utcb()->mr[1] = 0;
	struct reply r = sys_invoke(gate_to_child, IPC_SEND, tag(what, 2, 0), DEADLINE_NONE);

	CHECK(tag_err(r.tag) == OK);
	r = sys_wait(sys_in_ms(1000));
	CHECK(tag_kind(r.tag) == MSG_FAULT && r.label == LABEL);
	CHECK(utcb()->mr[0] == at && utcb()->mr[2] == error);
	env_destroy(c);
	(void)sys_wait(DEADLINE_ZERO);
}

static uint64_t
page_with(uint64_t value)
{
	uint64_t page = env_ram(4096);

	*(volatile uint64_t *)page = value;
	return page;
}

static enum err
unmap(uint64_t at, unsigned order, unsigned rights, bool self)
{
	return task_unmap(CAP_SELF, fpage_mem(at, order, rights), self);
}

static void
share(void)
{
	struct child c = obedient();
	uint64_t page = page_with(7);

	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RW), AT) == OK);
	CHECK(tell(gate_to_child, 1, AT, 0) == 7);
	tell(gate_to_child, 2, AT, 8);
	CHECK(*(volatile uint64_t *)page == 8);
	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RW), AT) == ERR_EXISTS);
	CHECK(unmap(page, 12, MEM_RW, false) == OK);
	CHECK(*(volatile uint64_t *)page == 8);
	faults(&c, 1, AT, 4);
}

static void
read_only(void)
{
	struct child c = obedient();
	uint64_t page = page_with(7);

	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_R), AT) == OK);
	CHECK(tell(gate_to_child, 1, AT, 0) == 7);
	faults(&c, 2, AT, 7);
}

// Taking only the right to write away leaves the page.
static void
write_taken(void)
{
	struct child c = obedient();
	uint64_t page = page_with(7);

	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RW), AT) == OK);
	tell(gate_to_child, 2, AT, 9);
	CHECK(unmap(page, 12, MEM_W, false) == OK);
	CHECK(tell(gate_to_child, 1, AT, 0) == 9);
	*(volatile uint64_t *)page = 10;
	faults(&c, 2, AT, 7);
}

static void
not_executable(void)
{
	struct child c = start_child((child_fn *)AT, 0, BELOW);
	uint64_t page = page_with(0xccccccccccccccccull);

	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RX), AT) == OK);       // X shrinks away
	struct reply r = sys_wait(sys_in_ms(1000));

	CHECK(tag_kind(r.tag) == MSG_FAULT);
	CHECK(utcb()->mr[0] == AT && utcb()->mr[1] == AT && utcb()->mr[2] == 0x15);
}

// Code we may run can be passed on as that, but never made writable.
static void
code_is_read_only(void)
{
	struct child c = obedient();

	CHECK(task_map(c.task, fpage_mem(0x400000, 12, 7), AT) == OK);
	CHECK(tell(gate_to_child, 1, AT, 0) == *(volatile uint64_t *)0x400000);
	faults(&c, 2, AT, 7);
}

static void
middle(uint64_t arg)
{
	struct child c;

	(void)arg;
	// the grandchild's parent is this task, but its gate is what we were given
	CHECK(env_child(&c, 128 << 10, 4096, LABEL, ABOVE + 1) == OK);
	CHECK(task_map(c.task, fpage_mem(AT, 12, MEM_RW), AT + 0x5000) == OK);
	CHECK(env_start(&c, obey, 0) == OK);
	CHECK(thread_bind(c.thread, ENV_FREE + 900, 1) == OK);
	obey(0);
}

static void
three_tasks(void)
{
	uint64_t page = page_with(5);
	struct child c;
	cap_t below = make(OBJ_GATE, 0);

	CHECK(env_child(&c, 1 << 20, 256 << 10, LABEL, ABOVE) == OK);
	CHECK(env_give(&c, below, ENV_FREE + 900, CAP_ALL) == OK);
	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RW), AT) == OK);
	gate_to_child = env_source(OBJ_GATE, c.thread, 1);
	CHECK(env_start(&c, middle, 0) == OK);
	CHECK(tell(below, 1, AT + 0x5000, 0) == 5);
	tell(below, 2, AT + 0x5000, 6);
	CHECK(tell(gate_to_child, 1, AT, 0) == 6);
	// W goes from both at once
	CHECK(unmap(page, 12, MEM_W, false) == OK);
	CHECK(tell(below, 1, AT + 0x5000, 0) == 6);
	// all goes from both
	CHECK(unmap(page, 12, MEM_R, false) == OK);
	faults(&c, 1, AT, 4);
	CHECK(*(volatile uint64_t *)page == 6);
}

static void
grant(void)
{
	struct child c = obedient();
	uint64_t page = small_page(), other = small_page();

	*(volatile uint64_t *)page = 5, *(volatile uint64_t *)other = 6;
	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RW), AT | ITEM_GRANT) == OK);
	CHECK(tell(gate_to_child, 1, AT, 0) == 5);
	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_R), AT + 4096) == ERR_ARG);
	CHECK(unmap(page, 12, MEM_RW, false) == OK);                    // not ours any more
	CHECK(tell(gate_to_child, 1, AT, 0) == 5);
	CHECK(task_map(CAP_SELF, fpage_mem(other, 12, MEM_RW), page | ITEM_GRANT) == OK);
	CHECK(*(volatile uint64_t *)page == 6);
	CHECK(task_map(c.task, fpage_mem(other, 12, MEM_R), AT + 4096) == ERR_ARG);
}

static void
wrong_arguments(void)
{
	cap_t t = make(OBJ_TASK, 0);
	uint64_t page = env_ram(4096);

	CHECK(task_map(t, fpage_mem(page, 11, MEM_R), AT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 47, MEM_R), 0) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 63, MEM_R), 0) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page + 4096, 20, MEM_R), AT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 12, 0), AT) == ERR_RIGHT);
	CHECK(task_map(t, fpage_mem(page, 12, MEM_W), AT) == ERR_RIGHT);
	CHECK(task_map(t, fpage_mem(page, 12, 15), AT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 12, MEM_R), 0x7ffffffff000) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 12, MEM_R), 0xffff800000000000) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(0xffff800000000000, 12, MEM_R), AT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(0x1000, 12, MEM_R), AT) == ERR_ARG);         // nothing there
	CHECK(task_map(t, fpage_mem(KIP_ADDR, 12, MEM_R), AT) == ERR_ARG);       // the kernel's
	CHECK(task_map(t, fpage_mem(UTCB_ADDR, 12, MEM_R), AT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 12, MEM_R), AT | MEM_WC << 1) == ERR_ARG);     // RAM
	CHECK(task_map(t, fpage_mem(page, 12, MEM_R), AT | 3 << 1) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(page, 12, MEM_R), KIP_ADDR) == ERR_EXISTS);
	CHECK(unmap(0xffff800000000000, 12, 7, true) == ERR_ARG);
	CHECK(unmap(page + 4096, 20, 7, true) == ERR_ARG);
	CHECK(unmap(KIP_ADDR, 12, 7, true) == OK && kip()->magic == KIP_MAGIC);
	CHECK(unmap(UTCB_ADDR, 12, 7, true) == OK);
	CHECK(unmap(0, 46, 0, true) == OK);                                      // no rights: none
	CHECK(task_map(t, fpage_mem(page, 12, MEM_R), AT) == OK);
}

// A 2 MiB page is passed on whole where it can be.
static void
super_pages(void)
{
	uint64_t at = env_ram(2 << 20), used;
	struct child c = obedient();

	CHECK(at % SUPER == 0);
	for (unsigned i = 0; i < 512; i++)
		*(volatile uint64_t *)(at + i * 4096) = i;
	CHECK(task_map(c.task, fpage_mem(at, 21, MEM_RW), AT + 0x10000000) == OK);
	used = used_of(c.factory);
	CHECK(task_map(c.task, fpage_mem(at, 21, MEM_RW), AT + 0x10200000) == OK);
	CHECK(used_of(c.factory) == used);              // one entry, no table
	CHECK(tell(gate_to_child, 1, AT + 0x10200000 + 511 * 4096, 0) == 511);
	// one small page of it
	CHECK(task_map(c.task, fpage_mem(at + 9 * 4096, 12, MEM_R), AT) == OK);
	CHECK(tell(gate_to_child, 1, AT, 0) == 9);
	// to a place with another offset: in small pages
	CHECK(task_map(c.task, fpage_mem(at, 21, MEM_R), AT + 0x1000) == OK);
	CHECK(tell(gate_to_child, 1, AT + 0x1000 + 300 * 4096, 0) == 300);
	// taking back a part: small pages outside stay, a 2 MiB page goes whole
	CHECK(unmap(at + 9 * 4096, 12, MEM_RW, false) == OK);
	CHECK(tell(gate_to_child, 1, AT + 0x1000 + 300 * 4096, 0) == 300);
	CHECK(task_map(c.task, fpage_mem(at, 12, MEM_R), AT) == OK);
	CHECK(task_map(c.task, fpage_mem(at, 21, MEM_R), AT + 0x10200000) == OK);
	faults(&c, 1, AT + 0x1000 + 9 * 4096, 4);
}

static void
grant_part_of_super(void)
{
	uint64_t at = env_ram(2 << 20);
	cap_t t = make(OBJ_TASK, 0);

	CHECK(task_map(t, fpage_mem(at, 12, MEM_R), AT | ITEM_GRANT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(at, 21, MEM_R), AT + 4096 + ITEM_GRANT) == ERR_ARG);
	CHECK(task_map(t, fpage_mem(at, 21, MEM_R), AT | ITEM_GRANT) == OK);
	CHECK(task_map(t, fpage_mem(at, 21, MEM_R), AT + SUPER) == ERR_ARG);
}

// Large flexpages with holes: what is there moves, and it does not take long.
static void
holes(void)
{
	cap_t t = make(OBJ_TASK, 0);
	uint64_t start = sys_now();

	CHECK(task_map(t, fpage_mem(0, 46, MEM_R), 0) == OK);     // but what is the kernel's
	CHECK(unmap(1ull << 46, 45, 7, true) == OK);
	CHECK(task_map(t, fpage_mem(1ull << 46, 45, MEM_R), 0) == ERR_ARG);
	CHECK(sys_now() - start < 2000ull * kip()->tsc_khz);
}

// Many pages, many mappings of each, and all back at once.
static void
much(void)
{
	uint64_t before = used_of(ENV_FACTORY), at = env_ram(512 << 10);
	struct child c = start_child(obey, 0, ABOVE);

	for (unsigned i = 0; i < 8; i++) {
		for (unsigned p = 0; p < 128; p++)
			CHECK(task_map(c.task, fpage_mem(at + p * 4096, 12, MEM_R),
			               AT + (i * 128 + p) * 4096) == OK);
	}
	CHECK(unmap(at & ~0xfffffull, 20, MEM_R, false) == OK);
	CHECK(task_map(c.task, fpage_mem(at, 12, MEM_R), AT) == OK ||
	      (at & 0xfffff) != 0);
	CHECK(task_map(c.task, fpage_mem(at, 12, MEM_R), AT + 4096) == OK);
	env_destroy(&c);
	CHECK(used_of(ENV_FACTORY) == before);
	CHECK(*(volatile uint64_t *)at == 0);
}

// A task that has had mappings everywhere holds no more than at the beginning, but for the
// tables that were used last.
static void
creep(void)
{
	cap_t factory = make(OBJ_FACTORY, 1 << 20), task = ready_caps(1), sig = make(OBJ_SIGNAL, 0);
	uint64_t page = page_with(1);

	CHECK(factory_create(factory, OBJ_TASK, task, 0) == OK);
	uint64_t before = used_of(factory);

	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t at = (i * 0x9e3779b97f4a7c15 >> 18) & 0x7fffffff000;

		CHECK(task_map(task, fpage_mem(page, 12, MEM_RW), at) == OK);
		CHECK(task_unmap(task, fpage_mem(at, 12, MEM_RW), i % 2) == OK);
		if (i % 2 == 0)
			CHECK(task_unmap(CAP_SELF, fpage_mem(page, 12, MEM_RW), false) == OK);
	}
	for (uint64_t i = 1; i < CAP_MAX; i += 100) {
		CHECK(task_map(task, fpage_cap(sig, 0, CAP_ALL), i << 12) == OK);
		CHECK(task_unmap(CAP_SELF, fpage_cap(sig, 0, CAP_ALL), false) == OK);
	}
	CHECK(used_of(factory) <= before + 5 * 4096);
}

// What fails for lack of memory has taken none.
static void
no_quota(void)
{
	uint64_t page = page_with(1);

	for (uint64_t frames = 6; frames < 14; frames++) {
		cap_t factory = make(OBJ_FACTORY, frames << 12), task = ready_caps(2);

		if (factory_create(factory, OBJ_TASK, task, 0) != OK) {
			CHECK(used_of(factory) == 0);
			continue;
		}
		uint64_t before = used_of(factory);

		if (task_map(task, fpage_mem(page, 12, MEM_RW), 1ull << 40) == ERR_QUOTA)
			CHECK(used_of(factory) == before);
		before = used_of(factory);
		if (task_map(task, fpage_cap(ENV_VCON, 0, CAP_SEND), 3000ull << 12) == ERR_QUOTA)
			CHECK(used_of(factory) == before);
		before = used_of(factory);
		if (OP(factory, FACTORY_CREATE, OBJ_THREAD, task + 1) == OK &&
		    thread_control(task + 1, task, 1ull << 41, 0) == ERR_QUOTA)
			CHECK(used_of(factory) <= before + 4096);       // the thread
	}
}

const struct test tests_memory[] = {
	{ "memory_share", share },
	{ "memory_read_only", read_only },
	{ "memory_write_taken", write_taken },
	{ "memory_not_executable", not_executable },
	{ "memory_code_is_read_only", code_is_read_only },
	{ "memory_three_tasks", three_tasks },
	{ "memory_grant", grant },
	{ "memory_wrong_arguments", wrong_arguments },
	{ "memory_super_pages", super_pages },
	{ "memory_grant_part_of_super", grant_part_of_super },
	{ "memory_holes", holes },
	{ "memory_much", much },
	{ "memory_creep", creep },
	{ "memory_no_quota", no_quota },
	{ NULL, NULL },
};
