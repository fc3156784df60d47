// SPDX-License-Identifier: MIT
// Descriptor tables and what happens on exceptions and interrupts.
#pragma once

struct frame_regs;
struct thread;

void trap_init(void);

// From entry.S.  User mode: returns the thread to run.
struct thread *trap_user(struct frame_regs *f);
void trap_kernel(struct frame_regs *f);
