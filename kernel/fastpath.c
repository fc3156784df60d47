// SPDX-License-Identifier: MIT
// The system call, first hop: call and reply-and-wait without items and
// deadlines, between threads that are ready for it, switch here directly.
// Everything else, and every error, goes the long way (syscall.c).
#include <cap.h>
#include <invoke.h>
#include <ipc.h>
#include <x86/switch.h>

// `t` waits in `state` now, `to` runs with what `t` sends.
static inline struct thread *
pass(struct thread *t, struct thread *to, enum thread_state state, tag_t tag, uint64_t label)
{
	uint64_t words = tag_words(tag);

	t->state = (uint8_t)state;
	if (words != 0)
		copy_words(to->utcb->mr, t->utcb->mr, words);
	to->state = THREAD_READY;
	to->regs.rax = tag & SENDER_BITS;
	to->regs.rdx = label;
	return switch_to(to);
}

static inline bool
only_words(tag_t tag, uint64_t deadline)
{
	return tag_items(tag) == 0 && tag_words(tag) <= MR_MAX && deadline == DEADLINE_NONE;
}

// It waits for anything, and nobody is more urgent.
static inline bool
at_hand(const struct thread *to)
{
	return to != NULL && to->state == THREAD_OPEN_WAIT && to->priority >= cpu.top;
}

struct thread *
syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current, *to;

	if (cap_flags >> 32 == IPC_CALL) {
		struct cap *c = cap_at(t->task->caps, (uint32_t)cap_flags);

		if (c == NULL || c->obj == NULL)
			return syscall_slow(cap_flags, tag, deadline);
		if (c->obj->type != OBJ_GATE)
			return syscall_object(c, cap_flags, tag, deadline);
		struct source *gate = (struct source *)c->obj;

		to = gate->thread;
		if (!(c->node.rights & CAP_SEND) || !at_hand(to) || !only_words(tag, deadline))
			return syscall_slow(cap_flags, tag, deadline);
		to->caller = t;
		t->partner = to;
		t->kind = MSG_IPC;
		return pass(t, to, THREAD_REPLY_WAIT, tag, gate->label);
	}
	to = t->caller;

	// Nothing may wait for t, and nobody more urgent than the caller.
	if (cap_flags >> 32 != IPC_REPLY_AND_WAIT || to == NULL || to->kind != MSG_IPC ||
	    to->slow != 0 || to->priority < cpu.top || !list_empty(&t->pending) ||
	    !only_words(tag, deadline))
		return syscall_slow(cap_flags, tag, deadline);
	t->caller = NULL;
	return pass(t, to, THREAD_OPEN_WAIT, tag, 0);
}
