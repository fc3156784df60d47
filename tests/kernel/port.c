// SPDX-License-Identifier: MIT
// Tests of I/O-port spaces, on the ports of the DMA page registers.
#include "ktest.h"

enum { P = TEST_PORTS };

static enum err
give(cap_t task, unsigned first, unsigned order, bool granted)
{
	return task_map(task, fpage_port(first, order, 1), granted ? ITEM_GRANT : 0);
}

static uint8_t
in(unsigned port)
{
	uint8_t v;

	__asm__ volatile("inb %w1, %0" : "=a"(v) : "d"(port));
	return v;
}

static void
out(unsigned port, uint8_t v)
{
	__asm__ volatile("outb %0, %w1" : : "a"(v), "d"(port));
}

// Uses ports, then says it could.
static void
user(uint64_t port)
{
	out((unsigned)port, 0);
	(void)in((unsigned)port);
	env_exit(0);
}

// That a child with ports [first, first + (1 << order)) may or may not use one.
static bool
may_use(unsigned first, unsigned order, unsigned port)
{
	struct child c;

	CHECK(env_child(&c, 128 << 10, 4096, LABEL, ABOVE) == OK);
	if (order < 16)
		CHECK(give(c.task, first, order, false) == OK);
	CHECK(env_start(&c, user, port) == OK);
	struct reply r = sys_wait(sys_in_ms(1000));

	CHECK(tag_err(r.tag) == OK);
	if (tag_kind(r.tag) == MSG_EXCEPTION)
		CHECK(utcb()->mr[0] == 13);
	bool good = tag_kind(r.tag) == MSG_IPC;

	env_destroy(&c);
	return good;
}

static void
use(void)
{
	in(P), out(P, 1), in(P + 15);
	CHECK(!may_use(0, 16, P));
	CHECK(may_use(P, 0, P));
	CHECK(!may_use(P, 0, P + 1));
	CHECK(may_use(P, 4, P + 15));
	CHECK(!may_use(P, 4, P + 16));
	CHECK(!may_use(P, 4, P - 1));
	CHECK(!may_use(P, 4, 0x3f8));
	CHECK(!may_use(P + 3, 2, P + 2));
	CHECK(may_use(P + 3, 2, P + 3));
	CHECK(may_use(P + 3, 2, P + 6));
	CHECK(!may_use(P + 3, 2, P + 7));
	CHECK(!may_use(P + 5, 3, P + 4));
	CHECK(may_use(P + 5, 3, P + 8));
	CHECK(may_use(P + 5, 3, P + 12));
	CHECK(!may_use(P + 5, 3, P + 13));
	CHECK(!may_use(P, 4, 0xffff));
	in(P);                          // ours work after all those switches
}

static void
wrong_arguments(void)
{
	cap_t t = make(OBJ_TASK, 0);

	CHECK(give(t, P + 16, 0, false) == ERR_ARG);            // not ours
	CHECK(give(t, P, 5, false) == ERR_ARG);
	CHECK(give(t, 0xffff, 1, false) == ERR_ARG);
	CHECK(give(t, P, 17, false) == ERR_ARG);
	CHECK(give(t, P, 63, false) == ERR_ARG);
	CHECK(give(t, 0x10000 + P, 0, false) == ERR_ARG);
	CHECK(give(CAP_SELF, P, 0, false) == ERR_EXISTS);
	CHECK(give(t, P, 1, true) == ERR_ARG);                  // a part cannot be granted
	CHECK(give(t, P, 2, false) == OK);
	CHECK(give(t, P, 0, false) == ERR_EXISTS);
	CHECK(give(t, P, 3, false) == ERR_EXISTS);
	CHECK(give(t, P + 4, 2, false) == OK);
	CHECK(task_unmap(t, fpage_port(0xffff, 1, 1), true) == ERR_ARG);
	CHECK(task_unmap(t, fpage_port(0, 17, 1), true) == ERR_ARG);
	CHECK(task_unmap(t, fpage_port(0, 16, 1), true) == OK);
	CHECK(give(t, P, 3, false) == OK);
}

// No task has so many ranges that looking at all of them takes long.
static void
many(void)
{
	cap_t t = make(OBJ_TASK, 0);

	for (unsigned i = 0; i < PORT_RANGES_MAX; i++)
		CHECK(give(t, MORE_PORTS + i, 0, false) == OK);
	CHECK(give(t, MORE_PORTS + PORT_RANGES_MAX, 0, false) == ERR_FULL);
	CHECK(task_unmap(t, fpage_port(MORE_PORTS, 0, 1), true) == OK);
	CHECK(give(t, MORE_PORTS + PORT_RANGES_MAX, 0, false) == OK);
}

// Uses its port, waits to be told, and uses it again.
static void
use_twice(uint64_t arg)
{
	(void)arg;
	in(P);
	sys_wait(DEADLINE_NONE);
	in(P);
	env_exit(0);
}

static struct child
twice(void)
{
	struct child c;

	CHECK(env_child(&c, 128 << 10, 4096, LABEL, ABOVE) == OK);
	CHECK(give(c.task, P, 0, false) == OK);
	CHECK(env_start(&c, use_twice, 0) == OK);
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	return c;
}

static void
taken_back(void)
{
	struct child c = twice();
	cap_t gate = env_source(OBJ_GATE, c.thread, 1);

	CHECK(task_unmap(CAP_SELF, fpage_port(P, 0, 1), false) == OK);
	CHECK(tag_err(sys_invoke(gate, IPC_SEND, 0, 0).tag) == OK);
	CHECK(tag_kind(sys_wait(sys_in_ms(1000)).tag) == MSG_EXCEPTION);
	CHECK(utcb()->mr[0] == 13);
	in(P);
	// and this is how it goes when they are not taken back
	c = twice();
	gate = env_source(OBJ_GATE, c.thread, 1);
	CHECK(tag_err(sys_invoke(gate, IPC_SEND, 0, 0).tag) == OK);
	join();
}

static void
without(uint64_t arg)
{
	in((unsigned)arg);
	env_exit(0);
}

// Three tasks; granting; what the middle passed on goes with the top.
static void
recursive(void)
{
	cap_t a = make(OBJ_TASK, 0), b = make(OBJ_TASK, 0);
	struct child c = start_child(without, P + 8, BELOW);

	CHECK(give(a, P, 3, false) == OK);
	CHECK(give(c.task, P + 8, 2, false) == OK);
	join();
	CHECK(task_unmap(a, fpage_port(P, 0, 1), false) == OK);         // what a passed on: none
	CHECK(give(a, P, 3, false) == ERR_EXISTS);
	CHECK(task_unmap(CAP_SELF, fpage_port(P, 0, 1), false) == OK);
	CHECK(give(a, P, 3, false) == OK);
	CHECK(give(b, P, 4, true) == OK);                               // all of ours
	CHECK(give(b, P, 0, false) == ERR_ARG);
	CHECK(task_unmap(b, fpage_port(P, 0, 1), false) == OK);
	CHECK(give(a, P, 0, false) == ERR_ARG);
}

const struct test tests_port[] = {
	{ "port_use", use },
	{ "port_wrong_arguments", wrong_arguments },
	{ "port_many", many },
	{ "port_taken_back", taken_back },
	{ "port_recursive", recursive },
	{ NULL, NULL },
};
