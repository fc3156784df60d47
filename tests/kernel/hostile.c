// SPDX-License-Identifier: MIT
// How late an urgent thread wakes while another one looks for what the kernel does in one
// go: see sampler.h.
#include <string.h>

#include "sampler.h"

enum {
	CHILD_RAM = 0x20000000, TARGET = 0x38000000, CAPS = 2048, FAR = 8, PORTS = 0x1000,
	RANGES = 24, LINE = 5, LEVELS = 240, WALKERS = 1000, SPARSE = 500,
};

static cap_t
factory_of(uint64_t quota)
{
	cap_t factory = env_caps(1);

	must(factory_create(ENV_FACTORY, OBJ_FACTORY, factory, quota), "factory");
	return factory;
}

// Frames that have been used: those that are new take longer, and interrupts come in.
static void
used_frames(void)
{
	cap_t factory = factory_of(8 << 20), task = env_caps(1);

	must(factory_create(factory, OBJ_TASK, task, 0), "task");
	for (uint64_t i = 0; i < 400; i++)
		must(task_map(task, fpage_mem(CHILD_RAM, 12, MEM_R), (i + 1) << 30), "map");
	must(object_destroy(factory), "destroy");
}

// ---- messages ------------------------------------------------------------------

typedef void fill_fn(unsigned n, bool refused);

static void
open_to_all(void)
{
	utcb()->window[FPAGE_MEM] = fpage_mem(0, 46, 0);
	utcb()->window[FPAGE_PORT] = fpage_port(0, 16, 0);
	utcb()->window[FPAGE_CAP] = fpage_cap(0, 12, 0);
}

static void
receiver(uint64_t arg)
{
	(void)arg;
	open_to_all();
	for (sys_wait(DEADLINE_NONE);; sys_reply_and_wait(0, DEADLINE_NONE))
		;
}

// `n` pages in places far apart; the last item is refused if asked.
static void
far_pages(unsigned n, bool refused)
{
	uint64_t *mr = utcb()->mr;

	for (unsigned i = 0; i < n; i++) {
		mr[2 * i] = fpage_mem(CHILD_RAM, 12, MEM_R);
		mr[2 * i + 1] = (i + 1ull) << 39 | (uint64_t)i << 30;
	}
	if (refused)
		mr[2 * n - 2] = 0;
}

static void
port_ranges(unsigned n, bool refused)
{
	uint64_t *mr = utcb()->mr;

	for (unsigned i = 0; i < n; i++)
		mr[2 * i] = fpage_port(PORTS + 64 * RANGES + 2 * i, 0, 1), mr[2 * i + 1] = 0;
	if (refused)
		mr[2 * n - 2] = 0;
}

static void
far_capabilities(unsigned n, bool refused)
{
	uint64_t *mr = utcb()->mr;

	for (unsigned i = 0; i < n; i++) {
		mr[2 * i] = fpage_cap(ENV_VCON, 0, CAP_ALL);
		mr[2 * i + 1] = (1000ull + 128 * i) << 12;
	}
	if (refused)
		mr[2 * n - 2] = 0;
}

// All that a send may carry in one item each, and one that is refused.
static void
most_pages(unsigned n, bool refused)
{
	(void)n;
	utcb()->mr[0] = fpage_mem(CHILD_RAM, 13, MEM_R), utcb()->mr[1] = 1ull << 39;
	utcb()->mr[2] = fpage_mem(CHILD_RAM, 12, MEM_R), utcb()->mr[3] = 1ull << 40;
	utcb()->mr[4] = refused ? 0 : fpage_mem(CHILD_RAM, 12, MEM_R), utcb()->mr[5] = 1ull << 41;
}

static void
most_capabilities(unsigned n, bool refused)
{
	(void)n;
	utcb()->mr[0] = fpage_cap(CAPS, 1, CAP_ALL), utcb()->mr[1] = 1000ull << 12;
	utcb()->mr[2] = fpage_cap(CAPS, 0, CAP_ALL), utcb()->mr[3] = 2000ull << 12;
	utcb()->mr[4] = refused ? 0 : fpage_cap(CAPS, 0, CAP_ALL), utcb()->mr[5] = 3000ull << 12;
}

static void
send_to(const char *name, fill_fn *fill, bool refused)
{
	struct child c;

	must(env_child(&c, 1 << 20, 0, 3, PRIORITY_WORKER + 1), "receiver");
	for (unsigned i = 0; i < RANGES; i++)
		must(task_map(c.task, fpage_port(PORTS + 64 * i, 0, 1), 0), "ports");
	must(thread_bind(c.thread, c.gate, 1), "bind");
	must(env_start(&c, receiver, 0), "start");
	measure_start();
	for (unsigned i = 0; i < (refused ? 300 : 1); i++)
		fill(SEND_ITEMS_MAX, refused), (void)sys_call(c.gate, tag(0, 0, SEND_ITEMS_MAX));
	measure_end(name);
	env_destroy(&c);
}

static void
caller(uint64_t arg)
{
	(void)arg;
	open_to_all();
	for (;;)
		sys_call(ENV_PARENT, 0);
}

static void
answer(const char *name, fill_fn *fill, bool refused)
{
	struct child c;

	must(env_child(&c, 1 << 20, 0, 3, PRIORITY_WORKER + 1), "caller");
	for (unsigned i = 0; i < RANGES; i++)
		must(task_map(c.task, fpage_port(PORTS + 64 * i, 0, 1), 0), "ports");
	must(env_start(&c, caller, 0), "start");
	sys_wait(DEADLINE_NONE);
	measure_start();
	for (unsigned i = 0; i < (refused ? 300 : 1); i++)
		fill(FAR, refused), (void)sys_reply_and_wait(tag(0, 0, FAR), DEADLINE_NONE);
	measure_end(name);
	env_destroy(&c);
}

static void
messages(void)
{
	used_frames();
	send_to("send-3-far-pages", far_pages, false);
	send_to("send-3-far-pages-refused", far_pages, true);
	send_to("send-3-ports", port_ranges, false);
	send_to("send-3-ports-refused", port_ranges, true);
	send_to("send-3-capabilities-refused", far_capabilities, true);
	send_to("send-4-pages", most_pages, false);
	send_to("send-4-pages-refused", most_pages, true);
	cap_t signals = factory_of(1 << 20);

	for (cap_t i = CAPS; i < CAPS + SEND_MAX; i++)
		must(factory_create(signals, OBJ_SIGNAL, i, 0), "signal");
	send_to("send-4-capabilities-refused", most_capabilities, true);
	must(object_destroy(signals), "destroy");
	answer("answer-8-far-pages", far_pages, false);
	answer("answer-8-far-pages-refused", far_pages, true);
	answer("answer-8-ports-refused", port_ranges, true);
}

// ---- others ----------------------------------------------------------------------

static void
interrupts(void)
{
	cap_t factory = factory_of(4 << 20);
	uint64_t *mr = utcb()->mr;

	for (cap_t i = CAPS; i < CAP_MAX; i++) {
		mr[0] = factory, mr[1] = i;
		if (sys_request(ROOT_IRQ + LINE, IRQ_SHARE, 2) != OK)
			break;
	}
	measure_start();
	for (unsigned i = 0; i < 200; i++) {
		must(sys_request(ROOT_IRQ + LINE, IRQ_UNMASK, 0), "unmask");
		must(sys_request(ROOT_IRQ + LINE, IRQ_MASK, 0), "mask");
	}
	measure_end("crowded-interrupt-line");
	must(object_destroy(factory), "destroy");
}

static void
screen(void)
{
	uint64_t *mr = utcb()->mr;

	measure_start();
	for (unsigned i = 0; i < 5; i++) {
		mr[0] = (MR_MAX - 1) * 8;
		memset(&mr[1], '#', mr[0]);
		((char *)&mr[1])[mr[0] - 1] = '\n';
		must(sys_request(ENV_VCON, VCON_SHOW, MR_MAX), "show");
	}
	measure_end("show-5-times-504-characters");
}

static void
sleeper(uint64_t period)
{
	for (;;)
		sys_sleep(sys_counter() + period);
}

static void
thread_at(cap_t factory, cap_t t, child_fn *fn, uint64_t arg, unsigned priority)
{
	must(factory_create(factory, OBJ_THREAD, t, 0), "thread");
	must(thread_control(t, CAP_SELF, TARGET + t * 4096ull, 0), "control");
	must(sched_set(ENV_SCHEDULER, t, priority, 1), "sched");
	must(thread_start(t, (uint64_t)fn, env_ram(1024) + 1024 - 8, arg), "start");
}

// One thread on nearly every level sleeps for long, and one on the lowest again and again.
static void
levels(void)
{
	cap_t factory = factory_of(4 << 20);

	for (unsigned p = 2; p < 2 + LEVELS; p++)
		thread_at(factory, CAPS + p, sleeper, 1ull << 60, p);
	thread_at(factory, CAPS, sleeper, 2000, 1);
	sys_sleep(sys_counter() + 5000000);
	measure_start();
	sys_sleep(sys_counter() + 20000000);
	measure_end("deadlines-on-240-levels");
	must(object_destroy(factory), "destroy");
}

// Waits for a semaphore, never long enough, until it is gone.
static void
waiter(uint64_t sem)
{
	struct reply r;

	do {
		r = sys_invoke((cap_t)sem, IPC_CALL, tag(SEM_DOWN, 0, 0), sys_counter() + 2000000);
	} while (tag_err(r.tag) == OK || tag_err(r.tag) == ERR_TIMEOUT);
	sys_sleep(DEADLINE_NONE);
}

// Deadlines on nearly every level that are given up before they pass, all together.
static void
given_up(void)
{
	cap_t factory = factory_of(4 << 20), sem = env_caps(1);

	must(factory_create(factory, OBJ_SEMAPHORE, sem, 0), "semaphore");
	for (unsigned p = 2; p < 2 + LEVELS; p++)
		thread_at(factory, CAPS + p, waiter, sem, p);
	sys_sleep(sys_counter() + 5000000);
	measure_start();
	for (unsigned i = 0; i < 20; i++) {
		for (unsigned p = 0; p < LEVELS; p++)
			must(sys_request(sem, SEM_UP, 0), "up");
		sys_sleep(sys_counter() + 1000000);
	}
	measure_end("deadlines-given-up-on-240-levels");
	must(object_destroy(factory), "destroy");
}

static volatile uint64_t walking;

// Takes back what came from one of many capabilities, which is all one tree.
static void
walker(uint64_t i)
{
	struct utcb *u = (struct utcb *)(TARGET + (CAPS + i) * 4096ull);

	for (;;) {
		__atomic_fetch_add(&walking, 1, __ATOMIC_RELAXED);
		u->mr[0] = fpage_cap((cap_t)(200 + i % 2), 0, CAP_ALL), u->mr[1] = 0;
		sys_invoke(CAP_SELF, IPC_CALL, tag(TASK_UNMAP, 2, 0), DEADLINE_NONE);
	}
}

// A thousand threads take back the same, with slices so short that all are in the middle.
static void
walks(void)
{
	cap_t factory = factory_of(16 << 20), sig = 200, task = env_caps(1);

	must(factory_create(factory, OBJ_SIGNAL, sig, 0), "signal");
	must(factory_create(factory, OBJ_TASK, task, 0), "task");
	must(task_map(CAP_SELF, fpage_cap(sig, 0, CAP_ALL), (sig + 1ull) << 12), "copy");
	for (cap_t i = 1; i < 4000; i++)
		must(task_map(task, fpage_cap(sig + 1, 0, CAP_ALL), (uint64_t)i << 12), "copy");
	for (unsigned i = 0; i < WALKERS; i++)
		thread_at(factory, CAPS + i, walker, i, PRIORITY_WORKER - 1);
	measure_start();
	sys_sleep(sys_counter() + 50000000);
	measure_end("1000-walks-in-one-tree");
	must(walking < WALKERS ? ERR_BUSY : OK, "walk");
	measure_start();
	must(object_destroy(sig), "destroy");
	measure_end("destroy-object-with-walks");
	measure_start();
	must(object_destroy(factory), "destroy");
	measure_end("destroy-1000-walkers");
}

// Pages a GiB apart, and all of the space at once.
static void
sparse(void)
{
	cap_t factory = factory_of(16 << 20), one = env_caps(2), other = one + 1;

	must(factory_create(factory, OBJ_TASK, one, 0), "task");
	must(factory_create(factory, OBJ_TASK, other, 0), "task");
	for (uint64_t i = 1; i <= SPARSE; i++)
		must(task_map(one, fpage_mem(CHILD_RAM, 12, MEM_R), i << 37 | (i % 512) << 30),
		     "map");
	measure_start();
	(void)!task_unmap(other, fpage_mem(0, 46, MEM_R), true);
	(void)!task_unmap(one, fpage_mem(0, 46, MEM_R), true);
	measure_end("unmap-500-pages-of-64-tebibytes");
	measure_start();
	(void)!task_map(other, fpage_mem(0, 46, MEM_R), 0);
	measure_end("map-64-tebibytes");
	measure_start();
	must(object_destroy(factory), "destroy");
	measure_end("destroy-sparse-tasks");
}

static void
call_once(uint64_t gate)
{
	sys_invoke((uint32_t)gate, IPC_CALL, 0, DEADLINE_NONE);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// Priorities of a thousand threads that wait to send change all the time, and budgets.
static void
priorities(void)
{
	cap_t factory = factory_of(8 << 20), gate = env_caps(1);

	must(factory_create(factory, OBJ_GATE, gate, 0), "gate");
	must(thread_bind(ENV_THREAD, gate, 1), "bind");
	for (unsigned i = 0; i < WALKERS; i++)
		thread_at(factory, CAPS + i, call_once, gate, PRIORITY_WORKER + 1);
	measure_start();
	for (unsigned i = 0; i < 3 * WALKERS; i++) {
		cap_t t = CAPS + i * 7 % WALKERS;

		must(sched_set(ENV_SCHEDULER, t, 1 + i * 31 % 200, 1 + i % 3), "set");
		must(sched_budget(ENV_SCHEDULER, t, 1000, 1 + i % 1000), "budget");
	}
	measure_end("priorities-of-1000-senders");
	measure_start();
	must(task_unmap(CAP_SELF, fpage_cap(gate, 0, CAP_ALL), true), "destroy");
	measure_end("destroy-gate-with-1000-senders");
	must(object_destroy(factory), "destroy");
}

static void
worker(uint64_t arg)
{
	(void)arg;
	messages();
	interrupts();
	levels();
	given_up();
	sparse();
	priorities();
	walks();
	screen();
	env_exit(0);
}

int
main(void)
{
	sampler_main(worker);
}
