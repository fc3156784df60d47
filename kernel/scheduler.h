// SPDX-License-Identifier: MIT
// Fixed-priority round-robin scheduling, and deadlines.  What holds between the
// parts of its state is in cpu.h.
#pragma once

#include <cpu.h>
#include <thread.h>

// The right to give priorities, up to a bound.
struct scheduler {
	struct object obj;
	unsigned bound;
};

extern struct thread reaper;    // ends what nobody has to end any more, see cpu.h

struct object *scheduler_create(struct factory *payer, unsigned bound);

void sched_init(void);

// Put a thread that can run into its queue (wakes, or starts).
void sched_ready(struct thread *t);

// Take a thread out of its queue.
void sched_remove(struct thread *t);

// What `t` has to end, it will not: the kernel does, with its priority.
void sched_orphan(struct thread *t);

// `t`, current, ends its slice: others of its priority come next, and `to`, which is ready
// (or NULL), first.  It gets what is left, up to a slice.
enum err sched_end_slice(struct thread *t, struct thread *to);

// The end of slow ways through the kernel: say who runs now, when it has ended what
// it has to.
struct thread *sched_switch(void);

// True when the current thread, `t`, is still the one to run.
static inline bool
sched_goes_on(const struct thread *t)
{
	return t->state == THREAD_READY && t->priority >= cpu.top + cpu.rotate;
}

// The same for the current thread, quick if it is still the one to run.
static inline struct thread *
sched_leave(struct thread *t)
{
	return sched_goes_on(t) && !(t->slow & SLOW_ENDS) ? t : sched_switch();
}

// End the wait of `t` at `deadline` with ERR_TIMEOUT; forget that again.
void timeout_set(struct thread *t, uint64_t deadline);
void timeout_clear(struct thread *t);

// Timer interrupt: account, wake who is due.
void sched_tick(void);

// `t` disappears: it pays no longer.
void sched_forget(struct thread *t);

enum err scheduler_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
