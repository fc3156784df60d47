// SPDX-License-Identifier: MIT
// Tests of typed items: what messages carry into the receiver's windows.
#include "ktest.h"

enum { AT = 0x30000000, CAPS_AT = 1024, OWN_AT = 4000, OWN_UTCB = 0x3f000000 };

static cap_t gate;
static uint64_t page;

// Opens windows and waits: for each message, checks one word at AT if asked.
static void
receiver(uint64_t memory_order)
{
	utcb()->window[FPAGE_MEM] = memory_order == 0 ? 0 :
	                            fpage_mem(AT, (unsigned)memory_order, 0);
	utcb()->window[FPAGE_CAP] = fpage_cap(CAPS_AT, 2, 0);
	utcb()->window[FPAGE_PORT] = fpage_port(TEST_PORTS, 1, 0);
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		switch (tag_label(r.tag)) {
		case 1:
			utcb()->mr[0] = *(volatile uint64_t *)utcb()->mr[0];
			break;
		case 2:
			utcb()->mr[0] = OP(CAP_SELF, TASK_CAP_TYPE, utcb()->mr[0]) == OK ?
				utcb()->mr[0] << 8 | utcb()->mr[1] : 0;
			break;
		}
		r = sys_reply_and_wait(tag(0, 1, 0), DEADLINE_NONE);
	}
}

static void
start(unsigned memory_order)
{
	struct child c = start_child(receiver, memory_order, ABOVE);

	gate = env_source(OBJ_GATE, c.thread, 9);
	page = env_ram(4 * 4096);
	for (unsigned i = 0; i < 4; i++)
		*(uint64_t *)(page + i * 4096) = 100 + i;
}

static enum err
send(fpage_t what, uint64_t to)
{
	utcb()->mr[0] = what, utcb()->mr[1] = to;
	return tag_err(sys_call(gate, tag(0, 0, 1)));
}

// What the receiver sees at an address, or in a slot: type << 8 | rights.
static uint64_t
ask(uint32_t label, uint64_t where)
{
	utcb()->mr[0] = where;
	CHECK(tag_err(sys_call(gate, tag(label, 1, 0))) == OK);
	return utcb()->mr[0];
}

static void
memory(void)
{
	start(14);
	CHECK(send(fpage_mem(page, 12, MEM_R), 0) == OK);
	CHECK(ask(1, AT) == 100);
	CHECK(send(fpage_mem(page, 12, MEM_R), 0) == ERR_EXISTS);
	CHECK(send(fpage_mem(page + 4096, 12, MEM_RW), 0x2000) == OK);
	CHECK(ask(1, AT + 0x2000) == 101);
	CHECK(send(fpage_mem(page + 8192, 12, MEM_R), 0x3000) == OK);
	CHECK(ask(1, AT + 0x3000) == 102);
	uint64_t own = small_page();

	*(uint64_t *)own = 103;
	CHECK(send(fpage_mem(own, 12, MEM_RW), ITEM_GRANT | 0x1000) == OK);
	CHECK(ask(1, AT + 0x1000) == 103);
	CHECK(send(fpage_mem(own, 12, MEM_RW), 0) == ERR_ARG);  // granted away
}

static void
windows(void)
{
	cap_t signal = make(OBJ_SIGNAL, 0);

	start(13);
	CHECK(send(fpage_mem(page & ~0x3fffull, 14, MEM_R), 0) == ERR_WINDOW);
	CHECK(send(fpage_mem(page, 12, MEM_R), 0x1000 + 0x2000) == OK);         // taken modulo
	CHECK(ask(1, AT + 0x1000) == 100);
	CHECK(send(fpage_cap(signal, 3, CAP_ALL), 0) == ERR_WINDOW);
	CHECK(send(fpage_port(TEST_PORTS + 4, 0, 1), 0) == ERR_WINDOW);
	CHECK(send(fpage_port(TEST_PORTS, 2, 1), 0) == ERR_WINDOW);
	CHECK(send(fpage_port(TEST_PORTS, 1, 1), 0) == OK);
	CHECK(send(0, 0) == ERR_ARG);
	CHECK(send(fpage_mem(page, 63, MEM_R), 0) == ERR_WINDOW);
	CHECK(send(fpage_mem(page, 11, MEM_R), 0) == ERR_ARG);
	CHECK(send(fpage_mem(0xffff800000000000, 12, MEM_R), 0) == ERR_ARG);
}

static void
no_window(void)
{
	start(0);
	CHECK(send(fpage_mem(page, 12, MEM_R), 0) == ERR_WINDOW);
	CHECK(send(fpage_mem(page, 12, MEM_R), AT) == ERR_WINDOW);
}

static void
capabilities(void)
{
	cap_t signal = make(OBJ_SIGNAL, 0), granted = make(OBJ_SEMAPHORE, 0);

	start(0);
	CHECK(ask(2, CAPS_AT) == 0);
	CHECK(send(fpage_cap(signal, 0, CAP_SEND), 3 << 12) == OK);
	CHECK(ask(2, CAPS_AT + 3) == (OBJ_SIGNAL << 8 | CAP_SEND));
	CHECK(type_of(signal) == OBJ_SIGNAL);
	CHECK(send(fpage_cap(granted, 0, CAP_ALL), ITEM_GRANT) == OK);
	CHECK(ask(2, CAPS_AT) == (OBJ_SEMAPHORE << 8 | CAP_ALL));
	CHECK(type_of(granted) == OBJ_NONE);
	CHECK(send(fpage_cap(signal, 0, CAP_ALL), 3 << 12) == ERR_EXISTS);
	CHECK(send(fpage_cap(signal, 0, 0), 1 << 12) == ERR_RIGHT);
	CHECK(send(fpage_cap(CAP_SELF, 0, CAP_ALL), 1 << 12) == ERR_RIGHT);
	CHECK(send(fpage_cap(4000, 0, CAP_ALL), 1 << 12) == ERR_ARG);
	CHECK(send(fpage_cap(CAP_MAX, 0, CAP_ALL), 1 << 12) == ERR_ARG);
	// what was given comes back
	CHECK(task_unmap(CAP_SELF, fpage_cap(signal, 0, CAP_ALL), false) == OK);
	CHECK(ask(2, CAPS_AT + 3) == 0);
}

static void
several(void)
{
	cap_t signal = make(OBJ_SIGNAL, 0);
	uint64_t *mr = utcb()->mr;

	start(14);
	mr[0] = AT;
	mr[1] = fpage_mem(page, 12, MEM_R), mr[2] = 0;
	mr[3] = fpage_cap(signal, 0, CAP_ALL), mr[4] = 0;
	mr[5] = fpage_mem(page + 4096, 12, MEM_R), mr[6] = 0x1000;
	CHECK(tag_err(sys_call(gate, tag(1, 1, 3))) == OK && mr[0] == 100);
	CHECK(ask(1, AT + 0x1000) == 101);
	CHECK(ask(2, CAPS_AT) != 0);
	// a bad one: nothing has come, and what was there is left alone
	cap_t other = make(OBJ_SEMAPHORE, 0);

	mr[0] = 1;
	mr[1] = fpage_mem(page + 8192, 12, MEM_R), mr[2] = 0x2000;
	mr[3] = fpage_cap(other, 0, CAP_ALL), mr[4] = 1 << 12;
	mr[5] = fpage_cap(signal, 0, CAP_ALL), mr[6] = 0;
	CHECK(tag_err(sys_call(gate, tag(1, 1, 3))) == ERR_EXISTS);
	mr[1] = fpage_port(TEST_PORTS, 1, 1), mr[2] = 0;
	CHECK(tag_err(sys_call(gate, tag(1, 1, 3))) == ERR_EXISTS);
	CHECK(ask(2, CAPS_AT) == (OBJ_SIGNAL << 8 | CAP_ALL) && ask(2, CAPS_AT + 1) == 0);
	CHECK(send(fpage_mem(page + 8192, 12, MEM_R), 0x2000) == OK);
	CHECK(send(fpage_port(TEST_PORTS, 1, 1), 0) == OK);
	CHECK(ask(1, AT + 0x2000) == 102);
	// what is granted comes last, and is one thing
	mr[1] = fpage_cap(other, 0, CAP_ALL), mr[2] = 1 << 12 | ITEM_GRANT;
	mr[3] = fpage_cap(signal, 0, CAP_ALL), mr[4] = 2 << 12;
	CHECK(tag_err(sys_call(gate, tag(1, 1, 2))) == ERR_ARG);
	CHECK(send(fpage_cap(other & ~1u, 1, CAP_ALL), 2 << 12 | ITEM_GRANT) == ERR_ARG);
	CHECK(type_of(other) == OBJ_SEMAPHORE && ask(2, CAPS_AT + 1) == 0);
}

// Items in a reply go into the caller's window; errors go to both sides.
static void
replier(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_NONE);
	for (;;) {
		uint64_t what = utcb()->mr[0];

		utcb()->mr[0] = 55;
		utcb()->mr[1] = what, utcb()->mr[2] = 0;
		sys_invoke(0, IPC_SEND | IPC_REPLY, tag(0, 1, 1), DEADLINE_NONE);
		sys_wait(DEADLINE_NONE);
	}
}

static void
in_replies(void)
{
	struct child c = start_child(replier, 0, ABOVE);

	gate = env_source(OBJ_GATE, c.thread, 9);
	cap_t to = env_caps(1);

	utcb()->mr[0] = fpage_cap(ENV_PARENT, 0, CAP_SEND);
	CHECK(tag_err(sys_call(gate, tag(0, 1, 0))) == ERR_WINDOW);
	utcb()->window[FPAGE_CAP] = fpage_cap(to, 0, 0);
	utcb()->mr[0] = fpage_cap(ENV_PARENT, 0, CAP_SEND);
	CHECK(tag_err(sys_call(gate, tag(0, 1, 0))) == OK);
	CHECK(utcb()->mr[0] == 55 && type_of(to) == OBJ_GATE);
	utcb()->mr[0] = fpage_cap(CAP_SELF, 0, CAP_SEND);
	CHECK(tag_err(sys_call(gate, tag(0, 1, 0))) == ERR_RIGHT);
}

// A call carries SEND_MAX pages and capabilities at most, in SEND_ITEMS_MAX items.
static void
limit(void)
{
	uint64_t ram = env_ram(2 << 20), *mr = utcb()->mr;
	cap_t signal = make(OBJ_SIGNAL, 0);

	start(20);
	CHECK(send(fpage_mem(ram, 15, MEM_R), 0) == ERR_ARG);
	CHECK(send(fpage_mem(ram, 14, MEM_R), 0) == OK);
	mr[0] = fpage_mem(ram, 13, MEM_R), mr[1] = 1 << 16;
	mr[2] = fpage_mem(ram, 13, MEM_R), mr[3] = 9 << 13;
	mr[4] = fpage_cap(signal, 0, CAP_ALL), mr[5] = 0;
	CHECK(tag_err(sys_call(gate, tag(0, 0, 3))) == ERR_ARG);
	CHECK(ask(2, CAPS_AT) == 0);
	CHECK(send(fpage_mem(ram, 13, MEM_R), 9 << 13) == OK);  // nothing is there
	for (unsigned i = 0; i <= SEND_ITEMS_MAX; i++)
		mr[2 * i] = fpage_mem(ram, 12, MEM_R), mr[2 * i + 1] = (1 << 17) + i * 4096;
	CHECK(tag_err(sys_call(gate, tag(0, 0, SEND_ITEMS_MAX + 1))) == ERR_ARG);
	CHECK(tag_err(sys_invoke(gate, IPC_SEND, tag(0, 0, SEND_ITEMS_MAX + 1),
	                         DEADLINE_NONE).tag) == ERR_ARG);
	CHECK(send(fpage_mem(ram, 12, MEM_R), 1 << 17) == OK);
}

static void
own_receiver(uint64_t arg)
{
	struct utcb *own = (struct utcb *)arg;

	own->window[FPAGE_CAP] = fpage_cap(OWN_AT, 2, 0);
	for (sys_wait(DEADLINE_NONE);; sys_reply_and_wait(0, DEADLINE_NONE))
		;
}

// In one task, what is given can be where it is given from next: it comes back, too.
static void
onto_itself(void)
{
	uint64_t *mr = utcb()->mr, stack = env_ram(4096);
	cap_t t = make(OBJ_THREAD, 0);

	CHECK(thread_control(t, CAP_SELF, OWN_UTCB, 0) == OK);
	CHECK(sched_set(ENV_SCHEDULER, t, ABOVE, 10000) == OK);
	CHECK(thread_start(t, (uint64_t)own_receiver, stack + 4096 - 8, OWN_UTCB) == OK);
	gate = env_source(OBJ_GATE, t, 9);
	CHECK(factory_create(ENV_FACTORY, OBJ_SIGNAL, OWN_AT + 1, 0) == OK);
	mr[0] = fpage_cap(OWN_AT + 1, 1, CAP_ALL), mr[1] = 2 << 12;
	mr[2] = 0, mr[3] = 0;
	CHECK(tag_err(sys_call(gate, tag(0, 0, 2))) == ERR_ARG);
	CHECK(type_of(OWN_AT + 1) == OBJ_SIGNAL);
	CHECK(type_of(OWN_AT + 2) == OBJ_NONE && type_of(OWN_AT + 3) == OBJ_NONE);
	CHECK(object_destroy(OWN_AT + 1) == OK);
}

enum { LARGE = 21, MANY = 1 << (LARGE - 12) };

static volatile uint64_t ticks;

static void
ticker(uint64_t arg)
{
	(void)arg;
	for (;; ticks++)
		sys_sleep(sys_now() + 5000);
}

// Counts the pages that came with an answer.
static void
large_caller(uint64_t arg)
{
	(void)arg;
	utcb()->window[FPAGE_MEM] = fpage_mem(AT + 4096, LARGE + 1, 0);
	CHECK(tag_err(sys_call(ENV_PARENT, tag(7, 0, 0))) == OK);
	for (uint64_t i = 0; i < 2 * MANY; i++)
		CHECK(*(volatile uint64_t *)(AT + 4096 + i * 4096) == i % MANY);
	env_exit(0);
}

// A reply may carry any number of pages, and others run meanwhile.
static void
large_reply(void)
{
	uint64_t ram = env_ram(1 << LARGE), *mr = utcb()->mr;

	for (uint64_t i = 0; i < MANY; i++)
		*(uint64_t *)(ram + i * 4096) = i;
	start_child(large_caller, 0, BELOW);
	CHECK(tag_label(sys_wait(sys_in_ms(5000)).tag) == 7);
	CHECK(env_thread(ticker, 0, ABOVE) != 0);
	uint64_t before = ticks;

	mr[0] = fpage_mem(ram, LARGE, MEM_R), mr[1] = 0;
	mr[2] = fpage_mem(ram, LARGE, MEM_R), mr[3] = 1 << LARGE;
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, tag(0, 0, 2), DEADLINE_NONE).tag) == OK);
	CHECK(ticks - before > 5);
	join();
}

// Something is in the way of the second half.
static void
refused_caller(uint64_t arg)
{
	uint64_t own = env_ram(4096), there = AT + (1 << LARGE) + 300 * 4096;

	(void)arg;
	*(uint64_t *)own = 77;
	CHECK(task_map(CAP_SELF, fpage_mem(own, 12, MEM_R), there) == OK);
	utcb()->window[FPAGE_MEM] = fpage_mem(AT, LARGE + 1, 0);
	CHECK(tag_err(sys_call(ENV_PARENT, tag(7, 0, 0))) == ERR_EXISTS);
	CHECK(*(volatile uint64_t *)there == 77);
	for (uint64_t at = AT; at < AT + (2 << LARGE); at += 4096)
		CHECK(at == there || task_map(CAP_SELF, fpage_mem(own, 12, MEM_R), at) == OK);
	env_exit(0);
}

// All of an answer comes or nothing, also when it takes long to take it back.
static void
refused_reply(void)
{
	uint64_t ram = env_ram(1 << LARGE), *mr = utcb()->mr;
	struct child c;

	CHECK(env_child(&c, 256 << 10, 1 << 16, LABEL, BELOW) == OK);
	CHECK(env_start(&c, refused_caller, 0) == OK);
	CHECK(tag_label(sys_wait(sys_in_ms(5000)).tag) == 7);
	CHECK(env_thread(ticker, 0, ABOVE) != 0);
	mr[0] = fpage_mem(ram, LARGE, MEM_R), mr[1] = 0;
	mr[2] = fpage_mem(ram, LARGE, MEM_R), mr[3] = 1 << LARGE;
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, tag(0, 0, 2), DEADLINE_NONE).tag) ==
	      ERR_EXISTS);
	join();
}

enum { LATE = 17, ATTEMPTS = 30 };      // 32 pages

// Each call ends a little later within its answer; what both are told agrees.
static void
late_caller(uint64_t arg)
{
	uint64_t answered = 0;

	(void)arg;
	for (uint64_t i = 0; i < ATTEMPTS; i++) {
		uint64_t deadline = sys_in_ms(2);

		utcb()->window[FPAGE_MEM] = fpage_mem(AT + (i << LATE), LATE, 0);
		utcb()->mr[0] = deadline, utcb()->mr[1] = answered;
		enum err e = tag_err(sys_invoke(ENV_PARENT, IPC_CALL, tag(7, 2, 0), deadline).tag);

		CHECK(e == OK || e == ERR_TIMEOUT);
		answered += e == OK;
	}
	utcb()->mr[1] = answered;
	CHECK(tag_err(sys_call(ENV_PARENT, tag(8, 2, 0))) == OK);
	env_exit(0);
}

// The caller's time is over while it is given pages: the reply says so.
static void
late_reply(void)
{
	uint64_t ram = env_ram(1 << LATE), *mr = utcb()->mr, answered = 0;

	start_child(late_caller, 0, ABOVE);     // else its deadline would wait for us
	for (uint64_t i = 0; i < ATTEMPTS; i++) {
		CHECK(tag_label(sys_wait(sys_in_ms(5000)).tag) == 7);
		CHECK(mr[1] == answered);
		while (sys_now() + 100 + i * 1000 < mr[0])
			;
		mr[0] = fpage_mem(ram, LATE, MEM_R), mr[1] = 0;
		enum err e = tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, tag(0, 0, 1),
		                                DEADLINE_NONE).tag);

		CHECK(e == OK || e == ERR_GONE);
		answered += e == OK;
	}
	CHECK(tag_label(sys_wait(sys_in_ms(5000)).tag) == 8 && mr[1] == answered);
	CHECK(answered < ATTEMPTS);
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, tag(0, 0, 0), DEADLINE_NONE).tag) == OK);
	join();
}

const struct test tests_items[] = {
	{ "items_memory", memory },
	{ "items_windows", windows },
	{ "items_no_window", no_window },
	{ "items_capabilities", capabilities },
	{ "items_several", several },
	{ "items_in_replies", in_replies },
	{ "items_limit", limit },
	{ "items_onto_itself", onto_itself },
	{ "items_large_reply", large_reply },
	{ "items_refused_reply", refused_reply },
	{ "items_late_reply", late_reply },
	{ NULL, NULL },
};
