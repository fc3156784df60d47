// SPDX-License-Identifier: MIT
// A thread that sleeps again and again, and says how late it woke at most.
#include <string.h>

#include "sampler.h"

enum {
	PERIOD = 3001, PRIORITY_SAMPLER = 250, AT = 60,
	OP_START = 1, OP_HOLD, OP_REPORT,
};

static void
report(const char *name, uint64_t max, uint64_t samples)
{
	env_print("latency: ");
	env_print(name);
	env_print(" ");
	env_print_number(max);
	env_print(" ");
	env_print_number(samples);
	env_print("\n");
}

static void
sampler(uint64_t arg)
{
	uint64_t max = 0, samples = 0, deadline = sys_counter() + PERIOD;
	struct reply r = sys_wait(deadline);
	bool held = false;
	char name[64];

	(void)arg;
	for (;;) {
		uint64_t late = sys_counter() - deadline;

		if (tag_err(r.tag) == ERR_TIMEOUT) {
			max = late > max && !held ? late : max;
			samples += !held;
		} else if (tag_label(r.tag) == OP_HOLD) {
			held = true;
		} else if (tag_label(r.tag) == OP_REPORT) {
			memcpy(name, utcb()->mr, sizeof name);
			name[sizeof name - 1] = '\0';
			report(name, max, samples);
		} else {
			max = samples = held = 0;
		}
		deadline = sys_counter() + PERIOD;
		r = tag_err(r.tag) == ERR_TIMEOUT ? sys_wait(deadline)
		                                  : sys_reply_and_wait(0, deadline);
	}
}

static cap_t sampler_gate;

void
measure_start(void)
{
	sys_call(sampler_gate, tag(OP_START, 0, 0));
}

// What follows does not count.
void
measure_hold(void)
{
	sys_call(sampler_gate, tag(OP_HOLD, 0, 0));
}

void
measure_end(const char *name)
{
	size_t n = strlen(name);

	memset(utcb()->mr, 0, 64);
	memcpy(utcb()->mr, name, n < 63 ? n : 63);
	sys_call(sampler_gate, tag(OP_REPORT, 8, 0));
}

void
must(enum err e, const char *what)
{
	if (e == OK)
		return;
	env_print("latency: failed: ");
	env_print(what);
	env_print(" ");
	env_print_number(e);
	env_print("\n");
	env_exit(1);
}

void
sampler_main(child_fn *worker)
{
	struct child s, w;
	env_init();
	cap_t gate = env_caps(1);

	sampler_gate = AT;
	must(env_child(&s, 1 << 20, 1 << 16, 1, PRIORITY_SAMPLER), "sampler");
	must(env_child(&w, 48 << 20, 80 << 20, 2, PRIORITY_WORKER), "worker");
	must(factory_create(ENV_FACTORY, OBJ_GATE, gate, 0), "gate");
	must(thread_bind(s.thread, gate, 1), "bind");
	must(task_map(w.task, fpage_cap(gate, 0, CAP_SEND), (uint64_t)AT << 12), "give");
	must(task_map(w.task, fpage_port(0, 16, 1), 0), "ports");
	must(env_start(&s, sampler, 0), "start");
	must(env_start(&w, worker, 0), "start");
	sys_wait(DEADLINE_NONE);
	env_print("latency: end\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
