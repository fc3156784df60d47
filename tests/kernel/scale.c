// SPDX-License-Identifier: MIT
// What kernel operations cost while there are 10, 100 and 1000 tasks, each
// with a thread, page tables and capabilities of its own.  Booted in place of
// init under -icount shift=0,sleep=off, with as much memory as there is: prints
// "bench: NAME-TASKS MEDIAN" for as many tasks as fit, then "scale: TASKS tasks,
// BYTES bytes of kernel memory each".
#include <sys/startup.h>

#include "env.h"

enum {
	TASKS_MAX = 1000, ROUNDS = 101,
	CHILD_QUOTA = 12 << 12,                         // what a task of this size needs
	CLIENT = 200, SERVER = 220, BELOW = 50,         // priorities
	PAGE_AT = PROGRAM_ADDR + 0xf0000,               // in each, in tables it has
};

static struct child child[TASKS_MAX];
static cap_t wake;                      // bound to the task looked at
static unsigned tasks;
static uint64_t sample[ROUNDS], page;

static void
must(bool good, const char *what)
{
	if (good)
		return;
	env_print("bench: cannot ");
	env_print(what);
	env_print("\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
report(const char *name)
{
	for (unsigned i = 1; i < ROUNDS; i++) {
		for (unsigned j = i; j > 0 && sample[j - 1] > sample[j]; j--) {
			uint64_t t = sample[j];

			sample[j] = sample[j - 1];
			sample[j - 1] = t;
		}
	}
	env_print("bench: ");
	env_print(name);
	env_print("-");
	env_print_number(tasks);
	env_print(" ");
	env_print_number(sample[ROUNDS / 2]);
	env_print("\n");
}

// Answers calls, takes signals.
static void
serve(uint64_t arg)
{
	struct reply r = sys_wait(DEADLINE_NONE);

	(void)arg;
	for (;;)
		r = tag_kind(r.tag) == MSG_SIGNAL ? sys_wait(DEADLINE_NONE)
		                                  : sys_reply_and_wait(0, DEADLINE_NONE);
}

// One task more; false: no memory for it.
static bool
add(void)
{
	struct child *c = &child[tasks];

	if (env_child(c, CHILD_QUOTA, 0, 1, SERVER) != OK)
		return false;
	// its gate is to it, not to us
	must(thread_bind(c->thread, c->gate, 5) == OK, "bind a gate");
	must(env_start(c, serve, 0) == OK, "start a task");
	tasks++;
	return true;
}

// Which task the i-th measurement is about: all over, never twice in a row.
static struct child *
some(unsigned i)
{
	return &child[(i * 7919u) % tasks];
}

static void
calls(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		cap_t to = some(i)->gate;
		uint64_t t = sys_counter();

		must(tag_err(sys_call(to, 0)) == OK, "call");
		sample[i] = sys_counter() - t;
	}
	report("scale-call");
}

static void
lookups(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		cap_t index = some(i)->gate;
		uint64_t t = sys_counter();

		utcb()->mr[0] = index;
		must(sys_request(CAP_SELF, TASK_CAP_TYPE, 1) == OK, "look up");
		sample[i] = sys_counter() - t;
	}
	report("scale-lookup");
}

static void
signals(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		must(thread_bind(some(i)->thread, wake, 9) == OK, "bind");
		uint64_t t = sys_counter();

		must(sys_raise(wake, 1) == OK, "raise");
		sample[i] = sys_counter() - t;
	}
	report("scale-signal");
}

// All of them want to run, at priorities below ours; and each time one more.
static void
schedules(void)
{
	for (unsigned i = 0; i < tasks; i++)
		must(sched_set(ENV_SCHEDULER, child[i].thread, BELOW + i % 100, 10000) == OK &&
		     thread_bind(child[i].thread, wake, 9) == OK &&
		     sys_raise(wake, 1) == OK, "wake");
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct child *c = some(i);
		uint64_t t = sys_counter();

		// out of its queue, and behind others of another one
		must(sched_set(ENV_SCHEDULER, c->thread, BELOW + 100 + i % 20, 10000) == OK, "set");
		sample[i] = sys_counter() - t;
	}
	report("scale-schedule");
	sys_sleep(sys_in_ms(20));       // they all wait again
	for (unsigned i = 0; i < tasks; i++)
		must(sched_set(ENV_SCHEDULER, child[i].thread, SERVER, 10000) == OK, "set");
}

// One page of many that all tasks have: taken from one of them.
static void
unmaps(void)
{
	for (unsigned i = 0; i < tasks; i++)
		must(task_map(child[i].task, fpage_mem(page, 12, MEM_R), PAGE_AT) == OK, "map");
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct child *c = some(i);
		uint64_t t = sys_counter();

		must(task_unmap(c->task, fpage_mem(PAGE_AT, 12, MEM_RW), true) == OK, "unmap");
		sample[i] = sys_counter() - t;
		must(task_map(c->task, fpage_mem(page, 12, MEM_R), PAGE_AT) == OK, "map");
	}
	report("scale-unmap-one");
	uint64_t t = sys_counter();

	must(task_unmap(CAP_SELF, fpage_mem(page, 12, MEM_RW), false) == OK, "unmap all");
	t = (sys_counter() - t) / tasks;
	for (unsigned i = 0; i < ROUNDS; i++)
		sample[i] = t;
	report("scale-unmap-all-each");
}

static uint64_t
used(cap_t factory)
{
	return sys_request(factory, FACTORY_QUOTA, 0) == OK ? utcb()->mr[1] : 0;
}

int
main(void)
{
	static const unsigned steps[] = { 10, 100, 1000 };

	env_init();
	// the root task's own thread is the client
	must(sched_set(ENV_SCHEDULER, ENV_THREAD, CLIENT, 10000) == OK, "set the client");
	wake = env_source(OBJ_SIGNAL, ENV_THREAD, 9);
	page = env_ram(2 << 20);        // nothing else comes from the root's mapping of it
	must(wake != 0 && page != 0, "begin");
	for (unsigned i = 0; i < 3; i++) {
		while (tasks < steps[i] && add())
			;
		if (tasks < steps[i])
			break;
		calls();
		lookups();
		signals();
		schedules();
		unmaps();
	}
	// all of them are there and answer
	for (unsigned i = 0; i < tasks; i++)
		must(tag_err(sys_call(child[i].gate, 0)) == OK, "call them all");
	env_print("scale: ");
	env_print_number(tasks);
	env_print(" tasks, ");
	env_print_number(used(child[0].factory));
	env_print(" bytes of kernel memory each\n");
	for (unsigned i = 0; i < tasks; i++)
		env_destroy(&child[i]);
	env_print("bench: end\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
