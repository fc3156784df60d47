// SPDX-License-Identifier: MIT
// Tests of what callers are told when the other side disappears.
#include "ktest.h"

static volatile uint64_t result[8], done;
static cap_t gate;
static struct child server;

static void
caller(uint64_t i)
{
	struct reply r = sys_invoke(gate, IPC_CALL, 0, DEADLINE_NONE);

	result[i] = 1000 + tag_err(r.tag);
	done++;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// Takes one call and never answers.
static void
hang(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_NONE);
	sys_sleep(DEADLINE_NONE);
}

// One call is being served, two more wait.
static void
three_calls(void)
{
	server = start_child(hang, 0, ABOVE);
	gate = env_source(OBJ_GATE, server.thread, 1);
	for (unsigned i = 0; i < 3; i++)
		CHECK(env_thread(caller, i, ABOVE) != 0);
	CHECK(done == 0);
}

static void
all_gone(void)
{
	CHECK(done == 3);
	for (unsigned i = 0; i < 3; i++)
		CHECK(result[i] == 1000 + ERR_GONE);
}

static void
server_task(void)
{
	three_calls();
	CHECK(object_destroy(server.task) == OK);
	all_gone();
	CHECK(type_of(gate) == OBJ_GATE);
	CHECK(tag_err(sys_call(gate, 0)) == ERR_GONE);
}

static void
server_thread(void)
{
	three_calls();
	CHECK(object_destroy(server.thread) == OK);
	all_gone();
}

static void
server_factory(void)
{
	three_calls();
	CHECK(object_destroy(server.factory) == OK);
	all_gone();
}

// A gate's end is told to those who wait at it; the call that is served goes on.
static void
gate_ends(void)
{
	three_calls();
	CHECK(task_unmap(CAP_SELF, fpage_cap(gate, 0, CAP_ALL), true) == OK);
	CHECK(done == 2 && result[0] == 0);
	CHECK(result[1] == 1000 + ERR_GONE && result[2] == 1000 + ERR_GONE);
	CHECK(tag_err(sys_call(gate, 0)) == ERR_CAP);
	CHECK(object_destroy(server.thread) == OK);
	CHECK(result[0] == 1000 + ERR_GONE);
}

static void
unbound(void)
{
	gate = make(OBJ_GATE, 0);
	CHECK(tag_err(sys_call(gate, 0)) == ERR_GONE);
	CHECK(tag_err(sys_invoke(gate, IPC_SEND, 0, 0).tag) == ERR_GONE);
}

static void
caller_ends(void)
{
	gate = env_source(OBJ_GATE, ENV_THREAD, 1);
	cap_t a = env_thread(caller, 0, ABOVE), b = env_thread(caller, 1, ABOVE);

	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == OK);      // a's
	CHECK(object_destroy(a) == OK && object_destroy(b) == OK);
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
}

// A chain of calls a -> b -> us; the middle disappears.
static cap_t outer;

static void
relay(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_NONE);
	sys_invoke(outer, IPC_CALL, 0, DEADLINE_NONE);
}

static void
chain(void)
{
	outer = env_source(OBJ_GATE, ENV_THREAD, 1);
	cap_t middle = env_thread(relay, 0, ABOVE);

	gate = env_source(OBJ_GATE, middle, 2);
	CHECK(env_thread(caller, 0, ABOVE) != 0);
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == OK && done == 0);
	CHECK(object_destroy(middle) == OK);
	CHECK(done == 1 && result[0] == 1000 + ERR_GONE);
	CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
}

// Many wait at one gate; it ends.
static void
crowd(void)
{
	enum { CROWD = 300 };

	server = start_child(hang, 0, ABOVE);
	gate = env_source(OBJ_GATE, server.thread, 1);
	for (unsigned i = 0; i < CROWD; i++)
		CHECK(env_thread(caller, i % 8, ABOVE) != 0);
	CHECK(object_destroy(server.factory) == OK);
	CHECK(done == CROWD);
}

const struct test tests_gone[] = {
	{ "gone_server_task", server_task },
	{ "gone_server_thread", server_thread },
	{ "gone_server_factory", server_factory },
	{ "gone_gate", gate_ends },
	{ "gone_unbound", unbound },
	{ "gone_caller", caller_ends },
	{ "gone_middle_of_chain", chain },
	{ "gone_crowd", crowd },
	{ NULL, NULL },
};
