// SPDX-License-Identifier: MIT
// Tests of semaphores.
#include "ktest.h"

static cap_t sem;
static volatile uint64_t got, order;

static enum err
down(cap_t s, uint64_t deadline)
{
	tag_t t = sys_invoke(s, IPC_CALL, tag(SEM_DOWN, 0, 0), deadline).tag;

	return tag_err(t);
}

static void
taker(uint64_t number)
{
	enum err e = down(sem, DEADLINE_NONE);

	order = order * 10 + number;
	got += 1 + 100 * (uint64_t)e;
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
counts(void)
{
	sem = make(OBJ_SEMAPHORE, 3);
	for (unsigned i = 0; i < 3; i++)
		CHECK(down(sem, DEADLINE_ZERO) == OK);
	CHECK(down(sem, DEADLINE_ZERO) == ERR_TIMEOUT);
	CHECK(OP(sem, SEM_UP, 0) == OK && OP(sem, SEM_UP, 0) == OK);
	CHECK(down(sem, DEADLINE_ZERO) == OK && down(sem, DEADLINE_ZERO) == OK);
	uint64_t at = sys_in_ms(5);

	CHECK(down(sem, at) == ERR_TIMEOUT && sys_now() >= at);
	CHECK(down(sem, 1) == ERR_TIMEOUT);
}

static void
first_come(void)
{
	sem = make(OBJ_SEMAPHORE, 0);
	for (unsigned i = 1; i <= 4; i++)
		CHECK(env_thread(taker, i, ABOVE) != 0);
	CHECK(got == 0);
	for (unsigned i = 1; i <= 4; i++)
		CHECK(OP(sem, SEM_UP, 0) == OK && got == i);
	CHECK(order == 1234);
	CHECK(down(sem, DEADLINE_ZERO) == ERR_TIMEOUT);
}

static void
destroyed(void)
{
	sem = make(OBJ_SEMAPHORE, 0);
	for (unsigned i = 1; i <= 4; i++)
		CHECK(env_thread(taker, i, ABOVE) != 0);
	CHECK(object_destroy(sem) == OK);
	CHECK(got == 4 * (1 + 100 * ERR_GONE));
}

static void
wrong_arguments(void)
{
	sem = make(OBJ_SEMAPHORE, 0);
	CHECK(OP(sem, SIGNAL_RAISE, 1) == ERR_OP);
	CHECK(OP(weaker(sem, CAP_CTL), SEM_UP, 0) == ERR_RIGHT);
	CHECK(down(weaker(sem, CAP_CTL | CAP_DELETE), 0) == ERR_RIGHT);
	CHECK(OP(ENV_FACTORY, FACTORY_CREATE, OBJ_SEMAPHORE, env_caps(1), 1ull << 31) == ERR_ARG);
	CHECK(OP(ENV_FACTORY, FACTORY_CREATE, OBJ_SEMAPHORE, env_caps(1), INT32_MAX) == OK);
}

const struct test tests_semaphore[] = {
	{ "semaphore_counts", counts },
	{ "semaphore_first_come", first_come },
	{ "semaphore_destroyed", destroyed },
	{ "semaphore_wrong_arguments", wrong_arguments },
	{ NULL, NULL },
};
