// SPDX-License-Identifier: MIT
// Make a thread the current one: page tables, ports, the right to read the time-stamp
// counter, segment registers, FPU, and where the next interrupt saves its registers.
#pragma once

#include <cpu.h>
#include <task.h>
#include <thread.h>
#include <x86/io.h>
#include <x86/mmu.h>
#include <x86/x86.h>

void switch_init(void);
struct thread *switch_extra(struct thread *t);  // what EXTRA_* say
bool switch_ports(struct thread *t);    // faulted; true: its task has ports, try again
void switch_fpu_trap(struct thread *t); // first use: from now on it has FPU state
void switch_fs_base(struct thread *t, uint64_t base);   // of a thread that may be current
void switch_forget(struct thread *t);   // it ends: its state must not be saved again

// All but what few threads have; true: this is still to be done.
static inline bool
switch_most(struct thread *t)
{
	struct task *task = t->task;

	if (cpu.task != task) {
		cpu.task = task;
		write_cr3(task->cr3);
		clear_selectors();      // user-writable state: none crosses tasks
	}
	tss.rsp0 = (uint64_t)(&t->regs + 1);
	cpu.current = t;
	return t->extra | cpu.extra;
}

// Returns it, so that callers need not keep it.
static inline struct thread *
switch_to(struct thread *t)
{
	return switch_most(t) ? switch_extra(t) : t;
}
