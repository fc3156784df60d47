// SPDX-License-Identifier: MIT
// Tests of messages through gates: content, labels, replies, deadlines.
#include "ktest.h"

static volatile uint64_t result, seen_label;
static cap_t gate;

static struct reply
call_flags(cap_t cap, unsigned flags, tag_t t, uint64_t deadline)
{
	return sys_invoke(cap, flags, t, deadline);
}

static void
echo(uint64_t arg)
{
	struct reply r = sys_wait(DEADLINE_NONE);

	(void)arg;
	for (;;) {
		for (unsigned i = 0; i < tag_words(r.tag); i++)
			utcb()->mr[i] ^= r.label;
		r = sys_reply_and_wait(tag(tag_label(r.tag) + 1, tag_words(r.tag), 0),
		                       DEADLINE_NONE);
	}
}

static void
words(void)
{
	struct child c = start_child(echo, 0, ABOVE);

	gate = env_source(OBJ_GATE, c.thread, 0xabcdef0123456789);
	for (unsigned n = 0; n <= MR_MAX; n++) {
		for (unsigned i = 0; i < MR_MAX; i++)
			utcb()->mr[i] = n * 1000 + i;
		tag_t t = sys_call(gate, tag(n, n, 0));

		CHECK(tag_err(t) == OK && tag_words(t) == n && tag_items(t) == 0);
		CHECK(tag_label(t) == n + 1 && tag_kind(t) == MSG_IPC);
		for (unsigned i = 0; i < MR_MAX; i++)
			CHECK(utcb()->mr[i] == ((n * 1000 + i) ^ (i < n ? 0xabcdef0123456789 : 0)));
	}
	CHECK(tag_err(sys_call(gate, 65)) == ERR_ARG);
	CHECK(tag_err(sys_call(gate, 127)) == ERR_ARG);
	CHECK(tag_err(sys_call(gate, tag(0, 0, 9))) == ERR_ARG);
	CHECK(tag_err(sys_call(gate, tag(0, 63, 1))) == ERR_ARG);
	utcb()->user[7] = 77;
	CHECK(tag_err(sys_call(gate, tag(0xffffffff, 1, 0))) == OK && utcb()->user[7] == 77);
}

// A thread that sends whatever tag it likes.
static tag_t forged;

static void
forger(uint64_t flags)
{
	result = tag_err(call_flags(gate, (unsigned)flags, forged, DEADLINE_NONE).tag) + 1000u;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
unforgeable(void)
{
	gate = env_source(OBJ_GATE, ENV_THREAD, 42);
	for (unsigned i = 0; i < 2; i++) {
		forged = ~0ull << 48 | tag(3, 2, 0) | 0xf080;
		CHECK(env_thread(forger, i == 0 ? IPC_CALL : IPC_SEND, ABOVE) != 0);
		struct reply r = sys_wait(DEADLINE_ZERO);

		CHECK(tag_kind(r.tag) == MSG_IPC && tag_err(r.tag) == OK);
		CHECK(r.tag == tag(3, 2, 0) && r.label == 42);
	}
	CHECK(result == 1000 + OK);
	// and in a reply
	result = 0;
	CHECK(env_thread(forger, IPC_CALL, ABOVE) != 0);
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == OK);
	call_flags(0, IPC_SEND | IPC_REPLY, ~0ull << 48, 0);
	CHECK(result == 1000 + OK);
}

static void
flags(void)
{
	gate = env_source(OBJ_GATE, make(OBJ_THREAD, 0), 0);
	CHECK(gate == 0);               // the thread is in no task
	gate = make(OBJ_GATE, 0);
	for (unsigned f = 0; f < 64; f++) {
		enum err e = tag_err(call_flags(gate, f, 0, DEADLINE_ZERO).tag);

		switch (f) {
		case IPC_SEND:
		case IPC_CALL:
		case IPC_SEND | IPC_REPLY:
			CHECK(e == ERR_GONE);
			break;
		case IPC_RECV:
		case IPC_WAIT:
		case IPC_REPLY_AND_WAIT:
			CHECK(e == ERR_TIMEOUT);
			break;
		case IPC_TIME:
			CHECK(e == OK);
			break;
		default:
			CHECK(e == ERR_OP);
		}
	}
	CHECK(tag_err(call_flags(gate, 0x80000001, 0, 0).tag) == ERR_OP);
	CHECK(tag_err(sys_call(weaker(gate, CAP_CTL | CAP_DELETE), 0)) == ERR_RIGHT);
	gate = env_source(OBJ_GATE, ENV_THREAD, 0);
	CHECK(tag_err(sys_call(gate, 0)) == ERR_ARG);           // would wait for itself
	CHECK(tag_err(call_flags(gate, IPC_SEND, 0, 0).tag) == ERR_ARG);
}

static void
caller(uint64_t deadline)
{
	struct reply r = call_flags(gate, IPC_CALL, tag(1, 0, 0), deadline);

	result = 1000 + tag_err(r.tag) * 100u + tag_label(r.tag);
	seen_label = r.label;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static struct reply
called(uint64_t deadline)
{
	result = 0;
	gate = env_source(OBJ_GATE, ENV_THREAD, 42);
	CHECK(env_thread(caller, deadline, ABOVE) != 0);
	struct reply r = sys_wait(DEADLINE_ZERO);

	CHECK(tag_err(r.tag) == OK && r.label == 42 && tag_label(r.tag) == 1);
	return r;
}

static void
one_reply(void)
{
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
	called(DEADLINE_NONE);
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, tag(7, 0, 0), 0).tag) == OK);
	CHECK(result == 1007 && seen_label == 0);
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
	CHECK(tag_err(sys_reply_and_wait(0, DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	CHECK(result == 1007);
}

static void
no_reply(void)
{
	called(DEADLINE_NONE);
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	CHECK(result == 1000 + 100 * ERR_NOREPLY);
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
}

// Sleeping or calling others does not lose the caller.
static void
reply_later(void)
{
	called(DEADLINE_NONE);
	pause_ms(1);
	CHECK(OP(CAP_SELF, TASK_CAP_TYPE, 0) == OK);
	CHECK(result == 0);
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, tag(9, 0, 0), 0).tag) == OK);
	CHECK(result == 1009);
}

static void
deadlines(void)
{
	uint64_t ms = kip()->tsc_khz, at;

	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	CHECK(tag_err(sys_wait(1).tag) == ERR_TIMEOUT);
	at = sys_now() + 5 * ms;
	CHECK(tag_err(sys_wait(at).tag) == ERR_TIMEOUT);
	CHECK(sys_now() >= at && sys_now() < at + 500 * ms);
	at = sys_now() + 5 * ms;
	CHECK(tag_err(call_flags(0, IPC_RECV, 0, at).tag) == ERR_TIMEOUT);
	CHECK(sys_now() >= at && sys_now() < at + 500 * ms);
	CHECK(tag_err(call_flags(0, IPC_RECV, 0, 0).tag) == ERR_TIMEOUT);
	// of a call, while it is sent and while it is answered
	called(sys_now() + 5 * ms);
	CHECK(result == 0);
	pause_ms(20);
	CHECK(result == 1000 + 100 * ERR_TIMEOUT);
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
	called(sys_now() + 100000 * ms);
	CHECK(tag_err(sys_reply_and_wait(tag(5, 0, 0), DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	CHECK(result == 1005);
}

static volatile uint64_t order[8], arrived;

static void
sleeper(uint64_t ms)
{
	sys_sleep(sys_in_ms((uint32_t)ms));
	order[arrived++] = ms;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
deadline_order(void)
{
	static const uint8_t at[] = { 15, 5, 25, 10, 20 };

	for (unsigned i = 0; i < 5; i++)
		CHECK(env_thread(sleeper, at[i], ABOVE) != 0);
	pause_ms(60);
	CHECK(arrived == 5);
	for (unsigned i = 0; i < 5; i++)
		CHECK(order[i] == 5 * (i + 1));
}

static void
sender(uint64_t number)
{
	call_flags(gate, IPC_SEND, tag((uint32_t)number, 0, 0), DEADLINE_NONE);
	arrived++;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// Senders queue, in order; a sent message does not wait for an answer.
static void
send_queue(void)
{
	gate = env_source(OBJ_GATE, ENV_THREAD, 42);
	for (unsigned i = 0; i < 8; i++)
		CHECK(env_thread(sender, i, ABOVE) != 0);
	CHECK(arrived == 0);
	for (unsigned i = 0; i < 8; i++) {
		struct reply r = sys_wait(DEADLINE_ZERO);

		CHECK(tag_err(r.tag) == OK && tag_label(r.tag) == i && arrived == i + 1);
	}
	CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
	CHECK(tag_err(call_flags(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
}

// Two gates, one thread: each message comes under its gate's label, and a gate
// that is moved to another thread takes its waiting senders along.
static void
labels(void)
{
	cap_t a = env_source(OBJ_GATE, ENV_THREAD, 1), b = env_source(OBJ_GATE, ENV_THREAD, ~0ull);

	gate = a;
	CHECK(env_thread(sender, 0, ABOVE) != 0);
	gate = b;
	CHECK(env_thread(sender, 0, ABOVE) != 0);
	CHECK(sys_wait(DEADLINE_ZERO).label == 1);
	CHECK(sys_wait(DEADLINE_ZERO).label == ~0ull);
	CHECK(env_thread(sender, 6, ABOVE) != 0);
	CHECK(thread_bind(ENV_THREAD, b, 3) == OK);             // a new label
	struct reply r = sys_wait(DEADLINE_ZERO);

	CHECK(r.label == 3 && tag_label(r.tag) == 6);
}

static void
bad_sender(uint64_t number)
{
	// an item of no type
	call_flags(gate, IPC_SEND, tag((uint32_t)number, 0, 1), DEADLINE_NONE);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
receiver(uint64_t arg)
{
	struct reply r = call_flags(0, IPC_WAIT, 0, DEADLINE_NONE);

	(void)arg;
	result = 1000 + tag_label(r.tag);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// A message that cannot be received does not stand in the way of the next, also
// not when their gate is moved to a thread that waits already.
static void
bad_then_good(void)
{
	cap_t to = env_thread(receiver, 0, ABOVE);

	result = 0;
	gate = env_source(OBJ_GATE, ENV_THREAD, 42);
	CHECK(to != 0 && env_thread(bad_sender, 1, ABOVE) != 0);
	CHECK(env_thread(bad_sender, 2, ABOVE) != 0 && env_thread(sender, 3, ABOVE) != 0);
	CHECK(thread_bind(to, gate, 1) == OK);
	CHECK(result == 1003);
}

// More urgent senders are received first, those of one priority as they came.
static void
send_priority(void)
{
	static const uint8_t priority[] = {
		ABOVE, ABOVE + 2, ABOVE, ABOVE + 1, ABOVE + 2, ABOVE + 1,
	};
	static const uint8_t expected[] = { 1, 4, 3, 5, 0, 2 };

	gate = env_source(OBJ_GATE, ENV_THREAD, 42);
	for (unsigned i = 0; i < 6; i++)
		CHECK(env_thread(sender, i, priority[i]) != 0);
	for (unsigned i = 0; i < 6; i++)
		CHECK(tag_label(sys_wait(DEADLINE_ZERO).tag) == expected[i]);
}

enum { SLEEPERS = 60 };

static volatile uint64_t woke[SLEEPERS], base;

static void
many_sleeper(uint64_t ms)
{
	struct reply r = call_flags(0, IPC_RECV, 0, base + ms * kip()->tsc_khz);

	if (tag_err(r.tag) == ERR_TIMEOUT)
		woke[arrived++] = ms;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// As many deadlines as there are threads, in any order, some of them the same.
static void
many_deadlines(void)
{
	uint64_t random = 1, before = 0;
	cap_t thread[SLEEPERS];

	base = sys_now();
	for (unsigned i = 0; i < SLEEPERS; i++) {
		random = random * 6364136223846793005 + 1442695040888963407;
		thread[i] = env_thread(many_sleeper, 10 + (random >> 33) % 40, ABOVE);
		CHECK(thread[i] != 0);
	}
	for (unsigned i = 0; i < SLEEPERS; i += 3)      // some do not wait so long
		CHECK(OP(thread[i], THREAD_STOP, 0) == OK);
	pause_ms(60);
	CHECK(arrived == SLEEPERS - SLEEPERS / 3);
	for (unsigned i = 0; i < arrived; i++) {
		CHECK(woke[i] >= before);
		before = woke[i];
	}
}

const struct test tests_ipc[] = {
	{ "ipc_words", words },
	{ "ipc_unforgeable", unforgeable },
	{ "ipc_flags", flags },
	{ "ipc_one_reply", one_reply },
	{ "ipc_no_reply", no_reply },
	{ "ipc_reply_later", reply_later },
	{ "ipc_deadlines", deadlines },
	{ "ipc_deadline_order", deadline_order },
	{ "ipc_send_queue", send_queue },
	{ "ipc_labels", labels },
	{ "ipc_send_priority", send_priority },
	{ "ipc_many_deadlines", many_deadlines },
	{ "ipc_bad_then_good", bad_then_good },
	{ NULL, NULL },
};
