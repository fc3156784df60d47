// SPDX-License-Identifier: MIT
// Tests of who may read the time-stamp counter, and of the clock of all others.
#include "ktest.h"

enum { GENERAL_PROTECTION = 13, READINGS = 2000 };

static uint64_t
counter(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtscp" : "=a"(lo), "=d"(hi) : : "rcx");
	return (uint64_t)hi << 32 | lo;
}

// In a task of its own that may not: tell everything, then try.
static void
without(uint64_t arg)
{
	uint64_t khz = kip()->tsc_khz, start = sys_now(), last = start, steps = 0;

	(void)arg;
	cap_t task = make(OBJ_TASK, 0);

	CHECK(OP(CAP_SELF, TASK_COUNTER, 0) == ERR_RIGHT);
	CHECK(OP(task, TASK_COUNTER, 0) == ERR_RIGHT);
	for (unsigned i = 0; i < READINGS || last == start; i++) {
		uint64_t now = sys_now();

		CHECK(now % khz == 0 && now >= last);
		steps += now != last;
		last = now;
	}
	CHECK(steps <= (last - start) / khz);
	for (unsigned i = 0; i < 2; i++) {      // idle, ourselves
		CHECK(OP(ENV_SCHEDULER, SCHED_INFO, i == 0 ? 0 : ENV_THREAD) == OK);
		CHECK(utcb()->mr[0] % khz == 0);
	}
	// a deadline that is not a whole millisecond wakes nobody before the next one
	for (uint64_t part = 1; part < khz; part += khz / 7) {
		uint64_t at = sys_now() + khz;

		sys_sleep(at + part);
		CHECK(sys_now() >= at + khz);
	}
	sys_call(ENV_PARENT, tag(0, 0, 0));
	(void)counter();
	env_exit(1);
}

static void
denied(void)
{
	struct child c;
	uint64_t last = counter(), now;

	env_blind = true;
	CHECK(env_child(&c, 256 << 10, 64 << 10, LABEL, ABOVE) == OK);
	CHECK(OP(c.task, TASK_COUNTER, 0) == ERR_BUSY);         // it has a thread
	CHECK(OP(CAP_SELF, TASK_COUNTER, 0) == ERR_BUSY);
	CHECK(env_start(&c, without, 0) == OK);
	for (unsigned i = 0; i < 2; i++) {
		struct reply r = sys_wait(sys_in_ms(5000));

		CHECK(tag_err(r.tag) == OK);
		if (i == 0 && tag_label(r.tag) == ENV_EXIT)
			env_exit(utcb()->mr[0]);
		CHECK(tag_kind(r.tag) == (i == 0 ? MSG_IPC : MSG_EXCEPTION));
		if (i == 0)
			sys_invoke(0, IPC_SEND | IPC_REPLY, 0, 0);
		now = counter();                // ours is as it was
		CHECK(now > last && now % kip()->tsc_khz != 0);
		last = now;
	}
	CHECK(utcb()->mr[0] == GENERAL_PROTECTION);
}

static void
clock(void)
{
	uint64_t before = counter(), now = sys_invoke(0, IPC_TIME, 0, 0).label, after = counter();
	uint64_t khz = kip()->tsc_khz;

	CHECK(now % khz == 0 && now <= after && now + khz > before);
}

const struct test tests_clock[] = {
	{ "clock_time", clock },
	{ "clock_counter_denied", denied },
	{ NULL, NULL },
};
