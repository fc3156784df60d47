// SPDX-License-Identifier: MIT
// What kernel operations cost.  Booted in place of init under
// -icount shift=0,sleep=off, where the time-stamp counter counts instructions.
// Prints "bench: NAME MEDIAN" lines; NAME as in the table of tools/bench.
#include <string.h>

#include "env.h"

enum {
	ROUNDS = 1001,
	PAGE_AT = 0x30000000,           // pages that appear and disappear
	SERVER = 200, CLIENT = 100, BELOW = 50,         // priorities
};

static uint64_t sample[ROUNDS];

static void
sort(uint64_t *v, unsigned n)
{
	for (unsigned gap = n / 2; gap > 0; gap /= 2)
		for (unsigned i = gap; i < n; i++)
			for (unsigned j = i; j >= gap && v[j - gap] > v[j]; j -= gap) {
				uint64_t t = v[j];

				v[j] = v[j - gap];
				v[j - gap] = t;
			}
}

static void
report(const char *name, unsigned n)
{
	sort(sample, n);
	env_print("bench: ");
	env_print(name);
	env_print(" ");
	env_print_number(sample[n / 2]);
	env_print("\n");
}

static void
must(bool good, const char *what)
{
	if (good)
		return;
	env_print("bench: cannot ");
	env_print(what);
	env_print("\n");
	env_exit(1);
}

// Answers for ever, with as many words as it gets.
static void
echo_server(uint64_t arg)
{
	struct reply r = sys_wait(DEADLINE_NONE);

	(void)arg;
	for (;;)
		r = sys_reply_and_wait(tag(0, tag_words(r.tag), 0), DEADLINE_NONE);
}

// Takes whatever comes, and waits again.
static void
waiter(uint64_t arg)
{
	(void)arg;
	for (;;)
		sys_wait(DEADLINE_NONE);
}

static void
bench_call(const char *name, cap_t gate, unsigned words)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();

		for (unsigned w = 0; w < words; w++)
			utcb()->mr[w] = w;
		sys_call(gate, tag(0, words, 0));
		sample[i] = sys_counter() - t;
	}
	report(name, ROUNDS);
}

static void
bench_timed_call(const char *name, cap_t gate)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_now();

		sys_invoke(gate, IPC_CALL, 0, t + (1ull << 32));
		sample[i] = sys_now() - t;
	}
	report(name, ROUNDS);
}

static void
bench_calls(void)
{
	struct child server;
	cap_t thread = env_thread(echo_server, 0, SERVER), gate = 0;

	must(thread != 0 && (gate = env_source(OBJ_GATE, thread, 5)) != 0, "make a thread");
	bench_call("call+reply-same-task-0", gate, 0);
	must(env_child(&server, 1 << 18, 1 << 16, 1, SERVER) == OK &&
	     (gate = env_source(OBJ_GATE, server.thread, 5)) != 0 &&
	     env_start(&server, echo_server, 0) == OK, "make a server");
	bench_call("call+reply-other-task-0", gate, 0);
	bench_call("call+reply-other-task-4", gate, 4);
	bench_call("call+reply-other-task-10", gate, 10);
	bench_timed_call("call+reply-other-task-deadline", gate);
	env_destroy(&server);
}

static void
bench_signal(void)
{
	struct child c;
	cap_t signal = 0;

	must(env_child(&c, 1 << 18, 1 << 16, 1, SERVER) == OK &&
	     (signal = env_source(OBJ_SIGNAL, c.thread, 5)) != 0 &&
	     env_start(&c, waiter, 0) == OK, "make a waiter");
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();

		must(sys_raise(signal, 1) == OK, "raise");
		sample[i] = sys_counter() - t;
	}
	report("signal-wakes-waiter", ROUNDS);
	env_destroy(&c);
}

static void
bench_map(void)
{
	struct child c;
	uint64_t page = env_ram(4096);

	must(page != 0 && env_child(&c, 1 << 18, 1 << 16, 1, SERVER) == OK, "make a task");
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();
		enum err e = task_map(c.task, fpage_mem(page, 12, MEM_RW), PAGE_AT);
		enum err f = task_unmap(c.task, fpage_mem(PAGE_AT, 12, MEM_RW), true);

		sample[i] = sys_counter() - t;
		must(e == OK && f == OK, "map");
	}
	report("map+unmap-4K", ROUNDS);
	env_destroy(&c);
}

static void
bench_caps(void)
{
	cap_t from = env_source(OBJ_SIGNAL, ENV_THREAD, 1), to = env_caps(1);

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();
		enum err e = task_map(CAP_SELF, fpage_cap(from, 0, CAP_ALL), (uint64_t)to << 12);
		enum err f = task_unmap(CAP_SELF, fpage_cap(to, 0, CAP_ALL), true);

		sample[i] = sys_counter() - t;
		must(e == OK && f == OK, "copy a capability");
	}
	report("cap-copy+delete", ROUNDS);
}

static void
bench_threads(void)
{
	uint64_t stack = env_ram(4096) + 4096 - 8;
	cap_t thread = env_caps(1);

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();
		enum err e = factory_create(ENV_FACTORY, OBJ_THREAD, thread, 0);
		enum err f = thread_control(thread, CAP_SELF, ENV_UTCBS + 0x100000, 0);
		enum err g = thread_start(thread, (uint64_t)waiter, stack, 0);
		enum err h = object_destroy(thread);

		sample[i] = sys_counter() - t;
		must(e == OK && f == OK && g == OK && h == OK, "make threads");
	}
	report("thread-create+configure+start+delete", ROUNDS);
}

static void
bench_tasks(void)
{
	cap_t task = env_caps(1);

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();
		enum err e = factory_create(ENV_FACTORY, OBJ_TASK, task, 0);
		enum err f = object_destroy(task);

		sample[i] = sys_counter() - t;
		must(e == OK && f == OK, "make tasks");
	}
	report("task-create+delete", ROUNDS);
}

// Touches a page of its own after the other; its parent maps them.
static void
toucher(uint64_t arg)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_counter();

		(void)*(volatile uint8_t *)(arg + 4096ull * i);
		sample[i] = sys_counter() - t;
	}
	report("page-fault-through-pager", ROUNDS);
	env_exit(0);
}

static void
bench_faults(void)
{
	struct child c;
	uint64_t page = env_ram(4096);

	must(page != 0 && env_child(&c, 1 << 20, 1 << 16, 1, BELOW) == OK &&
	     env_start(&c, toucher, PAGE_AT) == OK, "make a task that faults");
	struct reply r = sys_wait(DEADLINE_NONE);

	while (tag_kind(r.tag) == MSG_FAULT) {
		uint64_t at = utcb()->mr[0];

		utcb()->mr[0] = fpage_mem(page, 12, MEM_R);
		utcb()->mr[1] = at & ~0xfffull;
		r = sys_reply_and_wait(tag(0, 0, 1), DEADLINE_NONE);
	}
	env_destroy(&c);
}

// With a short slice: the steps of the time-stamp counter between two readings
// in a row show each interrupt, whole: into the kernel and back.
static void
spinner(uint64_t arg)
{
	(void)arg;
	uint64_t last = sys_counter(), usual = UINT64_MAX;

	for (unsigned n = 0; n < ROUNDS;) {
		uint64_t now = sys_counter(), step = now - last;

		last = now;
		usual = step < usual ? step : usual;
		if (step - usual > 64)
			sample[n++] = step - usual;
	}
	report("timer-interrupt", ROUNDS);
	env_exit(0);
}

static void
bench_timer(void)
{
	struct child c;

	must(env_child(&c, 1 << 18, 1 << 16, 1, BELOW) == OK &&
	     sched_set(ENV_SCHEDULER, c.thread, BELOW, 50) == OK &&
	     env_start(&c, spinner, 0) == OK, "make a spinner");
	sys_wait(DEADLINE_NONE);
	env_destroy(&c);
}

// The measuring task: below the servers it calls.
static void
client(uint64_t arg)
{
	(void)arg;
	bench_calls();
	bench_signal();
	bench_map();
	bench_caps();
	bench_threads();
	bench_tasks();
	bench_faults();
	bench_timer();
	env_exit(0);
}

int
main(void)
{
	struct child c;

	env_init();
	enum err e = env_child(&c, 4 << 20, 2 << 20, 1, CLIENT);

	if (e == OK)
		e = env_start(&c, client, 0);
	if (e == OK) {
		struct reply r = sys_wait(DEADLINE_NONE);

		e = tag_kind(r.tag) == MSG_IPC ? (enum err)utcb()->mr[0] : ERR_GONE;
	}
	env_print(e == OK ? "bench: end\n" : "bench: it did not run to its end\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
