// SPDX-License-Identifier: MIT
// Thread: registers, UTCB, priority, and its place in the IPC state machine.
#pragma once

#include <node.h>
#include <source.h>
#include <x86/layout.h>

// As entry.S and the processor leave it; first 15 words like struct regs.
struct frame_regs {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

enum thread_state {
	THREAD_READY,           // in a queue of the scheduler, or running (cpu.h)
	THREAD_OPEN_WAIT,       // waits for anything, no deadline
	THREAD_OPEN_WAIT_TIMED,
	THREAD_SENDING,         // in the heap of a gate's senders
	THREAD_REPLY_WAIT,      // partner serves its call (partner->caller == this)
	THREAD_SLEEPING,        // until its deadline
	THREAD_SEMAPHORE,       // in a semaphore's heap
	THREAD_SPENT,           // could run, but has used up its budget: until the next period
	THREAD_IDLE,            // not started, stopped by a fault, or stopped while ready
	THREAD_DEAD,            // lost its task
};

enum {
	SLOW_TIMED = 1,         // in the heap of deadlines
	SLOW_OVERDRAWN = 2,     // it used up others' turns while others worked for it
	SLOW_ENDS = 4,          // it has objects to end before it goes on
};

enum { DEFAULT_SLICE = 10000000 };      // TSC ticks, until SCHED_SET

enum {
	EXTRA_STATE = 1,        // FPU state, a thread-local storage base, or used ports
	EXTRA_BLIND = 2,        // may not read the time-stamp counter
};

struct thread {
	struct object obj;
	struct frame_regs regs;         // offset T_FRAME

	// IPC
	uint8_t  state;                 // enum thread_state
	uint8_t  stopped;               // not to be made ready
	uint8_t  priority;
	uint8_t  fpu_used;
	uint8_t  kind;                  // enum msg_kind of what it sends; READY: MSG_IPC
	uint8_t  calling;               // while sending: wants an answer
	uint8_t  reply_words;           // of the kernel's answer
	uint8_t  slow;                  // SLOW_*: an answer to it needs a look
	uint8_t  extra;                 // EXTRA_*: for switch_extra
	uint8_t  item;                  // of its message: those before have been given
	uint8_t  refused;               // enum err: the message is, from there to `limit`
	struct utcb *utcb;
	struct task *task;
	struct thread *caller;          // who waits for our answer
	union {
		struct thread *partner; // THREAD_REPLY_WAIT: who owes us an answer
		struct source *gate;    // THREAD_SENDING
	};
	uint64_t tag;                   // while sending
	uint64_t deadline;              // of its invocation
	struct heap rank;               // READY: of the scheduler; SENDING: a gate's; SEMAPHORE
	struct heap timer;              // by deadline, while SLOW_TIMED
	struct list ends;               // objects, while SLOW_ENDS
	struct list pending;            // sources with something for us
	struct list sources;            // gates, signals and irqs bound to us

	uint64_t progress;              // of a long system call, see preempt.h
	uint64_t limit;                 // of what is to be taken back
	struct revoke walk;             // what it takes back

	struct list in_task;
	uint64_t utcb_addr;
	uint64_t fs_base;
	struct source *fault_gate[FAULT_KINDS]; // or NULL
	struct list fault_of[FAULT_KINDS];      // in those gates, to clear them at their end
	[[gnu::aligned(16)]] uint8_t fpu[512];

	// scheduling
	int64_t  budget;                // TSC ticks left of the slice; negative: overdrawn
	uint64_t slice;                 // TSC ticks
	uint64_t turn;                  // see scheduler.c
	uint64_t cpu_time;              // TSC ticks paid for
	// TSC ticks; quota 0: as much as there is
	uint64_t quota, period;         // what slices may take in each period
	uint64_t left;                  // of it
	uint64_t renewal;               // TSC, from when on a new period may begin
};
_Static_assert(offsetof(struct thread, regs) == T_FRAME, "entry.S");
_Static_assert(sizeof(struct frame_regs) == F_SIZE && (T_FRAME + F_SIZE) % 16 == 0, "rsp0");
_Static_assert(offsetof(struct frame_regs, rip) == F_RIP, "entry.S");
_Static_assert(offsetof(struct frame_regs, rax) == F_RAX, "entry.S");
_Static_assert(offsetof(struct frame_regs, rbp) == F_RBP, "entry.S");
_Static_assert(offsetof(struct frame_regs, vector) == F_VECTOR, "entry.S");
_Static_assert(offsetof(struct frame_regs, rsp) == F_RSP, "entry.S");
_Static_assert(sizeof(struct thread) <= 1216, "slab class");

// regs.vector is VECTOR_SYSCALL from a system call until its end.  In between the thread gets
// the call's result; not if it faulted, or was given new registers.
static inline bool
thread_gets_result(const struct thread *t)
{
	return t->regs.vector == VECTOR_SYSCALL;
}

// A thread that faulted receives anywhere: its pager rules it.
static inline bool
thread_has_windows(const struct thread *t)
{
	return t->regs.vector == VECTOR_SYSCALL;
}

// From now on it leaves the kernel by iret with all registers; else by sysret.
static inline void
thread_leave_by_iret(struct thread *t)
{
	t->regs.cs = SEL_UCODE;
	t->regs.ss = SEL_UDATA;
	t->regs.vector = 0;
}

struct object *thread_create(struct factory *payer, uint64_t arg);
bool thread_fini(struct object *o, unsigned *steps);

// What it has to end before it goes on.
static inline struct list *
thread_ends(struct thread *t)
{
	if (!(t->slow & SLOW_ENDS))
		list_init(&t->ends);
	t->slow |= SLOW_ENDS;
	return &t->ends;
}

// Called when the thread or its task ends; the thread never runs again.  In
// steps: false when there is more to do.
bool thread_leave_task(struct thread *t, unsigned *steps);

// Bind to a task with a UTCB at `addr`.
enum err thread_enter_task(struct thread *t, struct task *task, uint64_t addr);
void thread_start(struct thread *t, uint64_t ip, uint64_t sp, uint64_t arg);

// The current thread makes another system call instead of ending its own,
// when it runs again: the same, or what is left of it.
void thread_again(struct thread *t, uint64_t cap_flags, uint64_t tag, uint64_t deadline);

// The long system call that it has begun will not be made again.
static inline void
thread_restart_ends(struct thread *t)
{
	t->progress = t->item = t->refused = 0;
}

// New registers for a thread that does not run; ERR_ARG: not user addresses.
enum err thread_set_regs(struct thread *t, const struct regs *r);

enum err thread_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
