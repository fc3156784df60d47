// SPDX-License-Identifier: MIT
// The state of the processor.  There is one; everything per-CPU is in here.
#pragma once

#include <heap.h>
#include <stdint.h>
#include <x86/layout.h>

struct task;
struct thread;

enum { PRIORITIES = 256, PRIORITY_IDLE = 0 };

struct cpu {
	struct thread *current;         // running, or whose syscall is served; NULL: it just ended
	uint64_t scratch;               // entry.S
	struct task *task;              // whose page tables are loaded
	struct thread *fpu;             // whose FPU state is in the registers
	struct thread *root;            // the root task's: its fault is the system's end
	uint8_t extra;                  // FPU state or a thread-local storage base is loaded
	struct thread *payer;           // who pays for the time since `since`; NULL: idle
	uint64_t since;                 // TSC
	uint64_t idle_time;             // TSC ticks
	// Who is ready: `next` before all in the queues, so that a thread that is
	// woken or preempted for a moment needs no queue.
	struct thread *next;            // in no queue; NULL: the first of the queues
	unsigned top;                   // highest priority of all that are ready; 0: none
	unsigned queued;                // highest priority with a queue; 0: none
	uint64_t bitmap[PRIORITIES / 64];
	struct list ready[PRIORITIES];
	unsigned rotate;                // 1: current's slice is over, others of its priority wait
	unsigned reap_priority;         // of the reaper, while it has work; else 0
	uint64_t armed;                 // TSC at which the timer fires
	struct heap timeouts;           // threads by deadline
};
_Static_assert(offsetof(struct cpu, current) == CPU_CURRENT, "entry.S");
_Static_assert(offsetof(struct cpu, scratch) == CPU_SCRATCH, "entry.S");

extern struct cpu cpu;
