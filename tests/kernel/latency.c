// SPDX-License-Identifier: MIT
// How late an urgent thread wakes while a less urgent one makes the kernel
// work hard.  Booted in place of init under -icount shift=0,sleep=off, where
// the time-stamp counter counts instructions.  The sampler sleeps again and
// again; how much after its deadline it runs is what the kernel could not be
// interrupted for, plus the way out.  Prints "latency: NAME MAX SAMPLES".
#include <string.h>

#include "env.h"

enum {
	PERIOD = 3001, WAITERS = 1000, DEPTH = 40,
	CHILD_RAM = 0x20000000, TARGET = 0x38000000,
	PRIORITY_SAMPLER = 250, PRIORITY_WORKER = 100,
	OP_START = 1, OP_REPORT,
};

// ---- the sampler, a server with a deadline ---------------------------------

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
	uint64_t max = 0, samples = 0, deadline = sys_now() + PERIOD;
	struct reply r = sys_wait(deadline);
	char name[64];

	(void)arg;
	for (;;) {
		uint64_t late = sys_now() - deadline;

		if (tag_err(r.tag) == ERR_TIMEOUT) {
			max = late > max ? late : max;
			samples++;
		} else if (tag_label(r.tag) == OP_REPORT) {
			memcpy(name, utcb()->mr, sizeof name);
			name[sizeof name - 1] = '\0';
			report(name, max, samples);
		} else {
			max = samples = 0;
		}
		deadline = sys_now() + PERIOD;
		r = tag_err(r.tag) == ERR_TIMEOUT ? sys_wait(deadline)
		                                  : sys_reply_and_wait(0, deadline);
	}
}

// ---- the worker ------------------------------------------------------------

static cap_t sampler_gate;

static void
measure_start(void)
{
	sys_call(sampler_gate, tag(OP_START, 0, 0));
}

static void
measure_end(const char *name)
{
	size_t n = strlen(name);

	memset(utcb()->mr, 0, 64);
	memcpy(utcb()->mr, name, n < 63 ? n : 63);
	sys_call(sampler_gate, tag(OP_REPORT, 8, 0));
}

static void
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

static void
compute(void)
{
	measure_start();
	for (volatile unsigned i = 0; i < 200000; i++)
		;
	measure_end("compute");
}

// A task of its own factory, to be filled and destroyed.
static cap_t
make_victim(cap_t *factory)
{
	cap_t caps = env_caps(2);

	*factory = caps;
	must(factory_create(ENV_FACTORY, OBJ_FACTORY, caps, 8 << 20), "factory");
	must(factory_create(caps, OBJ_TASK, caps + 1, 0), "task");
	return caps + 1;
}

static void
mappings(void)
{
	cap_t factory, task = make_victim(&factory);
	uint64_t from = CHILD_RAM;

	// The odd destination makes it single pages.

	measure_start();
	must(task_map(task, fpage_mem(from, 25, MEM_RW), TARGET + 4096), "map");
	measure_end("map-8192-pages");
	measure_start();
	must(task_unmap(task, fpage_mem(TARGET, 26, MEM_RW), true), "unmap");
	measure_end("unmap-8192-pages");
	must(task_map(task, fpage_mem(from, 25, MEM_RW), TARGET + 4096), "map");
	must(task_map(task, fpage_mem(from, 23, MEM_R), TARGET + (64 << 20) + 4096), "map");
	measure_start();
	must(object_destroy(task), "destroy");
	measure_end("destroy-task-with-10240-mappings");
	must(object_destroy(factory), "destroy");
}

static void
capabilities(void)
{
	cap_t factory, task = make_victim(&factory), first = 2048;

	for (cap_t i = 0; i < 1024; i++)
		must(factory_create(factory, OBJ_SIGNAL, first + i, 0), "signal");
	measure_start();
	must(task_map(task, fpage_cap(first, 10, CAP_ALL), 0x400ull << 12), "cap map");
	measure_end("map-1024-capabilities");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_cap(first, 10, CAP_ALL), true), "cap unmap");
	measure_end("unmap-1024-capabilities-and-destroy-their-objects");
	must(object_destroy(factory), "destroy");
}

// One capability passed on a thousand times.
static void
delegations(void)
{
	cap_t factory, task = make_victim(&factory), sig = env_caps(1);

	must(factory_create(factory, OBJ_SIGNAL, sig, 0), "signal");
	for (cap_t i = 1; i <= 1000; i++)
		must(task_map(task, fpage_cap(sig, 0, CAP_ALL), (uint64_t)i << 12), "delegate");
	measure_start();
	must(object_destroy(sig), "destroy");
	measure_end("destroy-object-with-1000-capabilities");
	must(object_destroy(factory), "destroy");
}

static void
call_gate(uint64_t gate)
{
	sys_call((cap_t)gate, 0);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
waiters(void)
{
	cap_t factory, task = make_victim(&factory), gate = env_caps(1), thread = 2048;
	uint64_t stacks = env_ram(WAITERS * 1024ull);

	(void)task;
	must(factory_create(ENV_FACTORY, OBJ_GATE, gate, 0), "gate");
	must(thread_bind(ENV_THREAD, gate, 1), "bind");
	for (unsigned i = 0; i < WAITERS; i++) {
		must(factory_create(factory, OBJ_THREAD, thread + i, 0), "thread");
		must(thread_control(thread + i, CAP_SELF, TARGET + i * 4096ull, 0), "control");
		must(sched_set(ENV_SCHEDULER, thread + i, PRIORITY_WORKER + 1, 10000), "sched");
		must(thread_start(thread + i, (uint64_t)call_gate, stacks + (i + 1) * 1024ull - 8,
		                  gate), "start");
	}
	measure_start();
	must(task_unmap(CAP_SELF, fpage_cap(gate, 0, CAP_ALL), true), "destroy");
	measure_end("destroy-gate-with-1000-waiters");
	measure_start();
	must(object_destroy(factory), "destroy");
	measure_end("destroy-1000-threads");
}

static void
tree(void)
{
	cap_t first = env_caps(DEPTH);
	uint64_t quota = 16 << 20;

	for (unsigned i = 0; i < DEPTH; i++, quota -= 64 << 10) {
		must(factory_create(i == 0 ? ENV_FACTORY : first + i - 1, OBJ_FACTORY, first + i,
		                    quota), "factory");
	}
	for (cap_t at = 2048; factory_create(first + DEPTH - 1, OBJ_TASK, at, 0) == OK; at++)
		;
	measure_start();
	must(object_destroy(first), "destroy");
	measure_end("destroy-tree-of-40-factories-full-of-tasks");
}

static void
worker(uint64_t gate)
{
	sampler_gate = (cap_t)gate;
	compute();
	mappings();
	capabilities();
	delegations();
	waiters();
	tree();
	env_exit(0);
}

int
main(void)
{
	struct child s, w;
	env_init();
	cap_t gate = env_caps(1);


	must(env_child(&s, 1 << 20, 1 << 16, 1, PRIORITY_SAMPLER), "sampler");
	must(env_child(&w, 48 << 20, 80 << 20, 2, PRIORITY_WORKER), "worker");
	must(factory_create(ENV_FACTORY, OBJ_GATE, gate, 0), "gate");
	must(thread_bind(s.thread, gate, 1), "bind");
	must(task_map(w.task, fpage_cap(gate, 0, CAP_SEND), 60ull << 12), "give");
	must(env_start(&s, sampler, 0), "start");
	must(env_start(&w, worker, 60), "start");
	sys_wait(DEADLINE_NONE);
	env_print("latency: end\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
