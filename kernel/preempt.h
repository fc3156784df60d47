// SPDX-License-Identifier: MIT
// Long operations.  The kernel runs with interrupts off; what can take long
// counts steps, and between bunches of them lets pending interrupts in.
// Interrupt handlers wake threads and nothing else: capability, mapping and
// object structures are the same before and after a window.
#pragma once

#include <cpu.h>
#include <thread.h>
#include <x86/x86.h>

enum { STEPS = 4 };             // between two windows: one or two thousand instructions

// Let interrupts in.
static inline void
preempt_window(void)
{
	sti_nop_cli();
	cpu.steps = STEPS;
}

// A long system call keeps how far it got in its thread, and continues there
// when it is made again (RESTART, invoke.h).
static inline uint64_t
preempt_start(const struct thread *t)
{
	return t != NULL ? t->progress : 0;
}

// True when another thread should run before `t`, the current one, continues.
static inline bool
preempt_wanted(const struct thread *t)
{
	return t->priority < cpu.top + cpu.rotate;
}

// To be asked between the pieces of a long system call: true when it must end
// with RESTART, having done everything before `progress`.  t == NULL: it only lets
// interrupts in.
static inline bool
preempt_now(struct thread *t, uint64_t progress)
{
	if (step(&cpu.steps))
		return false;
	preempt_window();
	if (t == NULL || !preempt_wanted(t))
		return false;
	t->progress = progress;
	return true;
}

// Go on with what `t`, current, takes back: false when it must end with RESTART;
// then this has to be called first, and everything before `progress` is done.
static inline bool
preempt_revoke(struct thread *t, uint64_t progress)
{
	while (t->walk.at.kind != NODE_FREE && !node_revoke(&t->walk, &cpu.steps)) {
		preempt_window();
		if (preempt_wanted(t)) {
			t->progress = progress;
			return false;
		}
	}
	return true;
}
