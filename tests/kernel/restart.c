// SPDX-License-Identifier: MIT
// Tests of long calls whose world changes while others run: their arguments, what they have
// given, and what they find.
#include "ktest.h"

enum {
	AT = 0x30000000, FROM = 1024, TO = 2048, OTHER = 3500, ORDER = 9, COUNT = 1 << ORDER,
	LAST = AT + (COUNT - 1) * 4096, ROUNDS = 200, DONE = 1, WROTE,
};

static cap_t gate, go, poke_it, signal;
static uint64_t page;
static volatile uint64_t armed, ticks;
static struct utcb *volatile theirs;

// COUNT capabilities, and room for as many.
static void
fill(void)
{
	signal = make(OBJ_SIGNAL, 0);
	for (cap_t i = 0; i < COUNT; i++)
		CHECK(task_map(CAP_SELF, fpage_cap(signal, 0, CAP_ALL), (uint64_t)(FROM + i) << 12)
		      == OK);
}

static void
ticker(uint64_t arg)
{
	(void)arg;
	for (;; ticks++)
		sys_sleep(sys_counter() + 3000);
}

// ---- the arguments -----------------------------------------------------------

static void
call(uint32_t label)
{
	CHECK(tag_err(sys_invoke(gate, IPC_CALL, tag(label, 0, 0), DEADLINE_NONE).tag) == OK);
}

static void
down(cap_t semaphore)
{
	CHECK(tag_err(sys_invoke(semaphore, IPC_CALL, tag(SEM_DOWN, 0, 0), DEADLINE_NONE).tag) ==
	      OK);
}

// Maps capabilities, but finds a page described when it goes on.
static void
mapper(uint64_t utcb_addr)
{
	struct utcb *u = (struct utcb *)utcb_addr;

	for (theirs = u;; call(DONE)) {
		down(go);
		u->mr[0] = fpage_cap(FROM, ORDER, CAP_ALL), u->mr[1] = (uint64_t)TO << 12;
		armed = 1;
		sys_invoke(CAP_SELF, IPC_CALL, tag(TASK_MAP, 2, 0), DEADLINE_NONE);
	}
}

static void
swapper(uint64_t arg)
{
	(void)arg;
	for (uint64_t i = 0;; i++) {
		sys_sleep(sys_counter() + 3000 + i % 64 * 97);
		if (armed == 0)
			continue;
		armed = 0;
		theirs->mr[0] = fpage_mem(page, ORDER + 12, MEM_R), theirs->mr[1] = AT;
	}
}

static void
poker(uint64_t arg)
{
	(void)arg;
	for (;; call(WROTE)) {
		down(poke_it);
		*(volatile uint64_t *)LAST = 1;
	}
}

// Started, with page faults to us.
static void
start_poker(void)
{
	cap_t t = make(OBJ_THREAD, 0);

	CHECK(thread_control(t, CAP_SELF, ENV_UTCBS + 4096 * 40, gate) == OK);
	CHECK(sched_set(ENV_SCHEDULER, t, BELOW, 10000) == OK);
	CHECK(thread_start(t, (uint64_t)poker, env_ram(4096) + 4096 - 8, 0) == OK);
}

static void
answer(void)
{
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, 0, DEADLINE_NONE).tag) == OK);
}

// The page at LAST must not be written.
static void
check_page(uint64_t writable)
{
	CHECK(OP(poke_it, SEM_UP, 0) == OK);
	struct reply r = sys_wait(DEADLINE_NONE);

	CHECK(tag_kind(r.tag) == MSG_FAULT && utcb()->mr[0] == LAST);
	CHECK(task_unmap(CAP_SELF, fpage_mem(LAST, 12, MEM_RW), true) == OK);
	CHECK(task_map(CAP_SELF, fpage_mem(writable, 12, MEM_RW), LAST) == OK);
	answer();
	CHECK(tag_label(sys_wait(DEADLINE_NONE).tag) == WROTE);
	answer();
}

// How far a call got in capabilities is no address.
static void
other_arguments(void)
{
	uint64_t writable = env_ram(4096), pages = 0;

	fill();
	gate = env_source(OBJ_GATE, ENV_THREAD, 1);
	go = make(OBJ_SEMAPHORE, 0), poke_it = make(OBJ_SEMAPHORE, 0);
	CHECK(env_thread(mapper, ENV_UTCBS, BELOW) != 0);
	CHECK(env_thread(swapper, 0, ABOVE) != 0);
	start_poker();
	page = env_ram(COUNT * 4096);
	CHECK(page != 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		CHECK(OP(go, SEM_UP, 0) == OK);
		CHECK(tag_label(sys_wait(DEADLINE_NONE).tag) == DONE);
		answer();
		CHECK(task_unmap(CAP_SELF, fpage_cap(FROM, ORDER, CAP_ALL), false) == OK);
		if (task_map(CAP_SELF, fpage_mem(LAST, 12, MEM_R), LAST + 4096) != OK)
			continue;
		CHECK(task_unmap(CAP_SELF, fpage_mem(LAST + 4096, 12, MEM_R), true) == OK);
		check_page(writable);
		CHECK(task_unmap(CAP_SELF, fpage_mem(AT, ORDER + 12, MEM_RW), true) == OK);
		pages++;
	}
	CHECK(pages > ROUNDS / 8);
}

// ---- what has been given -------------------------------------------------------

// Passes on at once what comes.
static void
greedy(uint64_t utcb_addr)
{
	struct utcb *u = (struct utcb *)utcb_addr;

	for (;; sys_sleep(sys_counter() + 3000)) {
		u->mr[0] = fpage_cap(TO, 0, CAP_ALL), u->mr[1] = (uint64_t)OTHER << 12;
		armed += tag_err(sys_invoke(CAP_SELF, IPC_CALL, tag(TASK_MAP, 2, 0),
		                            DEADLINE_NONE).tag) == OK;
		u->mr[0] = fpage_mem(AT, 12, MEM_R), u->mr[1] = AT - 4096;
		armed += tag_err(sys_invoke(CAP_SELF, IPC_CALL, tag(TASK_MAP, 2, 0),
		                            DEADLINE_NONE).tag) == OK;
	}
}

static void
refused(uint64_t memory)
{
	utcb()->window[FPAGE_CAP] = fpage_cap(TO, ORDER, 0);
	utcb()->window[FPAGE_MEM] = fpage_mem(AT, 21, 0);
	CHECK(env_thread(greedy, ENV_UTCBS, ABOVE) != 0);
	for (unsigned i = 0; i < 10; i++) {
		armed = 0;
		CHECK(tag_err(sys_call(ENV_PARENT, tag(7, 0, 0))) == ERR_ARG);
		CHECK(armed == 1);
		CHECK(memory != 0 || (type_of(OTHER) == OBJ_NONE && type_of(TO) == OBJ_NONE));
		CHECK(memory == 0 ||
		      task_map(CAP_SELF, fpage_mem(AT - 4096, 12, MEM_R), AT - 8192) == ERR_ARG);
	}
	env_exit(0);
}

static void
passed_on(uint64_t memory, fpage_t what)
{
	uint64_t *mr = utcb()->mr;

	start_child(refused, memory, BELOW);
	for (unsigned i = 0; i < 10; i++) {
		CHECK(tag_label(sys_wait(sys_in_ms(5000)).tag) == 7);
		mr[0] = what, mr[1] = 0;
		mr[2] = 0, mr[3] = 0;
		CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, tag(0, 0, 2),
		                         DEADLINE_NONE).tag) == ERR_ARG);
	}
	join();
}

// An answer that is refused leaves nothing behind, also not with whom it was passed on to.
static void
refused_capabilities(void)
{
	fill();
	passed_on(0, fpage_cap(FROM, ORDER, CAP_ALL));
}

static void
refused_memory(void)
{
	uint64_t ram = env_ram(1 << 21);

	CHECK(task_map(CAP_SELF, fpage_mem(ram, 20, MEM_R), AT + 4096 * 513) == OK);
	passed_on(1, fpage_mem(ram, 20, MEM_R));
}

// ---- what they find --------------------------------------------------------------

// Whether there was anything is not forgotten.
static void
found_before(void)
{
	uint64_t own = env_ram(1 << 21);

	signal = make(OBJ_SIGNAL, 0);
	CHECK(env_thread(ticker, 0, ABOVE) != 0);
	for (unsigned i = 0; i < 50; i++) {
		CHECK(task_map(CAP_SELF, fpage_cap(FROM, ORDER, CAP_ALL), (uint64_t)TO << 12) ==
		      ERR_ARG);
		CHECK(task_map(CAP_SELF, fpage_mem(AT, 21, MEM_R), AT + (8 << 20)) == ERR_ARG);
	}
	CHECK(task_map(CAP_SELF, fpage_cap(signal, 0, CAP_ALL), (uint64_t)FROM << 12) == OK);
	CHECK(task_map(CAP_SELF, fpage_mem(own, 12, MEM_R), AT) == OK);
	for (unsigned i = 0; i < 50; i++) {
		CHECK(task_map(CAP_SELF, fpage_cap(FROM, ORDER, CAP_ALL), (uint64_t)TO << 12)
		      == OK);
		CHECK(task_unmap(CAP_SELF, fpage_cap(FROM, 0, CAP_ALL), false) == OK);
		CHECK(task_map(CAP_SELF, fpage_mem(AT, 21, MEM_R), AT + (8 << 20)) == OK);
		CHECK(task_unmap(CAP_SELF, fpage_mem(AT, 12, MEM_R), false) == OK);
		// its own page table is there, else this is one hole
		CHECK(task_map(CAP_SELF, fpage_mem(AT + 4096, 20, MEM_R), AT + (8 << 20)) ==
		      ERR_ARG);
	}
	CHECK(ticks > 50);
}

const struct test tests_restart[] = {
	{ "restart_other_arguments", other_arguments },
	{ "restart_refused_capabilities", refused_capabilities },
	{ "restart_refused_memory", refused_memory },
	{ "restart_found_before", found_before },
	{ NULL, NULL },
};
