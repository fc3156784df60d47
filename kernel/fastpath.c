// SPDX-License-Identifier: MIT
// The system call, first hop: call and reply-and-wait without items, between threads
// that are ready for it, switch here directly; so does a call with a deadline.
// Everything else, and every error, goes the long way (syscall.c).
#include <cap.h>
#include <invoke.h>
#include <ipc.h>
#include <scheduler.h>
#include <x86/switch.h>

enum { WORDS_ITEMS = 0xfff };           // of a tag: not more than MR_MAX if there are no items

[[gnu::noinline]] static struct thread *
exit_extra(struct thread *t)
{
	return exit_by_sysret(switch_extra(t));
}

// `t` waits in `state` now, `to` has what it sends, and the processor; true: switch_extra.
static inline bool
pass(struct thread *t, struct thread *to, enum thread_state state, tag_t tag, uint64_t label)
{
	uint64_t words = tag & WORDS_ITEMS;

	t->state = (uint8_t)state;
	if (words != 0)
		copy_words(to->utcb->mr, t->utcb->mr, words);
	to->state = THREAD_READY;
	to->regs.rax = tag & SENDER_BITS;
	to->regs.rdx = label;
	return switch_most(to);
}

static inline struct thread *
leave(struct thread *to, bool extra)
{
	return extra ? exit_extra(to) : exit_by_sysret(to);
}

static inline bool
call(struct thread *t, struct thread *to, tag_t tag, uint64_t label)
{
	to->caller = t;
	t->partner = to;
	return pass(t, to, THREAD_REPLY_WAIT, tag, label);
}

[[gnu::noinline]] static struct thread *
timed_call(struct thread *t, struct thread *to, tag_t tag, uint64_t label, uint64_t deadline)
{
	bool extra = call(t, to, tag, label);

	timeout_set(t, deadline);
	return leave(to, extra);
}

static inline bool
reply(struct thread *t, struct thread *to, tag_t tag)
{
	t->caller = NULL;
	return pass(t, to, THREAD_OPEN_WAIT, tag, 0);
}

// The caller has something that needs a look.
[[gnu::noinline]] static struct thread *
slow_reply(struct thread *t, struct thread *to, tag_t tag)
{
	if (to->kind != MSG_IPC || to->slow & SLOW_OVERDRAWN)
		return syscall_slow((uint64_t)IPC_REPLY_AND_WAIT << 32, tag, DEADLINE_NONE);
	bool extra = reply(t, to, tag);

	timeout_clear(to);
	return leave(to, extra);
}

struct thread *
syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current, *to;
	uint64_t index = cap_flags - ((uint64_t)IPC_CALL << 32);

	if (index < CAP_MAX) {
		struct cap *c = cap_at(t->task->caps, index);
		struct source *gate = (struct source *)c->obj;

		if (!(c->node.rights & CAP_SEND) && gate == NULL)
			return syscall_slow(cap_flags, tag, deadline);
		if (gate->obj.type != OBJ_GATE)
			return syscall_object(c, cap_flags, tag, deadline);

		// It waits for anything, and nobody is more urgent.
		to = gate->thread;
		if (!(c->node.rights & CAP_SEND) || to == NULL || to->state != THREAD_OPEN_WAIT ||
		    to->priority < cpu.top || (tag & WORDS_ITEMS) > MR_MAX)
			return syscall_slow(cap_flags, tag, deadline);
		if (deadline != DEADLINE_NONE)
			return timed_call(t, to, tag, gate->label, deadline);
		return leave(to, call(t, to, tag, gate->label));
	}
	to = t->caller;

	// Nothing may wait for t, and nobody more urgent than the caller.
	if (cap_flags != (uint64_t)IPC_REPLY_AND_WAIT << 32 || to == NULL ||
	    to->priority < cpu.top || !list_empty(&t->pending) ||
	    (tag & WORDS_ITEMS) > MR_MAX || deadline != DEADLINE_NONE)
		return syscall_slow(cap_flags, tag, deadline);
	if (to->kind != MSG_IPC || to->slow != 0)
		return slow_reply(t, to, tag);
	return leave(to, reply(t, to, tag));
}
