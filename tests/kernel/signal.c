// SPDX-License-Identifier: MIT
// Tests of signals.
#include "ktest.h"

static cap_t signal;
static volatile uint64_t woken;

static void
expect(uint64_t label, uint64_t bits)
{
	struct reply r = sys_wait(DEADLINE_ZERO);

	CHECK(tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_SIGNAL && tag_words(r.tag) == 1);
	CHECK(r.label == label && utcb()->mr[0] == bits);
}

static void
expect_nothing(void)
{
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
}

static void
bits_add_up(void)
{
	signal = env_source(OBJ_SIGNAL, ENV_THREAD, 77);
	expect_nothing();
	CHECK(sys_raise(signal, 1) == OK && sys_raise(signal, 1ull << 63) == OK);
	CHECK(sys_raise(signal, 4) == OK);
	expect(77, 1ull << 63 | 5);
	expect_nothing();
	CHECK(sys_raise(signal, ~0ull) == OK);
	expect(77, ~0ull);
}

static void
wrong_arguments(void)
{
	signal = env_source(OBJ_SIGNAL, ENV_THREAD, 77);
	CHECK(sys_raise(signal, 0) == ERR_ARG);
	CHECK(OP(signal, SEM_UP, 1) == ERR_OP);
	CHECK(sys_raise(weaker(signal, CAP_CTL), 1) == ERR_RIGHT);
	CHECK(tag_err(sys_invoke(signal, IPC_SEND, tag(SIGNAL_RAISE, 1, 0), 0).tag) == ERR_OP);
	CHECK(thread_bind(ENV_THREAD, weaker(signal, CAP_SEND), 1) == ERR_RIGHT);
	expect_nothing();
}

// Raised while unbound, and bound to another label later.
static void
kept(void)
{
	signal = make(OBJ_SIGNAL, 0);
	CHECK(sys_raise(signal, 3) == OK);
	expect_nothing();
	CHECK(thread_bind(ENV_THREAD, signal, 5) == OK);
	CHECK(thread_bind(ENV_THREAD, signal, 6) == OK);
	expect(6, 3);
	expect_nothing();
}

static void
take_turns(void)
{
	cap_t a = env_source(OBJ_SIGNAL, ENV_THREAD, 1), b = env_source(OBJ_SIGNAL, ENV_THREAD, 2);

	CHECK(sys_raise(a, 1) == OK && sys_raise(b, 1) == OK);
	expect(1, 1);
	CHECK(sys_raise(a, 2) == OK);
	expect(2, 1);
	expect(1, 2);
}

static void
wait_signal(uint64_t arg)
{
	(void)arg;
	for (;;)
		woken = woken * 10 + sys_wait(DEADLINE_NONE).label;
}

// Wakes a waiter, and follows when it is moved to another.
static void
moves(void)
{
	cap_t t = env_thread(wait_signal, 0, ABOVE);

	signal = env_source(OBJ_SIGNAL, t, 1);
	CHECK(woken == 0 && sys_raise(signal, 1) == OK && woken == 1);
	CHECK(thread_bind(ENV_THREAD, signal, 2) == OK);
	CHECK(sys_raise(signal, 1) == OK && woken == 1);
	CHECK(thread_bind(t, signal, 3) == OK && woken == 13);
	expect_nothing();
}

static void
destroyed(void)
{
	signal = env_source(OBJ_SIGNAL, ENV_THREAD, 77);
	CHECK(sys_raise(signal, 1) == OK);
	CHECK(object_destroy(signal) == OK);
	expect_nothing();
	CHECK(sys_raise(signal, 1) == ERR_CAP);
	// its thread goes first
	cap_t t = env_thread(wait_signal, 0, ABOVE);

	signal = env_source(OBJ_SIGNAL, t, 1);
	CHECK(object_destroy(t) == OK);
	CHECK(sys_raise(signal, 1) == OK);
	CHECK(thread_bind(ENV_THREAD, signal, 4) == OK);
	expect(4, 1);
}

static void
caller(uint64_t gate)
{
	sys_invoke((cap_t)gate, IPC_SEND, tag(1, 0, 0), DEADLINE_NONE);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// A message and a signal can be told apart.
static void
not_a_message(void)
{
	cap_t gate = env_source(OBJ_GATE, ENV_THREAD, 77);

	signal = env_source(OBJ_SIGNAL, ENV_THREAD, 77);
	CHECK(env_thread(caller, gate, ABOVE) != 0 && sys_raise(signal, 1) == OK);
	struct reply a = sys_wait(DEADLINE_ZERO), b = sys_wait(DEADLINE_ZERO);

	CHECK(a.label == 77 && b.label == 77);
	CHECK(tag_kind(a.tag) == MSG_IPC && tag_kind(b.tag) == MSG_SIGNAL);
	expect_nothing();
}

const struct test tests_signal[] = {
	{ "signal_bits_add_up", bits_add_up },
	{ "signal_wrong_arguments", wrong_arguments },
	{ "signal_kept", kept },
	{ "signal_take_turns", take_turns },
	{ "signal_moves", moves },
	{ "signal_destroyed", destroyed },
	{ "signal_is_no_message", not_a_message },
	{ NULL, NULL },
};
