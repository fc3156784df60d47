// SPDX-License-Identifier: MIT
// Tests of destruction: whoever causes it does the work in its own time, and what it
// leaves behind is done all the same.
#include "ktest.h"

enum { BIG = 4 << 20, TRIES = 8 };

static volatile bool started, done;
static cap_t outer, big;        // a factory full of tasks, in another

static void
fill(void)
{
	cap_t at = ready_caps(350), end = at + 350;

	outer = ready_caps(2);
	big = outer + 1;
	CHECK(factory_create(ENV_FACTORY, OBJ_FACTORY, outer, BIG + (16 << 10)) == OK);
	CHECK(factory_create(outer, OBJ_FACTORY, big, BIG) == OK);
	while (at < end && factory_create(big, OBJ_TASK, at, 0) == OK)
		at++;
	started = done = false;
}

static bool
there(void)
{
	return used_of(outer) >= BIG;
}

static void
destroyer(uint64_t unused)
{
	(void)unused;
	started = true;
	sys_invoke(big, IPC_CALL, tag(OP_DESTROY, 0, 0), DEADLINE_NONE);
	done = true;
	for (;;)
		sys_invoke(0, IPC_RECV, 0, DEADLINE_NONE);
}

// A thread that is destroying, and we run.
static cap_t
in_the_middle(void)
{
	for (unsigned i = 0; i < TRIES; i++) {
		fill();
		cap_t thread = env_thread(destroyer, 0, BELOW);

		CHECK(thread != 0);
		while (!started)
			sys_sleep(sys_now() + 1000);
		if (there())
			return thread;
		// it was too quick, or we were late
		CHECK(object_destroy(thread) == OK && object_destroy(outer) == OK);
	}
	test_fail("never seen in the middle");
}

static void
wait_for_the_end(void)
{
	while (there())
		sys_sleep(sys_now() + 1000);
}

// A more urgent thread ends something small, and nothing else.
static void
urgent(void)
{
	cap_t sig = make(OBJ_SIGNAL, 0);

	in_the_middle();
	CHECK(object_destroy(sig) == OK);
	CHECK(!done && there());
	wait_for_the_end();
}

// What it has begun, a more urgent one can end at once.
static void
taken_over(void)
{
	uint64_t before = used_of(ENV_FACTORY);

	in_the_middle();
	CHECK(object_destroy(outer) == OK);
	CHECK(!done && used_of(ENV_FACTORY) < before + BIG);
}

// A thread that is stopped in the middle keeps nothing.
static void
stopped(void)
{
	cap_t thread = in_the_middle();

	CHECK(OP(thread, THREAD_STOP, 0) == OK);
	wait_for_the_end();
	CHECK(!done);
	CHECK(OP(thread, THREAD_RESUME, 0) == OK);
	while (!done)
		sys_sleep(sys_now() + 1000);
}

// An equal runs in between, in its turn: we see time go in pieces, not at once.
static void
equal(void)
{
	unsigned pieces = 0;

	for (unsigned i = 0; i < TRIES && pieces < 2; i++) {
		fill();
		cap_t thread = env_thread(destroyer, 0, BELOW);
		uint64_t last = sys_now();

		CHECK(sched_set(ENV_SCHEDULER, thread, TEST_PRIORITY, 50) == OK);
		CHECK(sched_set(ENV_SCHEDULER, ENV_THREAD, TEST_PRIORITY, 50) == OK);
		for (pieces = 0; !done;) {
			uint64_t now = sys_now();

			pieces += started && now - last > kip()->tsc_khz / 100;   // 10 us
			last = now;
		}
		CHECK(object_destroy(thread) == OK && object_destroy(outer) == OK);
	}
	CHECK(pieces >= 2);
}

// A thread that destroys itself, with all that it pays for.
static void
suicide(uint64_t unused)
{
	(void)unused;
	for (cap_t at = ready_caps(300);; at++)
		if (factory_create(ENV_FACTORY, OBJ_TASK, at, 0) != OK)
			break;
	OP(ENV_THREAD, OP_DESTROY, 0);
	test_fail("a thread outlives its end");
}

static void
alone(void)
{
	for (unsigned i = 0; i < 20; i++) {
		uint64_t before = used_of(ENV_FACTORY);
		struct child c = start_child(suicide, 0, i % 2 == 0 ? ABOVE : BELOW);

		pause_ms(1);
		env_destroy(&c);
		CHECK(used_of(ENV_FACTORY) <= before + 8 * 4096);
	}
}

static void
spin(uint64_t unused)
{
	(void)unused;
	for (;;)
		;
}

static void
end_itself(uint64_t unused)
{
	(void)unused;
	OP(ENV_FACTORY, OP_DESTROY, 0);
}

// How long it takes until a task is gone whose thread of this priority destroys all of it.
static uint64_t
time_of_end(unsigned priority)
{
	struct child c;

	CHECK(env_child(&c, 256 << 10, 64 << 10, LABEL, priority) == OK);
	uint64_t before = used_of(ENV_FACTORY), start = sys_now();

	CHECK(env_start(&c, end_itself, 0) == OK);
	while (used_of(ENV_FACTORY) >= before)
		sys_sleep(sys_now() + kip()->tsc_khz / 10);
	uint64_t time = sys_now() - start;

	env_destroy(&c);
	return time;
}

// What threads leave is ended in its turn, also after it was at another priority, where
// turns have gone further.
static void
reaper_in_turn(void)
{
	cap_t t[2];

	CHECK(sched_set(ENV_SCHEDULER, ENV_THREAD, ABOVE + 1, 1000) == OK);
	for (unsigned i = 0; i < 2; i++) {
		t[i] = env_thread(spin, 0, ABOVE);
		CHECK(sched_set(ENV_SCHEDULER, t[i], ABOVE, 50) == OK);
	}
	pause_ms(20);
	CHECK(time_of_end(ABOVE) < 50ull * kip()->tsc_khz);
	for (unsigned i = 0; i < 2; i++)
		CHECK(object_destroy(t[i]) == OK);
	CHECK(env_thread(spin, 0, BELOW) != 0);
	CHECK(time_of_end(BELOW) < 200ull * kip()->tsc_khz);
}

enum { COPIES = 6000, COPIES_AT = 0x40000000 };

static uint64_t page;

static void
unmapper(uint64_t utcb_addr)
{
	struct utcb *u = (struct utcb *)utcb_addr;

	u->mr[0] = fpage_mem(page, 12, MEM_RW), u->mr[1] = 0;
	started = true;
	sys_invoke(CAP_SELF, IPC_CALL, tag(TASK_UNMAP, 2, 0), DEADLINE_NONE);
	done = true;
	for (;;)
		sys_invoke(0, IPC_RECV, 0, DEADLINE_NONE);
}

// A thread that ends while it takes back has taken all of it back.
static void
in_a_walk(void)
{
	cap_t task = make(OBJ_TASK, 0);
	uint64_t last = COPIES_AT + (COPIES - 1) * 4096ull;
	enum err e = OK;

	page = env_ram(4096);
	for (unsigned i = 0; i < TRIES && (i == 0 || e == OK); i++) {
		for (uint64_t n = COPIES; n-- > 0;)             // the first of these goes last
			CHECK(task_map(task, fpage_mem(page, 12, MEM_R),
			               COPIES_AT + n * 4096) == OK);
		started = done = false;
		cap_t thread = env_thread(unmapper, ENV_UTCBS + 4096ull * i, BELOW);

		while (!started)
			sys_sleep(sys_now() + 1000);
		e = task_map(task, fpage_mem(env_ram(4096), 12, MEM_R), last);
		CHECK(object_destroy(thread) == OK);
		if (e == OK)                                    // too late
			CHECK(task_unmap(task, fpage_mem(last, 12, MEM_R), true) == OK);
	}
	CHECK(e == ERR_EXISTS && !done);
	for (uint64_t at = COPIES_AT; at <= last; at += 4096)
		CHECK(task_map(task, fpage_mem(page, 12, MEM_R), at) == OK);
}

const struct test tests_ends[] = {
	{ "ends_urgent_first", urgent },
	{ "ends_taken_over", taken_over },
	{ "ends_stopped", stopped },
	{ "ends_equal_in_turn", equal },
	{ "ends_itself", alone },
	{ "ends_in_a_walk", in_a_walk },
	{ "ends_reaper_in_turn", reaper_in_turn },
	{ NULL, NULL },
};
