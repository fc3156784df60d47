// SPDX-License-Identifier: MIT
// Tests of factories: arguments, quotas, nesting, exhaustion.
#include "ktest.h"

enum { PAGE = 4096 };

static enum err
create(cap_t f, uint64_t type, uint64_t index, uint64_t arg)
{
	return OP(f, FACTORY_CREATE, type, index, arg);
}

static uint64_t
limit_of(cap_t f)
{
	struct reply r = sys_invoke(f, IPC_CALL, tag(FACTORY_QUOTA, 0, 0), DEADLINE_NONE);

	CHECK(tag_err(r.tag) == OK && tag_words(r.tag) == 2);
	return utcb()->mr[0];
}

static void
wrong_arguments(void)
{
	cap_t f = ENV_FACTORY, i = env_caps(1);

	for (uint64_t type = 0; type < 70; type++) {
		bool known = (type >= OBJ_TASK && type <= OBJ_SIGNAL) || type == OBJ_SEMAPHORE;

		if (type == OBJ_FACTORY)
			continue;
		CHECK(create(f, type, i, 0) == (known ? OK : ERR_ARG));
		CHECK(type_of(i) == (known ? type : OBJ_NONE));
		if (known)
			CHECK(task_unmap(CAP_SELF, fpage_cap(i, 0, CAP_ALL), true) == OK);
	}
	CHECK(create(f, 1ull << 32 | OBJ_GATE, i, 0) == ERR_ARG);
	CHECK(create(f, OBJ_GATE, CAP_MAX, 0) == ERR_ARG);
	CHECK(create(f, OBJ_GATE, 1ull << 32 | i, 0) == ERR_ARG);
	CHECK(create(f, OBJ_GATE, ENV_THREAD, 0) == ERR_EXISTS);
	CHECK(create(f, OBJ_GATE, CAP_SELF, 0) == ERR_EXISTS);
	CHECK(OP(f, TASK_MAP, 0) == ERR_OP);
	CHECK(create(weaker(f, CAP_CTL | CAP_DELETE), OBJ_GATE, i, 0) == ERR_RIGHT);
	CHECK(OP(weaker(f, CAP_CTL), FACTORY_QUOTA, 0) == ERR_RIGHT);
	CHECK(create(f, OBJ_FACTORY, i, 0) == ERR_QUOTA);
	CHECK(create(f, OBJ_FACTORY, i, PAGE - 1) == ERR_QUOTA);
	CHECK(create(f, OBJ_FACTORY, i, ~0ull) == ERR_QUOTA);
	CHECK(create(f, OBJ_FACTORY, i, 1ull << 63) == ERR_QUOTA);
	CHECK(create(f, OBJ_FACTORY, i, limit_of(f)) == ERR_QUOTA);
	CHECK(type_of(i) == OBJ_NONE);
}

// A quota is taken from the parent's at once, and comes back whole.
static void
nested(void)
{
	cap_t a = env_caps(1), b = env_caps(1), s = env_caps(2);
	uint64_t before = used_of(ENV_FACTORY);

	CHECK(create(ENV_FACTORY, OBJ_FACTORY, a, 40 * PAGE + 5) == OK);
	CHECK(limit_of(a) == 40 * PAGE && used_of(a) == 0);
	CHECK(used_of(ENV_FACTORY) - before >= 40 * PAGE);
	CHECK(used_of(ENV_FACTORY) - before <= 41 * PAGE);
	CHECK(create(a, OBJ_FACTORY, b, 38 * PAGE) == OK);
	CHECK(used_of(a) == 39 * PAGE);
	CHECK(create(a, OBJ_SIGNAL, s, 0) == OK);
	CHECK(create(a, OBJ_TASK, s + 1, 0) == ERR_QUOTA);
	CHECK(create(b, OBJ_TASK, s + 1, 0) == OK);
	CHECK(object_destroy(a) == OK);
	CHECK(type_of(b) == OBJ_NONE && type_of(s) == OBJ_NONE && type_of(s + 1) == OBJ_NONE);
	CHECK(used_of(ENV_FACTORY) == before);
}

// Deep nesting: each factory takes almost all of the one above.
static void
deep(void)
{
	enum { DEEP = 100 };
	cap_t f = ready_caps(DEEP + 1);
	uint64_t before = used_of(ENV_FACTORY);

	CHECK(create(ENV_FACTORY, OBJ_FACTORY, f, 2 * DEEP * PAGE) == OK);
	for (cap_t i = 0; i < DEEP - 1; i++)
		CHECK(create(f + i, OBJ_FACTORY, f + i + 1, (2 * DEEP - 2 * (i + 1)) * PAGE) == OK);
	CHECK(create(f + DEEP - 1, OBJ_SIGNAL, f + DEEP, 0) == OK);
	CHECK(object_destroy(f) == OK);
	for (cap_t i = 0; i <= DEEP; i++)
		CHECK(type_of(f + i) == OBJ_NONE);
	CHECK(used_of(ENV_FACTORY) == before);
}

// Each kind of object until refusal: the error is clean, everybody else's
// quota untouched, and all of it comes back.
static void
exhaustion(void)
{
	static const enum object_type types[] = {
		OBJ_TASK, OBJ_THREAD, OBJ_GATE, OBJ_SIGNAL, OBJ_SEMAPHORE, OBJ_FACTORY };
	cap_t f = env_caps(1), first = ready_caps(1000), n;

	for (unsigned i = 0; i < 6; i++) {
		CHECK(create(ENV_FACTORY, OBJ_FACTORY, f, 20 * PAGE) == OK);
		uint64_t before = used_of(ENV_FACTORY);
		enum err e = OK;

		for (n = 0; e == OK && n < 999; n++)
			e = create(f, types[i], first + n, PAGE);
		CHECK(e == ERR_QUOTA || n == 999);
		CHECK(n > 1 && used_of(f) <= 20 * PAGE);
		// one back, one more
		CHECK(task_unmap(CAP_SELF, fpage_cap(first, 0, CAP_ALL), true) == OK);
		CHECK(create(f, types[i], first, PAGE) == OK);
		CHECK(object_destroy(f) == OK);
		CHECK(used_of(ENV_FACTORY) <= before - 20 * PAGE);
		for (n = 0; n < 1000; n++)
			CHECK(type_of(first + n) == OBJ_NONE);
	}
}

// Mappings are paid by who receives them.
static void
mappings(void)
{
	cap_t f = env_caps(1), task = env_caps(1);
	uint64_t page = env_ram(PAGE), before = used_of(ENV_FACTORY), i;
	enum err e = OK;

	CHECK(create(ENV_FACTORY, OBJ_FACTORY, f, 40 * PAGE) == OK);
	CHECK(create(f, OBJ_TASK, task, 0) == OK);
	for (i = 0; e == OK && i < 1000; i++)           // each needs tables of its own
		e = task_map(task, fpage_mem(page, 12, MEM_R), i << 30);
	CHECK(e == ERR_QUOTA && i > 3 && used_of(f) <= 40 * PAGE);
	for (e = OK, i = 0; e == OK && i < CAP_MAX / 128; i++)
		e = task_map(task, fpage_cap(ENV_VCON, 0, 1), (i * 128 + 1) << 12);
	CHECK(e == ERR_QUOTA);
	CHECK(object_destroy(f) == OK && used_of(ENV_FACTORY) == before);
}

static void
glutton(uint64_t arg)
{
	cap_t first = env_caps(2000);

	(void)arg;
	for (cap_t i = 0; i < 2000; i++) {
		if (create(ENV_FACTORY, i % 2 ? OBJ_TASK : OBJ_SIGNAL, first + i, 0) != OK)
			env_exit(0);
	}
	test_fail("endless quota");
}

static void
invisible_to_others(void)
{
	uint64_t before = used_of(ENV_FACTORY);
	struct child c = start_child(glutton, 0, ABOVE);
	cap_t t;

	join();
	CHECK((t = make(OBJ_TASK, 0)) != 0 && object_destroy(t) == OK);
	env_destroy(&c);
	CHECK(used_of(ENV_FACTORY) == before);
}

const struct test tests_factory[] = {
	{ "factory_wrong_arguments", wrong_arguments },
	{ "factory_nested", nested },
	{ "factory_deep", deep },
	{ "factory_exhaustion", exhaustion },
	{ "factory_mappings", mappings },
	{ "factory_invisible_to_others", invisible_to_others },
	{ NULL, NULL },
};
