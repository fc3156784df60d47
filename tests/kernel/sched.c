// SPDX-License-Identifier: MIT
// Tests of scheduling: priorities, round robin, who pays for a call.
#include "ktest.h"

static volatile uint64_t count[4];
static cap_t gate;
static uint32_t work_ms;

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

static void
worker(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_NONE);
	for (;;) {
		busy_ms(work_ms);
		sys_reply_and_wait(0, DEADLINE_NONE);
	}
}

static void
client(uint64_t i)
{
	for (;;) {
		sys_invoke(gate, IPC_CALL, 0, DEADLINE_NONE);
		count[i]++;
	}
}

// The caller pays for the server's work.
static void
caller_pays(void)
{
	cap_t server = env_thread(worker, 0, ABOVE);

	work_ms = 2;
	gate = env_source(OBJ_GATE, server, 1);
	cap_t c = env_thread(client, 0, BELOW);

	pause_ms(20);
	CHECK(OP(c, THREAD_STOP, 0) == OK);
	CHECK(count[0] > 1);
	CHECK(time_of(c) > 10ull * kip()->tsc_khz);
	CHECK(time_of(server) < time_of(c) / 4);
}

// Who floods a server starves itself alone: another thread of its priority
// gets its half, though each call takes three slices.
static void
flooder_starves(void)
{
	cap_t server = env_thread(worker, 0, ABOVE);

	work_ms = 3;
	gate = env_source(OBJ_GATE, server, 1);
	cap_t other = spinner(1, 1000), flooder = env_thread(client, 0, BELOW);

	CHECK(sched_set(ENV_SCHEDULER, flooder, BELOW, 1000) == OK);
	pause_ms(300);
	CHECK(OP(flooder, THREAD_STOP, 0) == OK && OP(other, THREAD_STOP, 0) == OK);
	CHECK(count[0] > 3);
	CHECK(time_of(other) > time_of(flooder) / 2);
}

static cap_t victim;

// Serves one call by destroying who made it, and computes on.
static void
ungrateful(uint64_t i)
{
	sys_wait(DEADLINE_NONE);
	sys_invoke(victim, IPC_CALL, tag(OP_DESTROY, 0, 0), DEADLINE_NONE);
	spin(i);
}

// Who paid has ended: whoever goes on pays itself, and its slice ends.
static void
payer_ends(void)
{
	cap_t server = env_thread(ungrateful, 0, ABOVE);

	gate = env_source(OBJ_GATE, server, 1);
	victim = env_thread(client, 2, BELOW);
	CHECK(victim != 0 && sched_set(ENV_SCHEDULER, server, BELOW, 1000) == OK);
	cap_t other = spinner(1, 1000);

	pause_ms(30);
	CHECK(OP(server, THREAD_STOP, 0) == OK && OP(other, THREAD_STOP, 0) == OK);
	CHECK(count[0] > 0 && count[1] > 0 && count[2] == 0);
	CHECK(time_of(server) > 5ull * kip()->tsc_khz && time_of(other) > 5ull * kip()->tsc_khz);
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
	{ "sched_caller_pays", caller_pays },
	{ "sched_flooder_starves", flooder_starves },
	{ "sched_payer_ends", payer_ends },
	{ "sched_bound", bound },
	{ "sched_deadline_preempts", deadline_preempts },
	{ NULL, NULL },
};
