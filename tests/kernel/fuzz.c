// SPDX-License-Identifier: MIT
// Random invocations from a task that has a little of everything.  The kernel
// must not panic, and everything must come back at the end.  Seeded: the same
// calls each time, as far as the timer does not come between.
#include "ktest.h"

enum {
	ROUNDS = 10, CALLS = 20000,
	SCRATCH_PAGES = 32, AT = 0x50000000, FIRST = 64, INDICES = 100,
};

static uint64_t state, scratch;
static volatile uint64_t *progress;

static uint64_t
random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1d >> 8;
}

static cap_t
random_cap(void)
{
	uint64_t r = random();

	return r % 16 == 0 ? (cap_t)(r >> 8) :
	       (cap_t)((r >> 8) % (r % 16 < 6 ? FIRST : FIRST + INDICES));
}

static fpage_t
random_fpage(void)
{
	uint64_t r = random(), page = random() % SCRATCH_PAGES;
	unsigned order = r % 4 != 0 ? 0 : (unsigned)(r >> 8) % 5, rights = r >> 16 & 0xf;

	switch (r >> 24 & 3) {
	case 0:
		return fpage_cap(random_cap(), order, rights);
	case 1:
		return fpage_port((unsigned)random() % 0x100, order, rights);
	case 2:
		return fpage_mem((scratch + page * 4096) & ~((4096ull << order) - 1),
		                 12 + order, rights);
	default:
		return fpage_mem(AT + page * 4096, 12 + (unsigned)(r >> 32) % 20, rights);
	}
}

// Not our own program, stack and UTCB: they are needed to go on.
static bool
harmless(fpage_t f)
{
	unsigned order = fpage_order(f);
	uint64_t start = fpage_addr(f), size = 1ull << order;

	if (fpage_type(f) == FPAGE_MEM)
		return start >= scratch &&
		       (start + size <= scratch + SCRATCH_PAGES * 4096 || start >= AT);
	return true;
}

static uint64_t
random_value(void)
{
	uint64_t r = random();

	switch (r % 10) {
	case 0:
	case 1:
		return random_cap();
	case 2:
		return r >> 8 & 15;             // object types, small numbers
	case 3:
		return AT + (r >> 8) % 64 * 4096;
	case 4:
		return (1ull << (r >> 8) % 64) - (r >> 16) % 3 + 1;
	case 5:
		return (uint64_t)random_cap() << 12 | (r >> 8 & 7);
	case 6:
		return r >> 8 & 1 ? ~0ull : 0;
	case 7:
		return random() << 32 ^ random();
	default:
		return random_fpage();
	}
}

static uint32_t
random_op(void)
{
	static const uint8_t ops[] = {
		OP_DESTROY, FACTORY_CREATE, FACTORY_CREATE, FACTORY_CREATE, FACTORY_QUOTA, TASK_MAP,
		TASK_MAP, TASK_MAP, TASK_UNMAP, TASK_UNMAP, TASK_CAP_TYPE, THREAD_CONTROL,
		THREAD_CONTROL, THREAD_START, THREAD_STOP, THREAD_RESUME, THREAD_REGS,
		THREAD_SET_REGS, THREAD_BIND, THREAD_BIND, THREAD_FS_BASE, SIGNAL_RAISE, IRQ_UNMASK,
		IRQ_MASK, IRQ_SHARE, SEM_UP, SEM_DOWN, SCHED_SET, SCHED_INFO, SCHED_BOUND,
		VCON_WRITE, VCON_SHOW, VCON_SCREEN_END,
	};
	uint64_t r = random();

	return r % 32 == 0 ? (uint32_t)(r >> 8) : ops[(r >> 8) % sizeof ops];
}

// Mostly a capability that the operation is meant for.
static cap_t
cap_for(uint32_t what)
{
	static const uint8_t first_op[] = { [OBJ_TASK] = TASK_MAP, [OBJ_THREAD] = THREAD_CONTROL,
		[OBJ_SIGNAL] = SIGNAL_RAISE, [OBJ_IRQ] = IRQ_UNMASK, [OBJ_SEMAPHORE] = SEM_UP,
		[OBJ_FACTORY] = FACTORY_CREATE, [OBJ_SCHEDULER] = SCHED_SET,
		[OBJ_VCON] = VCON_WRITE };
	static const uint8_t usual[9] = { [1] = ENV_FACTORY, [2] = CAP_SELF, [5] = ROOT_IRQ + 5,
		[7] = ENV_SCHEDULER };
	uint64_t r = random();

	if (what == OP_DESTROY || r % 8 == 0)
		return random_cap();
	if (r % 8 < 3 && what / 16 < 9 && (usual[what / 16] != 0 || what / 16 == 2))
		return usual[what / 16];
	for (unsigned tries = 0; tries < 20; tries++) {
		cap_t cap = FIRST + (cap_t)(random() % INDICES);
		enum object_type type = type_of(cap);

		if (type != OBJ_NONE && type != OBJ_GATE && first_op[type] / 16 == what / 16)
			return cap;
	}
	return random_cap();
}

// What the threads live by that it makes.
static void
other_life(uint64_t arg)
{
	for (cap_t c = (cap_t)arg % INDICES;; c = (c + 7) % INDICES) {
		sys_invoke(FIRST + c, c % 3 ? IPC_CALL : IPC_WAIT, tag(c, 0, 0), sys_now() + 1000);
		sys_invoke(0, IPC_REPLY_AND_WAIT, 0, sys_now() + 1000);
	}
}

static void
prepare_sensible_call(uint32_t what)
{
	uint64_t *mr = utcb()->mr;

	switch (what) {
	case FACTORY_CREATE:
		mr[0] = 1 + random() % 10, mr[1] = FIRST + random() % INDICES;
		mr[2] = (random() % 32) << 12;
		break;
	case TASK_MAP:
	case TASK_UNMAP:
		mr[0] = random_fpage();
		mr[1] = what == TASK_UNMAP ? random() & 1 : fpage_type(mr[0]) == FPAGE_MEM ?
			AT + random() % 64 * 4096 + (random() & 1) :
			(FIRST + random() % INDICES) << 12 | (random() & 1);
		break;
	case THREAD_CONTROL:
		mr[0] = random() % 2 ? CAP_SELF : cap_for(TASK_MAP);
		mr[1] = AT + random() % 64 * 4096;
		mr[2] = random() % 2 ? 0 : random_cap(), mr[3] = 0;
		break;
	case IRQ_SHARE:
	case SCHED_BOUND:
		mr[0] = ENV_FACTORY, mr[1] = FIRST + random() % INDICES;
		mr[2] = 1 + random() % BELOW;
		break;
	case THREAD_BIND:
		mr[0] = random() % 2 ? cap_for(SIGNAL_RAISE) : random_cap();
		break;
	case THREAD_START:
		mr[0] = (uint64_t)other_life, mr[1] = scratch, mr[2] = random() % INDICES;
		break;
	}
}

static uint64_t
random_deadline(void)
{
	uint64_t r = random();

	return r % 512 == 0 ? DEADLINE_NONE : r % 4 == 0 ? sys_now() + (r >> 8) % 50000 : 0;
}

static void
one_call(void)
{
	uint64_t *mr = utcb()->mr, r = random();
	uint32_t what = random_op();
	cap_t cap = random_cap();
	unsigned flags = r >> 8 & 7 ? IPC_CALL : (unsigned)(r >> 12) & 15;
	unsigned items = r >> 16 & 7 ? 0 : (unsigned)(r >> 20) % 4;

	if (r >> 24 & 3)
		cap = cap_for(what);
	for (unsigned i = 0; i < 8; i++)
		mr[i] = random_value();
	for (unsigned i = 8; i < 20; i++)
		mr[i] = r >> 30;
	if (r >> 24 & 3)
		prepare_sensible_call(what);
	for (unsigned i = 0; i < 8; i++) {      // as an argument or an item
		if (!harmless(mr[i]))
			mr[i] = 0;
	}
	// What it started with stays: only copies are granted or taken back.
	if ((what == TASK_UNMAP || what == TASK_MAP) && fpage_index(mr[0]) < FIRST &&
	    fpage_type(mr[0]) == FPAGE_CAP)
		mr[what == TASK_MAP ? 1 : 0] &= ~(what == TASK_MAP ? 1ull : 0xffull);
	for (unsigned i = 5; i < 12; i += 2)
		mr[i] &= ~1ull;
	for (unsigned i = 1; i < 4 && r >> 27 & 1; i++)
		utcb()->window[i] = random_fpage();
	sys_invoke(cap, flags, tag(what, 4, items), random_deadline());
}

static void
fuzz(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15 + 1;
	progress = (volatile uint64_t *)env_ram(4096);
	scratch = (env_ram((SCRATCH_PAGES * 2) * 4096) + SCRATCH_PAGES * 4096 - 1) &
		~(SCRATCH_PAGES * 4096ull - 1);
	for (unsigned i = 0; i < CALLS; i++) {
		one_call();
		++*progress;
	}
	for (;;)                        // it may have lost the way to its parent
		sys_sleep(DEADLINE_NONE);
}

// Free it when it waits for ever.
static void
watch(struct child *c)
{
	volatile uint64_t *calls = (volatile uint64_t *)c->ram;
	uint64_t before = 0, end = sys_in_ms(20000);

	while (*calls < CALLS) {
		struct reply r = sys_wait(sys_in_ms(1));

		CHECK(sys_now() < end);
		if (tag_err(r.tag) != OK && *calls == before) {
			CHECK(OP(c->thread, THREAD_STOP, 0) == OK);
			CHECK(OP(c->thread, THREAD_RESUME, 0) == OK);
		}
		before = *calls;
	}
}

static void
round_of(uint64_t seed)
{
	struct env_mark mark = env_mark();
	uint64_t before = used_of(ENV_FACTORY);
	struct child c;

	CHECK(env_child(&c, 512 << 10, 512 << 10, LABEL, BELOW) == OK);
	// it must not end itself, nor move the gate it tells us through
	CHECK(task_unmap(CAP_SELF, fpage_cap(c.thread, 0, CAP_CTL | CAP_DELETE), false) == OK);
	CHECK(task_unmap(CAP_SELF, fpage_cap(c.factory, 0, CAP_CTL | CAP_DELETE), false) == OK);
	CHECK(task_unmap(CAP_SELF, fpage_cap(c.gate, 0, CAP_CTL | CAP_DELETE), false) == OK);
	CHECK(task_unmap(CAP_SELF, fpage_cap(ENV_SCHEDULER, 0, CAP_CTL), false) == OK);
	CHECK(task_unmap(CAP_SELF, fpage_cap(ENV_VCON, 0, CAP_ALL), false) == OK);
	CHECK(task_unmap(CAP_SELF, fpage_cap(ROOT_IRQ, 4, CAP_SEND), false) == OK);
	CHECK(env_give(&c, ROOT_IRQ + 5, FIRST, CAP_ALL) == OK);
	CHECK(task_map(c.task, fpage_port(TEST_PORTS, TEST_PORTS_ORDER, 1), 0) == OK);
	CHECK(env_start(&c, fuzz, seed) == OK);
	watch(&c);
	env_destroy(&c);
	env_release(mark);
	CHECK(used_of(ENV_FACTORY) == before);
}

static void
invocations(void)
{
	for (uint64_t seed = 1; seed <= ROUNDS; seed++)
		round_of(seed);
}

const struct test tests_fuzz[] = {
	{ "fuzz_invocations", invocations },
	{ NULL, NULL },
};
