// SPDX-License-Identifier: MIT
// Threads, messages, scheduling and interrupts of the kernel on the host, step by
// step: the kernel's own code around the model of tests/fuzz/.  After each step
// all invariants must hold.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <cap.h>
#include <invoke.h>
#include <scheduler.h>
#include <source.h>

#include "check.h"
#include "machine.h"
#include "pool.h"
#include "world.h"

enum { A, B, C, HIGH = 9, LOW = 5, LINE = 5, SLICE_US = 10, SLICE = 10000, LABEL = 77 };

void
found(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	abort();
}

static struct thread *
thread(unsigned i)
{
	struct object *o;

	assert_int_equal(cap_lookup(world_manager->task, AT_THREAD + i, OBJ_THREAD, 0, &o), OK);
	return (struct thread *)o;
}

static void
make(enum object_type type, cap_t at)
{
	assert_int_equal(world_call(AT_FACTORY, FACTORY_CREATE, type, at, 0, 0), OK);
}

// Ready to run when the manager sleeps.
static void
make_thread(unsigned i, unsigned priority)
{
	cap_t t = AT_THREAD + i;

	make(OBJ_THREAD, t);
	assert_int_equal(world_call(t, THREAD_CONTROL, AT_TASK, UTCBS_AT + i * PAGE, 0, 0), OK);
	assert_int_equal(world_call(AT_SCHEDULER, SCHED_SET, t, priority, SLICE_US, 0), OK);
	assert_int_equal(world_call(t, THREAD_START, 0x400000, 0x500000, 0, 0), OK);
}

// A task with two threads, that has all there is.
static void
start(unsigned priority_a, unsigned priority_b)
{
	world_start(1);
	make(OBJ_TASK, AT_TASK);
	assert_int_equal(world_call(AT_TASK, TASK_COUNTER, 0, 0, 0, 0), OK);    // any deadline
	make(OBJ_GATE, AT_GATE);
	make(OBJ_SIGNAL, AT_SIGNAL);
	make(OBJ_SEMAPHORE, AT_SEMAPHORE);
	make_thread(A, priority_a);
	make_thread(B, priority_b);
	assert_int_equal(world_call(AT_THREAD + A, THREAD_BIND, AT_GATE, LABEL, 0, 0), OK);
	assert_int_equal(world_call(AT_THREAD + A, THREAD_BIND, AT_IRQ, LABEL, 0, 0), OK);
	for (uint64_t i = 1; i < INDICES; i++)
		world_call(AT_TASK, TASK_MAP, fpage_cap((cap_t)i, 0, CAP_ALL), i << 12, 0, 0);
}

// The manager leaves; who runs?
static struct thread *
go(void)
{
	world_invoke(0, IPC_RECV, 0, DEADLINE_NONE);
	check_all();
	return cpu.current;
}

// The current thread does this; who runs then?
static struct thread *
invoke(cap_t cap, unsigned flags, tag_t tag, uint64_t deadline)
{
	world_invoke(cap, flags, tag, deadline);
	check_all();
	return cpu.current;
}

static struct thread *
pass(uint64_t ticks)
{
	machine_pass(ticks);
	struct thread *t = machine_user_interrupts(cpu.current);

	check_exit(t);
	check_all();
	return t;
}

static void
call_and_reply(void **state)
{
	(void)state;
	start(HIGH, LOW);
	struct thread *a = thread(A), *b = thread(B);

	assert_ptr_equal(go(), a);
	assert_ptr_equal(invoke(0, IPC_WAIT, 0, DEADLINE_NONE), b);
	b->utcb->mr[0] = 11, b->utcb->mr[1] = 12;
	assert_ptr_equal(invoke(AT_GATE, IPC_CALL, tag(3, 2, 0), DEADLINE_NONE), a);
	assert_int_equal(a->regs.rax, tag(3, 2, 0));
	assert_int_equal(a->regs.rdx, LABEL);
	assert_true(a->utcb->mr[0] == 11 && a->utcb->mr[1] == 12);
	assert_int_equal(b->state, THREAD_REPLY_WAIT);
	assert_ptr_equal(cpu.payer, b);
	assert_ptr_equal(invoke(0, IPC_REPLY_AND_WAIT, tag(4, 0, 0), DEADLINE_NONE), b);
	assert_int_equal(b->regs.rax, tag(4, 0, 0));
	assert_int_equal(a->state, THREAD_OPEN_WAIT);
	world_end();
}

static void
slices(void **state)
{
	(void)state;
	start(LOW, LOW);
	struct thread *a = thread(A), *b = thread(B);

	assert_ptr_equal(go(), a);
	assert_ptr_equal(pass(SLICE / 2), a);
	assert_ptr_equal(pass(SLICE), b);
	assert_ptr_equal(pass(2 * SLICE), a);
	// who used up more than a slice gets that much less later
	for (unsigned i = 0; i < 100; i++)
		pass(SLICE / 3);
	uint64_t all = a->cpu_time + b->cpu_time;

	assert_true(a->cpu_time > all / 5 * 2 && b->cpu_time > all / 5 * 2);
	world_end();
}

static void
deadline(void **state)
{
	(void)state;
	start(HIGH, LOW);
	struct thread *a = thread(A), *b = thread(B);

	assert_ptr_equal(go(), a);
	assert_ptr_equal(invoke(0, IPC_RECV, 0, machine.tsc + 50000), b);
	assert_ptr_equal(pass(40000), b);
	assert_ptr_equal(pass(20000), a);
	assert_int_equal(tag_err(a->regs.rax), ERR_TIMEOUT);
	assert_int_equal(b->state, THREAD_READY);
	world_end();
}

// Who served it ends its caller: from then on it pays for its time itself.
static void
payer_ends(void **state)
{
	(void)state;
	start(HIGH, LOW);
	struct thread *a = thread(A);

	go();
	invoke(0, IPC_WAIT, 0, DEADLINE_NONE);
	assert_ptr_equal(invoke(AT_GATE, IPC_CALL, 0, DEADLINE_NONE), a);
	assert_ptr_not_equal(cpu.payer, a);
	assert_ptr_equal(invoke(AT_THREAD + B, IPC_CALL, tag(OP_DESTROY, 0, 0), DEADLINE_NONE), a);
	assert_ptr_equal(cpu.payer, a);
	assert_true(machine.timer_at <= machine.tsc + SLICE);
	world_end();
}

static void
interrupt(void **state)
{
	(void)state;
	start(HIGH, LOW);
	struct thread *a = thread(A), *b = thread(B);

	assert_ptr_equal(go(), a);
	invoke(AT_IRQ, IPC_CALL, tag(IRQ_UNMASK, 0, 0), DEADLINE_NONE);
	assert_false(machine.masked & 1u << LINE);
	assert_ptr_equal(invoke(0, IPC_WAIT, 0, DEADLINE_NONE), b);
	machine_raise(LINE);
	assert_ptr_equal(pass(0), a);
	assert_int_equal(tag_kind(a->regs.rax), MSG_IRQ);
	assert_true(a->regs.rdx == LABEL && a->utcb->mr[0] == 1);
	assert_true(machine.masked & 1u << LINE);
	machine_raise(LINE);                    // waits until it is unmasked
	assert_ptr_equal(pass(0), a);
	world_end();
}

// One capability passed on as often as may be, and taken back at once.
static void
depth(void **state)
{
	cap_t first = 1000, last = first + NODE_DEPTH_MAX - 1;

	(void)state;
	world_start(1);
	make(OBJ_SIGNAL, first);
	for (cap_t i = first; i < last; i++)
		assert_int_equal(world_call(CAP_SELF, TASK_MAP, fpage_cap(i, 0, CAP_ALL),
		                            (i + 1ull) << 12, 0, 0), OK);
	assert_int_equal(world_call(CAP_SELF, TASK_MAP, fpage_cap(last, 0, CAP_ALL),
	                            (last + 1ull) << 12, 0, 0), ERR_DEPTH);
	check_all();
	assert_int_equal(world_call(CAP_SELF, TASK_UNMAP, fpage_cap(first, 0, CAP_ALL),
	                            0, 0, 0), OK);
	check_all();
	assert_int_equal(world_call(CAP_SELF, TASK_CAP_TYPE, first, 0, 0, 0), OK);
	assert_int_equal(world_call(CAP_SELF, TASK_CAP_TYPE, first + 1, 0, 0, 0), ERR_CAP);
	world_end();
}

// Thread A gets into a state; B, and the rest, are not needed any more.
static enum thread_state
wait_somehow(unsigned how)
{
	static const struct { cap_t cap; unsigned flags; tag_t tag; uint64_t deadline; } ways[] = {
		{ 0, IPC_WAIT, 0, DEADLINE_NONE }, { 0, IPC_WAIT, 0, 1 << 30 },
		{ AT_GATE + 1, IPC_CALL, 0, DEADLINE_NONE },
		{ AT_GATE + 2, IPC_CALL, 0, DEADLINE_NONE },
		{ 0, IPC_RECV, 0, 1 << 30 }, { 0, IPC_RECV, 0, DEADLINE_NONE },
		{ AT_SEMAPHORE, IPC_CALL, (uint64_t)SEM_DOWN << 16, DEADLINE_NONE },
		{ AT_SEMAPHORE, IPC_CALL, (uint64_t)SEM_DOWN << 16, 1 << 30 },
	};

	assert_ptr_equal(go(), thread(C));              // waits for calls
	assert_ptr_equal(invoke(0, IPC_WAIT, 0, DEADLINE_NONE), thread(A));
	invoke(ways[how].cap, ways[how].flags, ways[how].tag, ways[how].deadline);
	return thread(A)->state;
}

// A thread ends, and in another round its task or what it waits for: wherever
// it was, nothing is left of it.
static void
ends(void **state)
{
	static const enum thread_state states[] = { THREAD_OPEN_WAIT, THREAD_OPEN_WAIT_TIMED,
		THREAD_SENDING, THREAD_REPLY_WAIT, THREAD_SLEEPING, THREAD_SLEEPING,
		THREAD_SEMAPHORE, THREAD_SEMAPHORE };
	static const cap_t ending[] = { AT_THREAD + A, AT_TASK, AT_FACTORY };

	(void)state;
	for (unsigned i = 0; i < 8 * 3; i++) {
		start(HIGH, LOW);
		make(OBJ_GATE, AT_GATE + 1);            // to B, which does not wait
		make(OBJ_GATE, AT_GATE + 2);            // to C, which does
		make_thread(C, HIGH + 1);
		world_call(AT_THREAD + B, THREAD_BIND, AT_GATE + 1, 1, 0, 0);
		world_call(AT_THREAD + C, THREAD_BIND, AT_GATE + 2, 1, 0, 0);
		for (uint64_t c = AT_GATE; c < AT_GATE + 3; c++)
			world_call(AT_TASK, TASK_MAP, fpage_cap((cap_t)c, 0, CAP_ALL), c << 12,
			           0, 0);
		assert_int_equal(wait_somehow(i % 8), states[i % 8]);
		unsigned objects = pool_object_count;

		world_wake();                           // the manager
		check_exit(sched_switch());
		assert_ptr_equal(cpu.current, world_manager);
		assert_int_equal(world_call(ending[i / 8], OP_DESTROY, 0, 0, 0, 0), OK);
		go();
		assert_true(pool_object_count < objects);
		world_end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(call_and_reply),
		cmocka_unit_test(slices),
		cmocka_unit_test(deadline),
		cmocka_unit_test(payer_ends),
		cmocka_unit_test(interrupt),
		cmocka_unit_test(depth),
		cmocka_unit_test(ends),
	};

	pool_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
