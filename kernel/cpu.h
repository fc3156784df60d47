// SPDX-License-Identifier: MIT
// The state of the processor.  There is one; everything per-CPU is in here.
//
// Who runs.  Whenever the kernel is left, and at each window (preempt.h):
//   current   is in no queue, and `next` is in none; every other thread that is
//             THREAD_READY is in the queue of its priority, and nobody else is.
//   next      is at least as urgent as all in the queues, so that a thread that is
//             woken, or preempted for a moment, needs no queue.
//   queued    is the highest priority with a queue, and `bitmap` has a bit for each.
//   due       is the highest priority with a deadline known to have passed; no
//             deadline above it is earlier than `alarm`.
//   top       is the highest of next's priority, queued and due.
//   rotate    ROTATE: current's slice is over, and others of its priority wait;
//             REPAY: perhaps another than `payer` has to pay for current.
// What a thread has to end (thread->ends) is done in its place and time whenever it is
// chosen to run.  What nobody has to any more is the reaper's, which is queued like a
// thread with the highest priority that has orphans; it has no task and never leaves
// the kernel.
// Besides, when the kernel is left: current is as urgent as top, there is no REPAY,
// and payer is the root of the chain of calls that current serves; so it is after a
// call or a reply that switches directly (fastpath.c), which leave it alone.  The timer
// fires (`armed`) when the payer's slice ends, and at the alarm, or earlier.
#pragma once

#include <heap.h>
#include <stdint.h>
#include <x86/layout.h>

struct task;
struct thread;

enum { PRIORITIES = 256, PRIORITY_IDLE = 0 };
enum { TIMED_TOGETHER = 16, TIMED_GROUPS = PRIORITIES / TIMED_TOGETHER };
enum { ROTATE = 1, REPAY = PRIORITIES };        // rotate: more than any priority

// Those of one priority, by thread->turn: scheduler.c.
struct queue {
	struct heap threads;
	uint64_t now;                   // the latest turn that came
	uint64_t last;                  // the end of the queue
};

struct cpu {
	struct thread *current;         // running, or whose syscall is served; NULL: it just ended
	struct task *task;              // whose page tables are loaded
	struct thread *fpu;             // whose FPU state is in the registers
	struct thread *root;            // the root task's: its fault is the system's end
	uint8_t extra;                  // current->extra, or what was left loaded
	struct thread *payer;           // who pays for the time since `since`; NULL: idle
	uint64_t since;                 // TSC
	uint64_t idle_time;             // TSC ticks
	struct thread *next;            // NULL: the first of the queues
	unsigned top, queued, due;      // priorities; 0: none
	unsigned rotate;
	uint64_t armed;                 // TSC at which the timer fires
	uint64_t alarm;
	uint64_t bitmap[PRIORITIES / 64];
	uint64_t soonest[TIMED_GROUPS]; // no deadline of these priorities is earlier
	uint64_t orphaned[PRIORITIES / 64];     // priorities with orphans
	struct list orphans[PRIORITIES];        // objects that the reaper has to end
	struct queue ready[PRIORITIES];
	struct heap timeouts[PRIORITIES];       // thread->timer, by deadline
	unsigned steps;                 // until interrupts are let in, see preempt.h
};
_Static_assert(offsetof(struct cpu, current) == CPU_CURRENT, "entry.S");

extern struct cpu cpu;
