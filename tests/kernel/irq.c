// SPDX-License-Identifier: MIT
// Tests of interrupts as objects, with the PIT on line 0, which the firmware
// leaves running, and a line that nothing drives.
#include "ktest.h"

enum { PIT = 0, COM1 = 4, ABSENT = 5, LINES = 16 };

static void
fires_once(void)
{
	CHECK(thread_bind(ENV_THREAD, ROOT_IRQ + PIT, 123) == OK);
	CHECK(tag_err(sys_wait(sys_in_ms(120)).tag) == ERR_TIMEOUT);    // masked from the start
	for (unsigned i = 0; i < 3; i++) {
		CHECK(sys_irq_unmask(ROOT_IRQ + PIT) == OK);
		struct reply r = sys_wait(sys_in_ms(1000));

		CHECK(tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IRQ && r.label == 123);
		CHECK(utcb()->mr[0] == 1);
		CHECK(tag_err(sys_wait(sys_in_ms(120)).tag) == ERR_TIMEOUT);    // masked by it
	}
	CHECK(sys_irq_unmask(ROOT_IRQ + PIT) == OK && OP(ROOT_IRQ + PIT, IRQ_MASK, 0) == OK);
	(void)sys_wait(DEADLINE_ZERO);
	CHECK(tag_err(sys_wait(sys_in_ms(120)).tag) == ERR_TIMEOUT);
}

static void
absent(void)
{
	CHECK(thread_bind(ENV_THREAD, ROOT_IRQ + ABSENT, 5) == OK);
	CHECK(sys_irq_unmask(ROOT_IRQ + ABSENT) == OK);
	CHECK(tag_err(sys_wait(sys_in_ms(5)).tag) == ERR_TIMEOUT);
	CHECK(OP(ROOT_IRQ + ABSENT, IRQ_MASK, 0) == OK);
}

static void
wrong_arguments(void)
{
	cap_t irq = ROOT_IRQ + ABSENT;

	CHECK(type_of(ROOT_IRQ) == OBJ_IRQ && type_of(ROOT_IRQ + LINES) == OBJ_NONE);
	CHECK(type_of(ROOT_IRQ + COM1) == OBJ_NONE);            // the kernel's
	CHECK(OP(irq, SIGNAL_RAISE, 1) == ERR_OP);
	CHECK(OP(weaker(irq, CAP_CTL), IRQ_UNMASK, 0) == ERR_RIGHT);
	CHECK(OP(weaker(irq, CAP_CTL), IRQ_MASK, 0) == ERR_RIGHT);
	CHECK(thread_bind(ENV_THREAD, weaker(irq, CAP_SEND), 0) == ERR_RIGHT);
	CHECK(object_destroy(irq) == ERR_RIGHT);
	CHECK(OP(ENV_FACTORY, FACTORY_CREATE, OBJ_IRQ, env_caps(1)) == ERR_ARG);
}

static void
everyone(uint64_t arg)
{
	(void)arg;
	for (cap_t line = 0; line < LINES; line++)
		(void)thread_bind(ENV_THREAD, ROOT_IRQ + line, line);
	env_exit(0);
}

// The lines outlive who they were bound to.
static void
rebind(void)
{
	struct child c = start_child(everyone, 0, ABOVE);

	join();
	CHECK(sys_irq_unmask(ROOT_IRQ + PIT) == OK);
	pause_ms(120);
	env_destroy(&c);
	CHECK(thread_bind(ENV_THREAD, ROOT_IRQ + PIT, 8) == OK);
	CHECK(sys_wait(sys_in_ms(1000)).label == 8);
}

// Two objects for one line: each hears of it, each masks for itself, and the
// line is quiet until both have unmasked again.
static void
shared(void)
{
	cap_t other = env_caps(1), none = env_caps(1), irq = ROOT_IRQ + PIT;

	CHECK(OP(irq, IRQ_SHARE, ENV_FACTORY, ENV_THREAD) == ERR_EXISTS);
	CHECK(OP(irq, IRQ_SHARE, ENV_VCON, other) == ERR_CAP);
	CHECK(OP(irq, IRQ_SHARE, weaker(ENV_FACTORY, CAP_CTL), other) == ERR_RIGHT);
	CHECK(OP(weaker(irq, CAP_SEND), IRQ_SHARE, ENV_FACTORY, other) == ERR_RIGHT);
	CHECK(OP(irq, IRQ_SHARE, ENV_FACTORY, CAP_MAX) == ERR_ARG);
	CHECK(OP(irq, IRQ_SHARE, ENV_FACTORY, other) == OK && type_of(other) == OBJ_IRQ);
	CHECK(type_of(none) == OBJ_NONE);
	CHECK(thread_bind(ENV_THREAD, irq, 1) == OK && thread_bind(ENV_THREAD, other, 2) == OK);
	// what was latched meanwhile may come before the second is unmasked
	CHECK(sys_irq_unmask(irq) == OK && sys_irq_unmask(other) == OK);
	while (tag_err(sys_wait(sys_in_ms(120)).tag) == OK)
		;
	for (unsigned i = 0; i < 2; i++) {
		CHECK(sys_irq_unmask(irq) == OK && sys_irq_unmask(other) == OK);
		uint64_t a = sys_wait(sys_in_ms(1000)).label, b = sys_wait(sys_in_ms(1000)).label;

		CHECK(a + b == 3 && a * b == 2);
		CHECK(tag_err(sys_wait(sys_in_ms(120)).tag) == ERR_TIMEOUT);
	}
	// a crowd on a line would keep interrupts off for long
	cap_t more = env_caps(IRQ_SHARES_MAX);

	for (cap_t i = 0; i < IRQ_SHARES_MAX; i++)
		CHECK(OP(irq, IRQ_SHARE, ENV_FACTORY, more + i) ==
		      (i < IRQ_SHARES_MAX - 2 ? OK : ERR_FULL));
	// the end of one leaves the other its line
	CHECK(object_destroy(other) == OK);
	CHECK(sys_irq_unmask(irq) == OK);
	CHECK(sys_wait(sys_in_ms(1000)).label == 1);
}

// What comes while the line is masked is there as soon as it is unmasked, long
// before the next one (18 a second); once, however many there were.
static void
edge_kept(void)
{
	CHECK(thread_bind(ENV_THREAD, ROOT_IRQ + PIT, 4) == OK);
	CHECK(sys_irq_unmask(ROOT_IRQ + PIT) == OK);
	CHECK(tag_kind(sys_wait(sys_in_ms(1000)).tag) == MSG_IRQ);
	for (unsigned i = 0; i < 4; i++) {
		pause_ms(120);
		CHECK(sys_irq_unmask(ROOT_IRQ + PIT) == OK);
		struct reply r = sys_wait(sys_in_ms(2));

		CHECK(tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IRQ && r.label == 4);
		CHECK(tag_err(sys_wait(sys_in_ms(2)).tag) == ERR_TIMEOUT);
	}
}

const struct test tests_irq[] = {
	{ "irq_fires_once", fires_once },
	{ "irq_absent", absent },
	{ "irq_wrong_arguments", wrong_arguments },
	{ "irq_rebind", rebind },
	{ "irq_shared", shared },
	{ "irq_edge_kept", edge_kept },
	{ NULL, NULL },
};
