// SPDX-License-Identifier: MIT
// Tests of who pays: for calls, for what is done after them, with how many slices.
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

// Of the time that both got, each has nearly its half.
static bool
halves(cap_t a, cap_t b)
{
	CHECK(OP(a, THREAD_STOP, 0) == OK && OP(b, THREAD_STOP, 0) == OK);
	uint64_t all = time_of(a) + time_of(b);

	return all > 50ull * kip()->tsc_khz && time_of(a) > all / 100 * 45 &&
	       time_of(b) > all / 100 * 45;
}

// The same with calls of a hundred slices: what was used up is never forgotten.
static void
long_calls(void)
{
	cap_t server = env_thread(worker, 0, ABOVE);

	work_ms = 20;
	gate = env_source(OBJ_GATE, server, 1);
	cap_t other = spinner(1, 200), flooder = env_thread(client, 0, BELOW);

	CHECK(sched_set(ENV_SCHEDULER, flooder, BELOW, 200) == OK);
	pause_ms(420);
	CHECK(halves(flooder, other));
}

// Keeps a call, and computes.
static void
keeper(uint64_t i)
{
	sys_wait(DEADLINE_NONE);
	spin(i);
}

// A server that keeps a call takes turns with others of its own priority.
static void
held_call(void)
{
	cap_t server = env_thread(keeper, 2, ABOVE);

	gate = env_source(OBJ_GATE, server, 1);
	CHECK(sched_set(ENV_SCHEDULER, server, BELOW, 1000) == OK);
	cap_t caller = env_thread(client, 0, BELOW - 1), other = spinner(1, 1000);

	CHECK(sched_set(ENV_SCHEDULER, caller, BELOW - 1, 1000) == OK);
	pause_ms(5);                            // one after the other, until it has called
	CHECK(OP(other, THREAD_STOP, 0) == OK);
	pause_ms(1);
	CHECK(OP(other, THREAD_RESUME, 0) == OK);
	uint64_t before = time_of(other), paid = time_of(caller), start = sys_now();

	pause_ms(200);
	uint64_t all = sys_now() - start;

	CHECK(time_of(other) - before > all / 100 * 45);
	CHECK(time_of(caller) - paid > all / 100 * 45);
	CHECK(time_of(server) < all / 100);
}

static void
one_call(uint64_t i)
{
	sys_invoke(gate, IPC_CALL, 0, DEADLINE_NONE);
	count[i]++;
	sys_sleep(DEADLINE_NONE);
}

// Each caller pays for its own call, also where the server finds the next one waiting.
static void
queued_calls(void)
{
	enum { CALLERS = 10 };
	cap_t server = env_thread(worker, 0, BELOW), caller[CALLERS];

	work_ms = 2;
	gate = env_source(OBJ_GATE, server, 1);
	for (unsigned i = 0; i < CALLERS; i++)
		caller[i] = env_thread(one_call, 0, ABOVE);
	pause_ms(60);
	CHECK(count[0] == CALLERS);
	for (unsigned i = 0; i < CALLERS; i++) {
		uint64_t us = time_of(caller[i]) * 1000 / kip()->tsc_khz;

		CHECK(us > 1900 && us < 2200);
	}
	CHECK(time_of(server) < kip()->tsc_khz / 10);
}

// Answers, and computes on before it waits again.
static void
dawdler(uint64_t i)
{
	sys_wait(DEADLINE_NONE);
	sys_invoke(0, IPC_SEND | IPC_REPLY, 0, DEADLINE_NONE);
	spin(i);
}

// Who has answered pays itself.
static void
after_reply(void)
{
	cap_t server = env_thread(dawdler, 1, BELOW);

	gate = env_source(OBJ_GATE, server, 1);
	cap_t caller = env_thread(one_call, 0, BELOW - 1);

	pause_ms(20);
	CHECK(OP(server, THREAD_STOP, 0) == OK && count[0] == 0 && count[1] > 0);
	CHECK(time_of(caller) < kip()->tsc_khz && time_of(server) > 15ull * kip()->tsc_khz);
}

static cap_t own;

// Its own priority and slice again and again, as they are.
static void
resetter(uint64_t i)
{
	uint64_t *mr = (uint64_t *)(uintptr_t)(ENV_UTCBS + 0x1000 * i);

	for (;;) {
		mr[0] = own;
		sys_invoke(ENV_SCHEDULER, IPC_CALL, tag(SCHED_INFO, 1, 0), DEADLINE_NONE);
		mr[0] = own, mr[1] = BELOW, mr[2] = 1000;
		sys_invoke(ENV_SCHEDULER, IPC_CALL, tag(SCHED_SET, 3, 0), DEADLINE_NONE);
		count[0]++;
	}
}

// To set it makes no new slice.
static void
no_free_slice(void)
{
	cap_t other = spinner(1, 1000);

	own = env_thread(resetter, 1, BELOW);
	CHECK(sched_set(ENV_SCHEDULER, own, BELOW, 1000) == OK);
	pause_ms(200);
	CHECK(count[0] > 100 && halves(own, other));
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

static void
receiver(uint64_t arg)
{
	(void)arg;
	utcb()->window[FPAGE_MEM] = fpage_mem(0, 46, 0);
	for (sys_wait(DEADLINE_NONE);; sys_reply_and_wait(0, DEADLINE_NONE)) {
		uint64_t end = sys_counter() + 20000;

		while (sys_counter() < end)
			;
	}
}

// Comes while the server works for another, with much to map and to take back.
static void
flooder(uint64_t page)
{
	uint64_t *mr = (uint64_t *)(ENV_UTCBS + 4096);

	for (;; sys_sleep(sys_counter() + 41000)) {
		for (uint64_t i = 0; i < 8; i++)
			mr[2 * i] = fpage_mem(page, 12, MEM_R), mr[2 * i + 1] = (i + 1) << 39;
		mr[14] = 0;             // refused
		sys_invoke(gate, IPC_CALL, tag(0, 0, 8), DEADLINE_NONE);
		count[1]++;
	}
}

// What a caller pays for is its call, and not what its server receives next.
static void
items_after_reply(void)
{
	struct child s = start_child(receiver, 0, ABOVE);

	gate = env_source(OBJ_GATE, s.thread, 1);
	cap_t c = env_thread(client, 0, BELOW);

	pause_ms(50);
	uint64_t calls = count[0], time = time_of(c), page = env_ram(4096);

	CHECK(calls > 1000 && env_thread(flooder, page, ABOVE + 1) != 0);
	pause_ms(50);
	uint64_t more = count[0] - calls;

	CHECK(count[1] > 300 && more > 500);
	CHECK((time_of(c) - time) / more < time / calls * 105 / 100);
}

static enum err
budget_ms(cap_t thread, uint32_t period, uint32_t budget)
{
	return sched_budget(ENV_SCHEDULER, thread, period * 1000, budget * 1000);
}

static void
budget_arguments(void)
{
	cap_t s = ENV_SCHEDULER, t = make(OBJ_THREAD, 0);

	CHECK(OP(s, SCHED_BUDGET, t, 1000, 1001) == ERR_ARG);
	CHECK(OP(s, SCHED_BUDGET, t, 1000, 0) == ERR_ARG);
	CHECK(OP(s, SCHED_BUDGET, t, 10000001, 1) == ERR_ARG);
	CHECK(OP(s, SCHED_BUDGET, t, 1ull << 32, 1ull << 32) == ERR_ARG);
	CHECK(OP(s, SCHED_BUDGET, t, 10000000, 10000000) == OK);
	CHECK(OP(s, SCHED_BUDGET, t, 0, 0) == OK);
	CHECK(OP(s, SCHED_BUDGET, 500, 0, 0) == ERR_CAP);
	CHECK(OP(s, SCHED_BUDGET, weaker(t, CAP_SEND), 0, 0) == ERR_RIGHT);
	CHECK(OP(weaker(s, CAP_SEND), SCHED_BUDGET, t, 0, 0) == ERR_RIGHT);
}

// A thread runs no longer than its budget in each period, also if nobody else wants to,
// and however long its slice is.
static void
budget_binds(void)
{
	cap_t a = spinner(0, 500), b = spinner(1, 10000);
	uint64_t ms = kip()->tsc_khz;

	CHECK(budget_ms(a, 10, 2) == OK && budget_ms(b, 10, 3) == OK);
	pause_ms(100);
	CHECK(time_of(a) >= 18 * ms && time_of(a) <= 22 * ms);
	CHECK(time_of(b) >= 27 * ms && time_of(b) <= 33 * ms);
	CHECK(budget_ms(a, 0, 0) == OK);        // no limit any more
	uint64_t before = time_of(a);

	pause_ms(50);
	CHECK(time_of(a) - before > 30 * ms);
	CHECK(OP(a, THREAD_STOP, 0) == OK && OP(b, THREAD_STOP, 0) == OK);
	before = time_of(b);
	pause_ms(20);
	CHECK(time_of(b) == before);
	CHECK(OP(b, THREAD_RESUME, 0) == OK);
	pause_ms(20);
	CHECK(time_of(b) > before);
}

// What servers do for it counts; they do not wait with it.
static void
budget_of_caller(void)
{
	cap_t server = env_thread(worker, 0, ABOVE);
	uint64_t ms = kip()->tsc_khz;

	work_ms = 3;
	gate = env_source(OBJ_GATE, server, 1);
	cap_t c = env_thread(client, 0, BELOW), other = env_thread(client, 1, BELOW);

	CHECK(budget_ms(c, 10, 1) == OK);
	pause_ms(150);
	CHECK(time_of(c) >= 12 * ms && time_of(c) <= 19 * ms);
	CHECK(count[0] >= 3 && count[1] > 30);
	CHECK(time_of(other) > 120 * ms && time_of(server) < ms);
}

const struct test tests_pay[] = {
	{ "pay_budget_arguments", budget_arguments },
	{ "pay_budget_binds", budget_binds },
	{ "pay_budget_of_caller", budget_of_caller },
	{ "pay_caller", caller_pays },
	{ "pay_flooder_starves", flooder_starves },
	{ "pay_long_calls", long_calls },
	{ "pay_held_call", held_call },
	{ "pay_queued_calls", queued_calls },
	{ "pay_after_reply", after_reply },
	{ "pay_items_after_reply", items_after_reply },
	{ "pay_no_free_slice", no_free_slice },
	{ "pay_end", payer_ends },
	{ NULL, NULL },
};
