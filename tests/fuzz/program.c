// SPDX-License-Identifier: MIT
// New programs, and changed ones.
#include <string.h>

#include <abi/syscall.h>

#include "program.h"

static uint64_t state = 1;

void
program_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15 + 1;
}

uint64_t
program_random(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state * 0x2545f4914f6cdd1d >> 11) % below;
}

#define R program_random

// Where each type of object is, and the first of its operations.  The kernel here has no virtual
// machines.
static const struct { uint32_t at, count, op; } types[OBJ_GUEST] = {
	[OBJ_TASK] = { AT_TASK, TASKS, TASK_MAP },
	[OBJ_THREAD] = { AT_THREAD, THREADS, THREAD_CONTROL },
	[OBJ_GATE] = { AT_GATE, GATES, 0 },
	[OBJ_SIGNAL] = { AT_SIGNAL, SIGNALS, SIGNAL_RAISE },
	[OBJ_IRQ] = { AT_IRQ, IRQS, IRQ_UNMASK },
	[OBJ_SEMAPHORE] = { AT_SEMAPHORE, SEMAPHORES, SEM_UP },
	[OBJ_FACTORY] = { AT_FACTORY, FACTORIES, FACTORY_CREATE },
	[OBJ_SCHEDULER] = { AT_SCHEDULER, 1, SCHED_SET },
	[OBJ_VCON] = { AT_VCON, 1, VCON_WRITE },
};

static const uint8_t operations[] = {
	OP_DESTROY, FACTORY_CREATE, FACTORY_CREATE, FACTORY_QUOTA, TASK_MAP, TASK_MAP, TASK_MAP,
	TASK_UNMAP, TASK_UNMAP, TASK_CAP_TYPE, TASK_COUNTER, THREAD_CONTROL, THREAD_START,
	THREAD_STOP, THREAD_RESUME, THREAD_REGS, THREAD_SET_REGS, THREAD_BIND, THREAD_FS_BASE,
	THREAD_YIELD, SIGNAL_RAISE, SIGNAL_RAISE, IRQ_UNMASK, IRQ_UNMASK, IRQ_MASK, IRQ_SHARE,
	SEM_UP, SEM_DOWN, SCHED_SET, SCHED_BUDGET, SCHED_INFO, SCHED_BOUND, VCON_WRITE, VCON_SHOW,
	VCON_SCREEN_END,
};

static uint32_t
cap_of(enum object_type type)
{
	uint64_t r = R(16);

	if (r == 0)
		return (uint32_t)R(INDICES);
	if (r < 3)
		return (uint32_t)(AT_FREE + R(INDICES - AT_FREE));
	return (uint32_t)(types[type].at + R(types[type].count));
}

static uint32_t
any_cap(void)
{
	return R(64) == 0 ? (uint32_t)R(5000) : (uint32_t)R(INDICES);
}

static uint64_t
address(void)
{
	switch (R(8)) {
	case 0:
		return UTCBS_AT + R(32) * 4096;
	case 1:
		return SUPER_AT + R(SUPER_PAGES) * (2 << 20);
	case 2:
		return SUPER_AT + R(SUPER_PAGES * 512) * 4096;
	case 3:
		return DEVICES_AT + R(2) * (2 << 20) + R(4) * 4096;
	case 4:
		return 0x7fffffff0000 + R(16) * 4096;
	default:
		return SMALL_AT + R(SMALL_PAGES) * 4096;
	}
}

static uint64_t
fpage(void)
{
	unsigned rights = R(3) ? 7 : (unsigned)R(16), order = (unsigned)(R(3) ? 0 : R(5));

	switch (R(8)) {
	case 0:
		if (R(2) != 0)
			return fpage_port((unsigned)R(4) << 4, 4, 1);
		return fpage_port((unsigned)R(64) << order, order + (R(8) ? 0 : 12), rights);
	case 1:
	case 2:
	case 3:
		return fpage_cap((uint32_t)R(INDICES), order + (R(16) ? 0 : 5), rights);
	case 4:
		return fpage_mem(address() & ~((2ull << 20) - 1), 21 + (unsigned)(R(4) ? 0 : R(8)),
		                 rights);
	default:
		return fpage_mem(address() & ~((4096ull << order) - 1), 12 + order, rights);
	}
}

static uint64_t
value(void)
{
	switch (R(9)) {
	case 0:
		return any_cap();
	case 1:
		return R(16);
	case 2:
		return address();
	case 3:
		return (1ull << R(64)) - R(3) + 1;
	case 4:
		return (uint64_t)any_cap() << 12 | R(8);
	case 5:
		return R(2) - 1;
	case 6:
		return R(UINT64_MAX);
	default:
		return fpage();
	}
}

static uint32_t
ticks(void)
{
	return R(8) == 0 ? UINT32_MAX : R(3) == 0 ? 0 : (uint32_t)R(100000);
}

// Arguments as a program would give them.
static void
sensible(struct step *s)
{
	uint64_t *mr = s->mr, free_cap = AT_FREE + R(INDICES - AT_FREE);

	switch (s->op) {
	case FACTORY_CREATE:
		mr[0] = 1 + R(7);
		mr[0] = mr[0] == OBJ_IRQ ? OBJ_FACTORY : mr[0];
		mr[1] = R(3) ? free_cap : types[mr[0]].at + R(types[mr[0]].count);
		mr[2] = mr[0] == OBJ_FACTORY ? R(60) << 12 : R(3);
		break;
	case TASK_MAP:
		mr[0] = fpage();
		mr[1] = fpage_type(mr[0]) == FPAGE_MEM
			? (address() &
			   (fpage_order(mr[0]) >= 21 && R(4) ? ~((2ull << 20) - 1) : ~0ull))
			  | (R(8) ? 0 : R(8))
			: (R(3) ? free_cap : R(INDICES)) << 12 | (R(4) == 0);
		break;
	case TASK_UNMAP:
		mr[0] = fpage();
		mr[1] = R(2);
		break;
	case TASK_COUNTER:
		mr[0] = R(8) ? R(2) : R(UINT64_MAX);
		break;
	case TASK_CAP_TYPE:
		mr[0] = any_cap();
		break;
	case THREAD_CONTROL:
		mr[0] = R(2) ? CAP_SELF : cap_of(OBJ_TASK);
		mr[1] = UTCBS_AT + R(32) * 4096;
		mr[2] = R(2) ? 0 : cap_of(OBJ_GATE);
		mr[3] = R(2) ? 0 : cap_of(OBJ_GATE);
		break;
	case THREAD_START:
		mr[0] = 0x400000, mr[1] = 0x500000;
		break;
	case THREAD_BIND:
		mr[0] = cap_of(R(3) ? OBJ_GATE : R(2) ? OBJ_SIGNAL : OBJ_IRQ);
		break;
	case IRQ_SHARE:
	case SCHED_BOUND:
		mr[0] = cap_of(OBJ_FACTORY), mr[1] = free_cap, mr[2] = R(220);
		break;
	case SCHED_SET:
		mr[0] = cap_of(OBJ_THREAD), mr[1] = 1 + R(6), mr[2] = 1 + R(40);
		break;
	case SCHED_BUDGET:
		mr[0] = cap_of(OBJ_THREAD), mr[1] = R(60), mr[2] = R(40);
		break;
	case SCHED_INFO:
		mr[0] = R(2) ? 0 : cap_of(OBJ_THREAD);
		break;
	case VCON_WRITE:
	case VCON_SHOW:
		mr[0] = R(600);
		break;
	}
}

// The type that has this operation.
static enum object_type
type_with(uint32_t op)
{
	for (unsigned t = 1; t < OBJ_GUEST; t++) {
		if (types[t].op != 0 && types[t].op / 16 == op / 16)
			return (enum object_type)t;
	}
	return (enum object_type)(1 + R(OBJ_GUEST - 1));
}

static void
message(struct step *s)
{
	static const uint8_t flags[] = { IPC_SEND, IPC_SEND, IPC_CALL, IPC_CALL, IPC_CALL, IPC_WAIT,
		IPC_WAIT, IPC_REPLY_AND_WAIT, IPC_REPLY_AND_WAIT, IPC_SEND | IPC_REPLY, IPC_RECV };

	s->flags = R(40) == 0 ? (uint8_t)R(16) : flags[R(sizeof flags)];
	s->cap = cap_of(OBJ_GATE);
	s->wait = R(2) ? UINT32_MAX : s->wait;
	s->op = R(3) == 0 ? (uint32_t)R(3) : 0;
	s->words = (uint8_t)(R(6) == 0 ? (R(2) ? 20 : R(128)) : R(5));
	s->items = (uint8_t)(R(4) == 0 ? 1 + R(R(8) ? 2 : 15) : 0);
	if (s->items > 0 && s->words < 5) {
		for (unsigned i = s->words; i + 1 < WORDS; i += 2) {
			s->mr[i] = fpage();
			s->mr[i + 1] = (R(INDICES) << 12) | (R(4) == 0);
		}
	}
}

static void
step_new(struct step *s)
{
	static const uint8_t acts[] = { ACT_TOUCH, ACT_TOUCH, ACT_TOUCH, ACT_FPU, ACT_PORT,
		ACT_EXCEPTION, ACT_INTERRUPT, ACT_INTERRUPT, ACT_PASS, ACT_PASS };
	uint64_t kind = R(16);

	*s = (struct step){ .luck = R(UINT64_MAX), .flags = IPC_CALL, .words = 4, .wait = ticks() };
	for (unsigned i = 0; i < WORDS; i++)
		s->mr[i] = value();
	s->windows = (uint8_t)(R(3) ? 0 : R(16));
	if (kind < 3) {
		s->act = acts[R(sizeof acts)];
		s->mr[0] = s->act == ACT_TOUCH ? address() + R(4096) : R(64);
	} else if (kind < 7) {
		message(s);
	} else {
		s->op = R(32) == 0 ? (uint32_t)R(140) : operations[R(sizeof operations)];
		s->cap = R(16) == 0 ? any_cap() : R(4) == 0 && type_with(s->op) == OBJ_TASK
			? CAP_SELF : cap_of(type_with(s->op));
		if (R(8) != 0)
			sensible(s);
	}
}

void
program_new(struct program *p)
{
	p->world = R(UINT64_MAX);
	p->length = 32 + (unsigned)R(STEPS_MAX - 32);
	for (unsigned i = 0; i < p->length; i++)
		step_new(&p->step[i]);
}

static void
step_change(struct step *s)
{
	switch (R(9)) {
	case 0:
		s->mr[R(WORDS)] = value();
		break;
	case 1:
		s->mr[R(WORDS)] ^= 1ull << R(64);
		break;
	case 2:
		s->mr[R(WORDS)] += R(3) - 1;
		break;
	case 3:
		s->cap = any_cap();
		break;
	case 4:
		s->wait = ticks();
		break;
	case 5:
		s->flags = (uint8_t)R(16);
		break;
	case 6:
		s->words = (uint8_t)R(70), s->items = (uint8_t)R(9);
		break;
	case 7:
		s->luck = R(UINT64_MAX);
		break;
	default:
		sensible(s);
	}
}

static unsigned
less(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

void
program_mutate(struct program *p, const struct program *from, const struct program *other)
{
	*p = *from;
	for (uint64_t changes = 1 + R(R(4) ? 4 : 32); changes > 0; changes--) {
		unsigned at = (unsigned)R(p->length), n = 1 + (unsigned)R(8);

		switch (R(8)) {
		case 0:
			step_new(&p->step[at]);
			break;
		case 1:                         // put new ones in
			n = less(n, STEPS_MAX - p->length);
			memmove(&p->step[at + n], &p->step[at],
			        (p->length - at) * sizeof p->step[0]);
			p->length += n;
			for (unsigned i = at; i < at + n; i++)
				step_new(&p->step[i]);
			break;
		case 2:                         // leave some out
			n = less(n, p->length - at);
			if (p->length - n < 8)
				break;
			memmove(&p->step[at], &p->step[at + n],
			        (p->length - at - n) * sizeof p->step[0]);
			p->length -= n;
			break;
		case 3:                         // from another
			n = less(8 * n, less(p->length - at, other->length));
			memcpy(&p->step[at], &other->step[R(other->length - n + 1)],
			       n * sizeof p->step[0]);
			break;
		case 4:                         // exchange two
			n = (unsigned)R(p->length);
			struct step s = p->step[n];

			p->step[n] = p->step[at];
			p->step[at] = s;
			break;
		default:
			step_change(&p->step[at]);
		}
	}
	if (R(16) == 0)
		p->world = R(UINT64_MAX);
}
