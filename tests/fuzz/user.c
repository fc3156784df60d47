// SPDX-License-Identifier: MIT
// User mode: what the thread that runs does next.
#include <string.h>

#include <invoke.h>
#include <port.h>
#include <x86/trap.h>
#include <x86/x86.h>

#include "check.h"
#include "machine.h"
#include "world.h"

enum { SYSCALL_AT = 0x400000, PAGE_FAULT = 14, PROTECTION = 13, NO_FPU = 7 };

static void
trap(struct thread *t, uint64_t vector, uint64_t error)
{
	t->regs.vector = vector;
	t->regs.error = error;
	t->regs.cs = SEL_UCODE;
	t->regs.ss = SEL_UDATA;
	t->regs.rflags |= RFLAGS_IF | 2;
	t->regs.rflags &= RFLAGS_USER | RFLAGS_TF | RFLAGS_IF | 2;
	machine_pass(300);
	check_exit(trap_user(&t->regs));
}

static void
touch(struct thread *t, const struct step *s)
{
	static const unsigned access[] = { 0, ACCESS_WRITE, ACCESS_FETCH };
	uint64_t error;

	machine.cr2 = s->mr[0];
	if (s->mr[0] < USER_END && !machine_access(s->mr[0], access[s->mr[1] % 3], &error))
		trap(t, PAGE_FAULT, error);
}

// Nothing but one's own, or nothing, is ever found in the FPU.
static void
use_fpu(struct thread *t)
{
	bool first = machine.cr0 & CR0_TS;

	if (first)
		trap(t, NO_FPU, 0);
	for (unsigned i = 32; i < sizeof machine.fpu; i += 8) {
		uint64_t word;

		memcpy(&word, &machine.fpu[i], 8);
		MUST(word == (first ? 0 : (uint64_t)t + i));
		word = (uint64_t)t + i;
		memcpy(&machine.fpu[i], &word, 8);
	}
}

static void
use_port(struct thread *t, uint16_t port)
{
	bool mine = false;

	for (struct list *l = t->task->ports.next; l != &t->task->ports; l = l->next) {
		const struct port *p = container_of(l, struct port, ranges);

		mine |= p->start <= port && port < p->end;
	}
	if (machine_port(port)) {
		MUST(mine);
		return;
	}
	trap(t, PROTECTION, 0);
	MUST(!mine || cpu.current != t || machine_port(port));
}

static void
invoke(struct thread *t, const struct step *s)
{
	uint64_t deadline = s->wait == UINT32_MAX ? DEADLINE_NONE
	                    : s->wait == 0 ? DEADLINE_ZERO : machine.tsc + s->wait;

	memcpy(t->utcb->mr, s->mr, sizeof s->mr);
	if (s->words > 16)
		memset(&t->utcb->mr[WORDS], (int)s->luck, sizeof t->utcb->mr - sizeof s->mr);
	if (s->words == 20 || s->op == THREAD_SET_REGS) {
		// where registers are taken from: ip, flags, sp; or flags, sp, ...
		t->utcb->mr[15] = t->utcb->mr[17] = t->utcb->mr[19] = SYSCALL_AT;
		t->utcb->mr[16] = t->utcb->mr[18] = s->luck;
	}
	if (s->windows & 1)
		t->utcb->window[FPAGE_MEM] = fpage_mem(SMALL_AT, 18, 7);
	if (s->windows & 2)
		t->utcb->window[FPAGE_CAP] = fpage_cap(0, 6, 7);
	if (s->windows & 4)
		t->utcb->window[FPAGE_PORT] = fpage_port(0, 7, 1);
	if (s->windows & 8)
		t->utcb->window[s->luck % 4] = s->mr[7];
	t->regs.r12 = (uint64_t)t;
	machine.invocations++;
	world_invoke(s->cap, s->flags, tag(s->op, s->words, s->items & 15u), deadline);
}

// The manager never stays away for long, and sees to it that something goes on.
static void
manage(void)
{
	if (machine_random(24) == 0)
		world_populate();
	if (cpu.current == world_manager)
		world_invoke(0, IPC_WAIT, 0, machine.tsc + machine_random(60000));
}

static void
act(struct thread *t, const struct step *s)
{
	enum act a = t == world_manager && s->act == ACT_EXCEPTION ? ACT_PASS : s->act;

	switch (a) {
	case ACT_INVOKE:
		invoke(t, s);
		break;
	case ACT_TOUCH:
		if (t != world_manager)
			touch(t, s);
		break;
	case ACT_FPU:
		use_fpu(t);
		break;
	case ACT_PORT:
		if (t != world_manager)
			use_port(t, (uint16_t)s->mr[0]);
		break;
	case ACT_EXCEPTION:
		trap(t, (uint64_t[]){ 0, 1, 3, 4, 5, 6, 16, 17, 19 }[s->mr[0] % 9], s->mr[1]);
		break;
	case ACT_INTERRUPT:
		machine_raise((unsigned)s->mr[0] % LINES);
		break;
	default:
		machine_pass(s->mr[0] % 100 * 1000);
	}
}

void
world_step(const struct step *s)
{
	struct thread *t = cpu.current;
	bool restart = t->regs.vector != VECTOR_SYSCALL && t->regs.rip == SYSCALL_AT &&
	               t->progress != 0;

	machine.luck = s->luck | 1;
	machine_speculate();
	if (restart) {                          // of a long system call, as the registers say
		if (s->luck % 16 == 0)          // others of its task may write to its UTCB
			memcpy(t->utcb->mr, s->mr, sizeof s->mr);
		world_invoke((uint32_t)t->regs.rdi, (unsigned)(t->regs.rdi >> 32), t->regs.rsi,
		             t->regs.rdx);
	} else {
		act(t, s);
		if (t == world_manager && cpu.current == t)
			manage();
	}
	check_exit(machine_user_interrupts(cpu.current));
}
