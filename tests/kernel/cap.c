// SPDX-License-Identifier: MIT
// Tests of capability spaces: copies, rights, revocation, long delegations.
#include "ktest.h"

static enum err
copy(cap_t from, unsigned order, cap_t to, unsigned rights)
{
	return task_map(CAP_SELF, fpage_cap(from, order, rights), (uint64_t)to << 12);
}

static unsigned
rights_of(cap_t index)
{
	CHECK(OP(CAP_SELF, TASK_CAP_TYPE, index) == OK);
	return (unsigned)utcb()->mr[1];
}

static enum err
take(cap_t from, unsigned order, unsigned rights, bool self)
{
	return task_unmap(CAP_SELF, fpage_cap(from, order, rights), self);
}

static void
rights_shrink(void)
{
	cap_t s = make(OBJ_SIGNAL, 0), to = env_caps(4);

	CHECK(copy(s, 0, to, CAP_SEND | CAP_CTL) == OK && rights_of(to) == (CAP_SEND | CAP_CTL));
	CHECK(copy(to, 0, to + 1, CAP_ALL) == OK && rights_of(to + 1) == (CAP_SEND | CAP_CTL));
	CHECK(copy(to, 0, to + 2, CAP_DELETE) == ERR_RIGHT);
	CHECK(copy(to + 1, 0, to + 2, 15) == OK && rights_of(to + 2) == (CAP_SEND | CAP_CTL));
	CHECK(take(s, 0, CAP_CTL, false) == OK);
	CHECK(rights_of(s) == CAP_ALL);
	for (unsigned i = 0; i < 3; i++)
		CHECK(rights_of(to + i) == CAP_SEND);
	CHECK(take(to + 1, 0, CAP_SEND, true) == OK);
	CHECK(type_of(to + 1) == OBJ_NONE && type_of(to + 2) == OBJ_NONE);
	CHECK(type_of(to) == OBJ_SIGNAL);
	CHECK(take(s, 0, CAP_DELETE, true) == OK && rights_of(s) == (CAP_SEND | CAP_CTL));
	CHECK(object_destroy(s) == ERR_RIGHT);
}

static void
wrong_arguments(void)
{
	cap_t s = make(OBJ_SIGNAL, 0), to = env_caps(2);

	CHECK(copy(s, 0, s, CAP_ALL) == ERR_EXISTS);
	CHECK(copy(s, 0, to, 0) == ERR_RIGHT);
	CHECK(copy(to, 0, to + 1, CAP_ALL) == ERR_ARG);                 // nothing there
	CHECK(copy(s, 0, CAP_MAX, CAP_ALL) == ERR_ARG);
	CHECK(copy(CAP_MAX, 0, to, CAP_ALL) == ERR_ARG);
	CHECK(copy(CAP_MAX - 1, 1, to, CAP_ALL) == ERR_ARG);
	CHECK(copy(0, 12, to, CAP_ALL) == ERR_ARG);
	CHECK(copy(0, 13, 0, CAP_ALL) == ERR_ARG);
	CHECK(copy(0, 63, 0, CAP_ALL) == ERR_ARG);
	CHECK(task_map(CAP_SELF, (~0ull << 12) | FPAGE_CAP << 4 | 7, 0) == ERR_ARG);
	CHECK(task_map(CAP_SELF, fpage_cap(s, 0, 7), ~0xfffull) == ERR_ARG);
	CHECK(take(CAP_MAX, 0, CAP_ALL, true) == ERR_ARG);
	CHECK(take(0, 13, CAP_ALL, true) == ERR_ARG);
	CHECK(take(to, 0, CAP_ALL, true) == OK);                        // nothing: nothing happens
	CHECK(type_of(s) == OBJ_SIGNAL && type_of(to) == OBJ_NONE);
}

// Many at once, with holes.
static void
ranges(void)
{
	cap_t from = 512, to = 1024;

	for (cap_t i = 0; i < 64; i += 3)
		CHECK(factory_create(ENV_FACTORY, OBJ_SIGNAL, from + i, 0) == OK);
	CHECK(copy(from, 6, to, CAP_SEND) == OK);
	for (cap_t i = 0; i < 64; i++)
		CHECK(type_of(to + i) == (i % 3 == 0 ? OBJ_SIGNAL : OBJ_NONE));
	CHECK(take(from, 6, CAP_ALL, false) == OK);
	for (cap_t i = 0; i < 64; i++)
		CHECK(type_of(to + i) == OBJ_NONE);
	CHECK(copy(from + 1, 1, to, CAP_ALL) == ERR_ARG);               // only a hole
	CHECK(copy(from, 6, to + 1, CAP_ALL) == OK);
	CHECK(take(from, 6, CAP_ALL, true) == OK);
	for (cap_t i = 0; i < 65; i++)
		CHECK(type_of(to + i) == OBJ_NONE);
}

// Granting moves; what was passed on before stays below.
static void
grant(void)
{
	cap_t s = make(OBJ_SIGNAL, 0), to = env_caps(3);

	CHECK(copy(s, 0, to, CAP_SEND) == OK);
	CHECK(task_map(CAP_SELF, fpage_cap(s, 0, CAP_SEND | CAP_CTL),
	               (uint64_t)(to + 1) << 12 | ITEM_GRANT) == OK);
	CHECK(type_of(s) == OBJ_NONE && rights_of(to + 1) == (CAP_SEND | CAP_CTL));
	CHECK(rights_of(to) == CAP_SEND);
	CHECK(take(to + 1, 0, CAP_ALL, false) == OK);
	CHECK(type_of(to) == OBJ_NONE);
	CHECK(sys_raise(to + 1, 1) == OK);
}

// A chain of copies ends at a documented depth; revoking its start ends all.
static void
depth(void)
{
	cap_t s = make(OBJ_SIGNAL, 0), first = 128, n = 0;
	enum err e = OK;

	while (n < 3000) {
		e = copy(n == 0 ? s : first + n - 1, 0, first + n, CAP_SEND);
		if (e != OK)
			break;
		n++;
	}
	CHECK(e == ERR_DEPTH && n >= 900);
	CHECK(sys_raise(first + n - 1, 1) == OK);
	CHECK(copy(first + n - 2, 0, first + n, CAP_SEND) == OK);       // one back there is room
	CHECK(take(s, 0, CAP_ALL, false) == OK);
	for (cap_t i = 0; i <= n; i++)
		CHECK(type_of(first + i) == OBJ_NONE);
	CHECK(type_of(s) == OBJ_SIGNAL);
}

static void
receive_from(uint64_t arg)
{
	(void)arg;
	CHECK(factory_create(ENV_FACTORY, OBJ_SEMAPHORE, 300, 0) == OK);
	utcb()->mr[0] = fpage_cap(300, 0, CAP_ALL), utcb()->mr[1] = 0;
	CHECK(tag_err(sys_call(301, tag(0, 0, 1))) == OK);
	sys_sleep(DEADLINE_NONE);
}

// What a child made and gave us goes with the child.
static void
objects_end_with_payer(void)
{
	struct child c;
	cap_t to = env_caps(1), gate = env_source(OBJ_GATE, ENV_THREAD, 3);

	CHECK(env_child(&c, 256 << 10, 4096, LABEL, ABOVE) == OK);
	CHECK(env_give(&c, gate, 301, CAP_SEND) == OK);
	CHECK(env_start(&c, receive_from, 0) == OK);
	utcb()->window[FPAGE_CAP] = fpage_cap(to, 0, 0);
	struct reply r = sys_wait(sys_in_ms(1000));

	CHECK(r.label == 3 && type_of(to) == OBJ_SEMAPHORE);
	CHECK(OP(to, SEM_UP, 0) == OK);
	env_destroy(&c);
	CHECK(type_of(to) == OBJ_NONE && OP(to, SEM_UP, 0) == ERR_CAP);
}

const struct test tests_cap[] = {
	{ "cap_rights_shrink", rights_shrink },
	{ "cap_wrong_arguments", wrong_arguments },
	{ "cap_ranges", ranges },
	{ "cap_grant", grant },
	{ "cap_depth", depth },
	{ "cap_objects_end_with_payer", objects_end_with_payer },
	{ NULL, NULL },
};
