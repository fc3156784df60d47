// SPDX-License-Identifier: MIT
// Tests of the FPU and SSE state: kept across switches, never seen by others.
#include "ktest.h"

struct state { uint64_t xmm[32], x87; uint32_t mxcsr; };

static void
set(uint64_t v)
{
	__asm__ volatile("movq %0, %%xmm0\n movq %0, %%xmm7\n movq %0, %%xmm15\n"
		"pushq %0\n fildq (%%rsp)\n popq %0\n" : "+r"(v));
}

static void
get(struct state *s)
{
	_Alignas(16) static uint8_t area[512];

	__asm__ volatile("fxsave64 %0" : "=m"(area));
	for (unsigned i = 0; i < 32; i++)
		s->xmm[i] = ((uint64_t *)(void *)area)[20 + i];
	s->x87 = area[4];               // abridged tag word: registers in use
	s->mxcsr = *(uint32_t *)(void *)(area + 24);
}

static void
expect(uint64_t v)
{
	struct state s;

	get(&s);
	for (unsigned i = 0; i < 32; i++)
		CHECK(s.xmm[i] == (i == 0 || i == 14 || i == 30 ? v : 0));
	CHECK(s.mxcsr == 0x1f80 && (v != 0 || s.x87 == 0));
}

static void
fresh(uint64_t arg)
{
	(void)arg;
	expect(0);
	set(0x1111);
	env_exit(0);
}

static void
not_leaked(void)
{
	set(0xdeadbeef);
	start_child(fresh, 0, ABOVE);
	join();
	expect(0xdeadbeef);
	// one after the other on the same storage
	for (unsigned i = 0; i < 5; i++) {
		struct child c = start_child(fresh, 0, ABOVE);

		join();
		env_destroy(&c);
	}
	expect(0xdeadbeef);
}

static void
keeper(uint64_t v)
{
	uint64_t end = sys_in_ms(60);

	set(v);
	while (sys_now() < end)
		expect(v);
	env_exit(0);
}

// Three tasks that use it and one that does not share the processor.
static void
kept(void)
{
	struct child c[3];

	for (unsigned i = 0; i < 3; i++) {
		CHECK(env_child(&c[i], 256 << 10, 4096, LABEL, BELOW) == OK);
		CHECK(sched_set(ENV_SCHEDULER, c[i].thread, BELOW, 1000) == OK);
		CHECK(env_start(&c[i], keeper, 100 + i) == OK);
	}
	for (unsigned i = 0; i < 3; i++)
		join();
}

static void
divide(uint64_t arg)
{
	uint16_t unmasked = 0x037b;     // division by zero

	(void)arg;
	__asm__ volatile("fldcw %0\n fld1\n fldz\n fdivrp\n fwait" : : "m"(unmasked));
	env_exit(0);
}

// Its exceptions come as messages; they are nobody else's.
static void
exception(void)
{
	start_child(divide, 0, ABOVE);
	struct reply r = sys_wait(sys_in_ms(1000));

	CHECK(tag_kind(r.tag) == MSG_EXCEPTION && utcb()->mr[0] == 16);
	start_child(fresh, 0, ABOVE);
	join();
}

static void
leaver(uint64_t index)
{
	set(0x2222);
	sys_invoke((cap_t)index, IPC_CALL, tag(OP_DESTROY, 0, 0), DEADLINE_NONE);
}

// The thread whose state is in the FPU ends, and what runs next has not used it yet.
static void
forgotten(void)
{
	for (unsigned i = 0; i < 2; i++) {
		cap_t next = env_caps(1) + 1;

		CHECK(env_thread(leaver, next, ABOVE) == next && type_of(next) == OBJ_NONE);
		start_child(fresh, 0, ABOVE);
		join();
	}
	expect(0);
}

const struct test tests_fpu[] = {
	{ "fpu_not_leaked", not_leaked },
	{ "fpu_kept", kept },
	{ "fpu_forgotten", forgotten },
	{ "fpu_exception", exception },
	{ NULL, NULL },
};
