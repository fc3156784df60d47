// SPDX-License-Identifier: MIT
// Thread: registers, UTCB, priority, and its place in the IPC state machine.
#pragma once

#include <source.h>
#include <x86/layout.h>

// As entry.S and the processor leave it; first 15 words like struct regs.
struct frame_regs {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

enum thread_state {
	THREAD_READY,           // in a run queue, or running
	THREAD_OPEN_WAIT,       // waits for anything, no deadline
	THREAD_OPEN_WAIT_TIMED,
	THREAD_SENDING,         // in the heap of a gate's senders
	THREAD_REPLY_WAIT,      // partner serves its call (partner->caller == this)
	THREAD_SLEEPING,        // until its deadline
	THREAD_SEMAPHORE,       // in a semaphore's queue
	THREAD_IDLE,            // not started, stopped by a fault, or stopped while ready
	THREAD_DEAD,            // lost its task
};

enum {
	SLOW_TIMED = 1,         // in the heap of deadlines
	SLOW_OVERDRAWN = 2,     // its slice ended while others worked for it
};

struct thread {
	struct object obj;
	struct frame_regs regs;         // offset T_FRAME

	// IPC
	uint8_t  state;                 // enum thread_state
	uint8_t  stopped;               // not to be made ready
	uint8_t  priority;
	uint8_t  fpu_used;
	uint8_t  kind;                  // enum msg_kind of what it sends
	uint8_t  calling;               // while sending: wants an answer
	uint8_t  reply_words;           // of the kernel's answer
	uint8_t  slow;                  // SLOW_*: an answer to it must not take the fast path
	uint8_t  extra;                 // has FPU state or a thread-local storage base
	uint8_t  item;                  // of its reply: those before have been given, see preempt.h
	struct utcb *utcb;
	struct task *task;
	struct thread *caller;          // who waits for our answer
	struct thread *partner;         // who owes us an answer
	uint64_t tag;                   // while sending
	uint64_t deadline;              // of the receive phase of its invocation
	struct list queue;              // run queue, or semaphore
	struct heap rank;               // by deadline while SLOW_TIMED, else in a gate's senders
	struct list pending;            // sources with something for us
	struct list sources;            // gates, signals and irqs bound to us

	// scheduling
	int64_t  budget;                // TSC ticks left of the slice; negative: debt
	uint64_t slice;                 // TSC ticks
	uint64_t cpu_time;              // TSC ticks paid for

	uint64_t progress;              // of a long system call, see preempt.h
	uint64_t pieces;

	struct list in_task;
	uint64_t utcb_addr;
	uint64_t fs_base;
	struct source *fault_gate[FAULT_KINDS]; // or NULL
	struct list fault_of[FAULT_KINDS];      // in those gates, to clear them at their end
	[[gnu::aligned(16)]] uint8_t fpu[512];
};
_Static_assert(offsetof(struct thread, regs) == T_FRAME, "entry.S");
_Static_assert(sizeof(struct frame_regs) == F_SIZE && (T_FRAME + F_SIZE) % 16 == 0, "rsp0");
_Static_assert(offsetof(struct frame_regs, rip) == F_RIP, "entry.S");
_Static_assert(offsetof(struct frame_regs, rax) == F_RAX, "entry.S");
_Static_assert(offsetof(struct frame_regs, rbp) == F_RBP, "entry.S");
_Static_assert(offsetof(struct frame_regs, vector) == F_VECTOR, "entry.S");
_Static_assert(offsetof(struct frame_regs, rsp) == F_RSP, "entry.S");
_Static_assert(sizeof(struct thread) <= 1024, "slab class");

struct object *thread_create(struct factory *payer);
bool thread_fini(struct thread *t, unsigned *steps);

// Called when the thread or its task ends; the thread never runs again.  In
// steps: false when there is more to do.
bool thread_leave_task(struct thread *t, unsigned *steps);

// Bind to a task with a UTCB at `addr`.
enum err thread_enter_task(struct thread *t, struct task *task, uint64_t addr);
void thread_start(struct thread *t, uint64_t ip, uint64_t sp, uint64_t arg);

// The current thread makes another system call instead of ending its own,
// when it runs again: the same, or what is left of it.
void thread_again(struct thread *t, uint64_t cap_flags, uint64_t tag, uint64_t deadline);

// New registers for a thread that does not run; ERR_ARG: not user addresses.
enum err thread_set_regs(struct thread *t, const struct regs *r);

enum err thread_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
