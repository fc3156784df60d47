// SPDX-License-Identifier: MIT
// How late an urgent thread wakes while another one uses its quota: see sampler.h.
#include <string.h>

#include "sampler.h"

enum {
	WAITERS = 1000, DEPTH = 40, COPIES = 100000,
	CHILD_RAM = 0x20000000, TARGET = 0x38000000,
	PORTS = 0x80, COM1_STATUS = 0x3fd, COM1_READY = 0x60, LOG_LINES = 200,
};
#define COPIES_AT 0x100000000ull

// ---- the worker ------------------------------------------------------------

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

// All of it is one's own: nothing but a quota is needed.  A page mapped many times
// and taken back with one call, a capability, and chains of each.
static void
own_copies(void)
{
	cap_t factory, task = make_victim(&factory), sig = env_caps(1);
	uint64_t from = CHILD_RAM;

	for (uint64_t i = 0; i < COPIES; i++)
		must(task_map(task, fpage_mem(from, 12, MEM_RW), COPIES_AT + i * 4096), "copy");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_mem(from, 12, MEM_W), false), "take a right");
	measure_end("take-a-right-of-100000-mappings-of-a-page");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_mem(from, 12, MEM_RW), false), "unmap");
	measure_end("unmap-100000-mappings-of-a-page");
	for (uint64_t i = 0, at = from; i < 500; i++, at = COPIES_AT + (i - 1) * 4096)
		must(task_map(CAP_SELF, fpage_mem(at, 12, MEM_RW), COPIES_AT + i * 4096), "chain");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_mem(COPIES_AT, 12, MEM_RW), true), "unmap");
	measure_end("unmap-a-chain-of-500-mappings");
	must(factory_create(ENV_FACTORY, OBJ_SIGNAL, sig, 0), "signal");
	for (cap_t i = 200; i < 4095; i++)
		must(task_map(task, fpage_cap(sig, 0, CAP_ALL), (uint64_t)i << 12), "copy");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_cap(sig, 0, CAP_ALL), false), "unmap");
	measure_end("unmap-3895-copies-of-a-capability");
	for (cap_t i = 0; i < 500; i++)
		must(task_map(CAP_SELF, fpage_cap(i == 0 ? sig : 1999 + i, 0, CAP_ALL),
		              (uint64_t)(2000 + i) << 12), "chain");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_cap(sig, 0, CAP_ALL), true), "unmap");
	measure_end("unmap-a-chain-of-500-capabilities");
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

// ---- others that wait for the processor --------------------------------------

enum { CROWD = 1000, INDEBTED = 500, BELOW_WORKER = PRIORITY_WORKER - 10 };

static volatile uint64_t crowd_deadline, crowd_rounds;

// Threads of this task, all of the same priority, which is below ours.
static void
crowd(cap_t factory, unsigned n, child_fn *fn, uint64_t arg, uint32_t slice_us)
{
	uint64_t stacks = env_ram(n * 1024ull);
	cap_t thread = 2048;

	must(stacks == 0 ? ERR_QUOTA : OK, "stacks");
	for (unsigned i = 0; i < n; i++) {
		must(factory_create(factory, OBJ_THREAD, thread + i, 0), "thread");
		must(thread_control(thread + i, CAP_SELF, TARGET + i * 4096ull, 0), "control");
		must(sched_set(ENV_SCHEDULER, thread + i, BELOW_WORKER, slice_us), "sched");
		must(thread_start(thread + i, (uint64_t)fn, stacks + (i + 1) * 1024ull - 8, arg),
		     "start");
	}
}

static void
sleep_together(uint64_t arg)
{
	(void)arg;
	sys_sleep(crowd_deadline);
	for (;;) {
		crowd_rounds++;
		sys_sleep(crowd_deadline + 1000000);
	}
}

// A thousand deadlines pass at the same time.
static void
deadlines(void)
{
	cap_t factory, task = make_victim(&factory);

	(void)task;
	crowd_deadline = sys_now() + 20000000;
	crowd(factory, CROWD, sleep_together, 0, 10000);
	sys_sleep(crowd_deadline - 1000000);            // all of them have gone to sleep
	measure_start();
	sys_sleep(crowd_deadline + 3000000);
	measure_end("1000-equal-deadlines");
	must(crowd_rounds < CROWD ? ERR_BUSY : OK, "wake them all");
	must(object_destroy(factory), "destroy");
}

static void
long_call(uint64_t gate)
{
	for (;;) {
		sys_call((cap_t)gate, 0);
		crowd_rounds++;
	}
}

// Takes many times the slice of who calls.
static void
long_server(uint64_t arg)
{
	(void)arg;
	sys_invoke(0, IPC_WAIT, 0, DEADLINE_NONE);
	for (;;) {
		for (volatile unsigned i = 0; i < 4000; i++)
			;
		sys_invoke(0, IPC_REPLY_AND_WAIT, 0, DEADLINE_NONE);
	}
}

// Five hundred threads that have used up many slices ahead.
static void
indebted(void)
{
	cap_t factory, task = make_victim(&factory), gate = env_caps(1);
	cap_t server = env_thread(long_server, 0, PRIORITY_WORKER - 5);

	(void)task;
	must(server == 0 ? ERR_QUOTA : OK, "server");
	must(factory_create(ENV_FACTORY, OBJ_GATE, gate, 0), "gate");
	must(thread_bind(server, gate, 1), "bind");
	crowd_rounds = 0;
	crowd(factory, INDEBTED, long_call, gate, 1);
	measure_start();
	sys_sleep(sys_now() + 100000000);
	measure_end("500-threads-in-debt");
	must(crowd_rounds < INDEBTED ? ERR_BUSY : OK, "serve them all");
	must(object_destroy(factory), "destroy");
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

static uint8_t
in(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

// Another with ports: many ranges.  Uses one, and so do we, in turn.
static void
porter(uint64_t arg)
{
	(void)arg;
	for (sys_wait(DEADLINE_NONE);; sys_reply_and_wait(0, DEADLINE_NONE))
		(void)in(PORTS);
}

static void
ports(void)
{
	struct child c;

	must(env_child(&c, 256 << 10, 0, 3, PRIORITY_WORKER + 1), "porter");
	for (unsigned i = 0; i < PORT_RANGES_MAX; i++)
		must(task_map(c.task, fpage_port(PORTS + 1021 * i, 0, 1), 0), "ports");
	must(thread_bind(c.thread, c.gate, 1), "bind");
	must(env_start(&c, porter, 0), "start");
	measure_start();
	for (unsigned i = 0; i < 400; i++) {
		(void)in(PORTS);
		sys_call(c.gate, 0);
	}
	measure_end("use-all-ports-and-32-ranges-in-turn");
	env_destroy(&c);
}

// More than the kernel keeps; then, until it is on its way: nobody may read it.
static void
log_much(void)
{
	char text[(MR_MAX - 1) * 8];

	memset(text, '.', sizeof text);
	text[sizeof text - 1] = '\n';
	(void)in(COM1_STATUS);          // that it may is known before
	measure_start();
	for (unsigned i = 0; i < LOG_LINES; i++) {
		utcb()->mr[0] = sizeof text;
		memcpy(&utcb()->mr[1], text, sizeof text);
		must(sys_request(ENV_VCON, VCON_WRITE, MR_MAX), "log");
	}
	// what follows is up to the other side
	measure_hold();
	while (!(in(COM1_STATUS) & COM1_READY))
		sys_sleep(sys_in_ms(1));
	measure_end("log-200-lines-of-503-characters");
}

static void
worker(uint64_t arg)
{
	(void)arg;
	compute();
	mappings();
	capabilities();
	delegations();
	own_copies();
	waiters();
	deadlines();
	indebted();
	tree();
	ports();
	log_much();
	env_exit(0);
}

int
main(void)
{
	sampler_main(worker);
}
