// SPDX-License-Identifier: MIT
// Tests of scheduling: priorities, round robin, deadlines.  Who pays: pay.c.
#include "ktest.h"

static volatile uint64_t count[4];
static cap_t gate;

static void
spin(uint64_t i)
{
	for (;;)
		count[i]++;
}

static void
busy_ms(uint32_t ms)
{
	uint64_t end = sys_in_ms(ms);

	while (sys_now() < end)
		;
}

static cap_t
spinner(uint64_t i, uint32_t slice_us)
{
	cap_t t = env_thread(spin, i, BELOW);

	CHECK(t != 0 && sched_set(ENV_SCHEDULER, t, BELOW, slice_us) == OK);
	return t;
}

static uint64_t
time_of(cap_t thread)
{
	CHECK(OP(ENV_SCHEDULER, SCHED_INFO, thread) == OK);
	return utcb()->mr[0];
}

static void
wrong_arguments(void)
{
	cap_t s = ENV_SCHEDULER, t = make(OBJ_THREAD, 0);

	CHECK(OP(s, SCHED_SET, t, 0, 1000) == ERR_ARG);
	CHECK(OP(s, SCHED_SET, t, 256, 1000) == ERR_ARG);
	CHECK(OP(s, SCHED_SET, t, 1ull << 32 | 5, 1000) == ERR_ARG);
	CHECK(OP(s, SCHED_SET, t, 5, 0) == ERR_ARG);
	CHECK(OP(s, SCHED_SET, t, 5, 10000001) == ERR_ARG);
	CHECK(OP(s, SCHED_SET, t, 255, 10000000) == OK);
	CHECK(OP(s, SCHED_SET, t, 1, 1) == OK);
	CHECK(OP(s, SCHED_SET, 500, 5, 1000) == ERR_CAP);
	CHECK(OP(s, SCHED_SET, CAP_SELF, 5, 1000) == ERR_CAP);
	CHECK(OP(s, SCHED_SET, weaker(t, CAP_SEND), 5, 1000) == ERR_RIGHT);
	CHECK(OP(weaker(s, CAP_SEND), SCHED_SET, t, 5, 1000) == ERR_RIGHT);
	CHECK(OP(weaker(s, CAP_CTL), SCHED_INFO, 0) == ERR_RIGHT);
	CHECK(OP(s, SCHED_INFO, 500) == ERR_CAP);
	CHECK(OP(s, SIGNAL_RAISE, 1) == ERR_OP);
	CHECK(object_destroy(s) == ERR_RIGHT);
}

static void
priorities(void)
{
	cap_t t = spinner(0, 1000);

	busy_ms(5);
	CHECK(count[0] == 0);                   // below us: never
	pause_ms(2);
	CHECK(count[0] > 0);
	uint64_t before = count[0];

	busy_ms(5);
	CHECK(count[0] == before);
	// as urgent as we: by turns
	CHECK(sched_set(ENV_SCHEDULER, t, TEST_PRIORITY, 1000) == OK);
	busy_ms(40);
	CHECK(count[0] > before);
	CHECK(OP(t, THREAD_STOP, 0) == OK);
}

static void
sleep_soon(uint64_t i)
{
	count[i]++;
	sys_sleep(DEADLINE_NONE);
}

// Who makes itself less urgent than others that are ready does not go on.
static void
own_priority(void)
{
	cap_t t = env_thread(sleep_soon, 0, BELOW + 1);

	CHECK(t != 0 && count[0] == 0);
	CHECK(sched_set(ENV_SCHEDULER, ENV_THREAD, BELOW, 1000) == OK);
	CHECK(count[0] == 1);
	CHECK(sched_set(ENV_SCHEDULER, ENV_THREAD, TEST_PRIORITY, 1000) == OK);
}

static void
round_robin(void)
{
	cap_t t[3];

	for (unsigned i = 0; i < 3; i++)
		t[i] = spinner(i, 1000);
	pause_ms(90);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(OP(t[i], THREAD_STOP, 0) == OK);
		CHECK(count[i] > 0);
	}
	uint64_t all = time_of(t[0]) + time_of(t[1]) + time_of(t[2]);

	for (unsigned i = 0; i < 3; i++)
		CHECK(time_of(t[i]) > all / 6 && time_of(t[i]) < all / 2);
}

// Slices are as long as was said.
static void
slices(void)
{
	cap_t a = spinner(0, 1000), b = spinner(1, 4000);

	pause_ms(100);
	CHECK(OP(a, THREAD_STOP, 0) == OK && OP(b, THREAD_STOP, 0) == OK);
	CHECK(time_of(b) > 2 * time_of(a) && time_of(b) < 8 * time_of(a));
}

static void
idle_time(void)
{
	uint64_t before = time_of(0), start = sys_now();

	pause_ms(10);
	uint64_t idle = time_of(0) - before, all = sys_now() - start;

	CHECK(idle > all / 2 && idle <= all);
	before = time_of(0);
	busy_ms(5);
	CHECK(time_of(0) == before);
}

static uint64_t served[4], services;

static void
sender(uint64_t i)
{
	sys_invoke(gate, IPC_CALL, tag((uint32_t)i, 0, 0), DEADLINE_NONE);
	sys_sleep(DEADLINE_NONE);
}

// A thread that waits to send has the place of its new priority at once.
static void
sender_rises(void)
{
	cap_t t[3];

	gate = env_source(OBJ_GATE, ENV_THREAD, 1);
	for (unsigned i = 0; i < 3; i++)
		t[i] = env_thread(sender, i, ABOVE);
	CHECK(sched_set(ENV_SCHEDULER, t[2], ABOVE + 1, 1000) == OK);
	CHECK(sched_set(ENV_SCHEDULER, t[0], ABOVE - 1, 1000) == OK);
	for (services = 0; services < 3; services++)
		served[services] = tag_label(sys_wait(DEADLINE_ZERO).tag);
	CHECK(served[0] == 2 && served[1] == 1 && served[2] == 0);
}

static volatile uint64_t result[2];

static void
hurried(uint64_t ms)
{
	uint64_t deadline = ms == 0 ? DEADLINE_ZERO : sys_in_ms((uint32_t)ms);

	result[0] = sys_invoke(gate, IPC_CALL, 0, deadline).tag;
	result[1] = sys_now() - deadline;
	sys_sleep(DEADLINE_NONE);
}

// The deadline of a call also covers the time until the server takes it, and then
// nothing is sent.
static void
busy_server(void)
{
	gate = env_source(OBJ_GATE, ENV_THREAD, 1);
	for (uint64_t ms = 0; ms < 3; ms++) {
		result[0] = 0;
		CHECK(env_thread(hurried, ms, ABOVE) != 0);
		busy_ms(5);
		CHECK(tag_err(result[0]) == ERR_TIMEOUT);
		CHECK(ms == 0 || result[1] < kip()->tsc_khz / 10);
		CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	}
	// taken, but not answered in time
	CHECK(env_thread(hurried, 2, ABOVE) != 0);
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == OK);
	busy_ms(5);
	CHECK(tag_err(result[0]) == ERR_TIMEOUT);
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
}

static cap_t friend;

// Yields `friend` its slice, again and again.
static void
yielder(uint64_t i)
{
	for (;;) {
		count[i]++;
		sys_invoke(friend, IPC_CALL, tag(THREAD_YIELD, 0, 0), DEADLINE_NONE);
	}
}

static void
yields(void)
{
	cap_t t = make(OBJ_THREAD, 0), a, b;

	CHECK(OP(t, THREAD_YIELD, 0) == ERR_BUSY);              // not ready
	CHECK(OP(weaker(t, CAP_CTL), THREAD_YIELD, 0) == ERR_RIGHT);
	CHECK(OP(weaker(ENV_THREAD, CAP_SEND), THREAD_YIELD, 0) == OK);
	// to oneself: others come next, and whoever yields hardly gets time
	a = spinner(0, 1000);
	CHECK(sched_set(ENV_SCHEDULER, a, TEST_PRIORITY, 1000) == OK);
	uint64_t start = sys_now(), before = time_of(a);

	for (unsigned i = 0; i < 20; i++)
		CHECK(OP(ENV_THREAD, THREAD_YIELD, 0) == OK);
	CHECK(time_of(a) - before > (sys_now() - start) / 100 * 95);
	CHECK(OP(a, THREAD_STOP, 0) == OK);
	// to a friend: it has both slices, and a third its own
	a = spinner(1, 1000), b = spinner(2, 1000), friend = a;
	t = env_thread(yielder, 3, BELOW);
	CHECK(sched_set(ENV_SCHEDULER, t, BELOW, 1000) == OK);
	pause_ms(120);
	CHECK(OP(a, THREAD_STOP, 0) == OK && OP(b, THREAD_STOP, 0) == OK);
	CHECK(OP(t, THREAD_STOP, 0) == OK && count[3] > 10);
	CHECK(time_of(b) > 30ull * kip()->tsc_khz && time_of(a) > time_of(b));
	CHECK(time_of(t) < kip()->tsc_khz);
}

// A deadline that passes preempts who is less urgent.
static void
deadline_preempts(void)
{
	spinner(0, 10000000);           // slices of ten seconds
	for (unsigned i = 0; i < 5; i++) {
		uint64_t at = sys_in_ms(3);

		sys_sleep(at);
		CHECK(sys_now() >= at && sys_now() < at + 300ull * kip()->tsc_khz);
	}
	CHECK(count[0] > 0);
}

// A scheduler that gives no more than its bound, and makes none that does.
static void
bound(void)
{
	cap_t s = env_caps(1), lower = env_caps(1), t = make(OBJ_THREAD, 0);

	CHECK(OP(ENV_SCHEDULER, SCHED_BOUND, ENV_FACTORY, s, 0) == ERR_ARG);
	CHECK(OP(ENV_SCHEDULER, SCHED_BOUND, ENV_FACTORY, s, 256) == ERR_ARG);
	CHECK(OP(ENV_SCHEDULER, SCHED_BOUND, ENV_VCON, s, 50) == ERR_CAP);
	CHECK(OP(ENV_SCHEDULER, SCHED_BOUND, ENV_FACTORY, t, 50) == ERR_EXISTS);
	CHECK(OP(weaker(ENV_SCHEDULER, CAP_SEND), SCHED_BOUND, ENV_FACTORY, s, 50) == ERR_RIGHT);
	CHECK(OP(ENV_SCHEDULER, SCHED_BOUND, ENV_FACTORY, s, 50) == OK);
	CHECK(type_of(s) == OBJ_SCHEDULER);
	CHECK(OP(s, SCHED_SET, t, 51, 1000) == ERR_ARG && OP(s, SCHED_SET, t, 50, 1000) == OK);
	CHECK(OP(s, SCHED_BOUND, ENV_FACTORY, lower, 51) == ERR_ARG);
	CHECK(OP(s, SCHED_BOUND, ENV_FACTORY, lower, 20) == OK);
	CHECK(OP(lower, SCHED_SET, t, 21, 1000) == ERR_ARG && OP(lower, SCHED_SET, t, 20, 1) == OK);
	CHECK(object_destroy(s) == OK && OP(lower, SCHED_SET, t, 20, 1) == OK);
}

const struct test tests_sched[] = {
	{ "sched_wrong_arguments", wrong_arguments },
	{ "sched_priorities", priorities },
	{ "sched_own_priority", own_priority },
	{ "sched_round_robin", round_robin },
	{ "sched_slices", slices },
	{ "sched_idle_time", idle_time },
	{ "sched_sender_rises", sender_rises },
	{ "sched_busy_server", busy_server },
	{ "sched_bound", bound },
	{ "sched_yields", yields },
	{ "sched_deadline_preempts", deadline_preempts },
	{ NULL, NULL },
};
