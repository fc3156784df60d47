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
	switch_to(to);
	return to;
}

// The thread to call, or NULL: the capability, the gate or its thread is not
// ready for it.
static inline struct source *
fast_gate(struct thread *t, uint64_t index)
{
	if (index >= CAP_MAX)
		return NULL;
	struct cap *c = &t->task->caps[index / CAP_TABLE][index % CAP_TABLE];
	struct source *gate = (struct source *)c->obj;

	if (gate == NULL || gate->obj.type != OBJ_GATE || !(c->node.rights & CAP_SEND))
		return NULL;
	struct thread *to = gate->thread;

	return to != NULL && to->state == THREAD_OPEN_WAIT && to->priority >= cpu.top ? gate : NULL;
}

struct thread *
syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current;

	if (tag_items(tag) != 0 || tag_words(tag) > MR_MAX || deadline != DEADLINE_NONE)
		return syscall_slow(cap_flags, tag, deadline);
	if (cap_flags >> 32 == IPC_CALL) {
		struct source *gate = fast_gate(t, (uint32_t)cap_flags);

		if (gate == NULL)
			return syscall_slow(cap_flags, tag, deadline);
		struct thread *to = gate->thread;

		to->caller = t;
		t->partner = to;
		t->kind = MSG_IPC;
		return pass(t, to, THREAD_REPLY_WAIT, tag, gate->label);
	}
	struct thread *to = t->caller;

	// Nothing may wait for t, and nobody more urgent than the caller.
	if (cap_flags >> 32 != IPC_REPLY_AND_WAIT || to == NULL || to->kind != MSG_IPC ||
	    to->slow != 0 || to->priority < cpu.top || !list_empty(&t->pending))
		return syscall_slow(cap_flags, tag, deadline);
	t->caller = NULL;
	return pass(t, to, THREAD_OPEN_WAIT, tag, 0);
}
