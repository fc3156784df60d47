// SPDX-License-Identifier: MIT
// Make a thread the current one: page tables, ports, segment registers, FPU,
// and where the next interrupt saves its registers.
#pragma once

#include <cpu.h>
#include <task.h>
#include <thread.h>
#include <x86/io.h>
#include <x86/x86.h>

void switch_init(void);
void switch_fpu(struct thread *t);      // the general case of the FPU half
void switch_fpu_trap(struct thread *t); // first use: from now on it has FPU state
void switch_forget(struct thread *t);   // it ends: its state must not be saved again

extern uint64_t switch_fs_base;         // what is in the register

static inline void
switch_to(struct thread *t)
{
	struct task *task = t->task;

	if (cpu.task != task) {
		cpu.task = task;
		write_cr3(task->cr3);
		io_select(task);
		// Selectors are user-writable state: none crosses tasks.
		__asm__ volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%fs; movl %0, %%gs"
		                 : : "r"(0));
	}
	if ((t->fs_base | switch_fs_base) != 0) {
		switch_fs_base = t->fs_base;
		wrmsr(MSR_FS_BASE, t->fs_base);
	}
	if (t->fpu_used || cpu.fpu != NULL)
		switch_fpu(t);
	tss.rsp0 = (uint64_t)(&t->regs + 1);
	cpu.current = t;
}
