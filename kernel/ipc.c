// SPDX-License-Identifier: MIT
// The IPC state machine.  transfer() is the only place where content moves.
#include <cpu.h>
#include <debug.h>
#include <ipc.h>
#include <scheduler.h>
#include <string.h>
#include <task.h>
#include <x86/switch.h>

static tag_t
kernel_tag(tag_t t, enum msg_kind kind, enum err e)
{
	return (t & SENDER_BITS) | (uint64_t)kind << 48 | (uint64_t)e << 56;
}

static inline void
set_result(struct thread *t, tag_t tag, uint64_t label)
{
	// A thread that faulted, or was given new registers, gets no result.
	if (t->regs.vector != VECTOR_SYSCALL)
		return;
	t->regs.rax = tag;
	t->regs.rdx = label;
}

// `t` waited and can run again.
static void
wake(struct thread *t, tag_t tag, uint64_t label)
{
	timeout_clear(t);
	set_result(t, tag, label);
	t->partner = NULL;
	sched_ready(t);
}

static enum err
give_item(struct thread *from, struct thread *to, const struct item *item)
{
	unsigned type = fpage_type(item->what), order = fpage_order(item->what);
	fpage_t window = to->utcb->window[type];
	// A thread that faulted receives anywhere: its pager rules it.
	bool anywhere = to->regs.vector != VECTOR_SYSCALL;

	if (type == FPAGE_NONE)
		return ERR_ARG;
	if (anywhere)
		return task_give(from->task, to->task, item->what, item->to, NULL);
	if (fpage_type(window) != type || order > fpage_order(window) || fpage_order(window) > 46)
		return ERR_WINDOW;
	// Ports keep their numbers: these must be in the window.
	if (type == FPAGE_PORT &&
	    (fpage_index(item->what) - fpage_index(window)) >> fpage_order(window) != 0)
		return ERR_WINDOW;
	uint64_t unit = type == FPAGE_MEM ? 0 : 12;     // log2 of one step in `to`
	uint64_t size = 1ull << (fpage_order(window) + unit);
	uint64_t piece = 1ull << (order + unit);
	uint64_t offset = item->to & (size - 1) & ~(piece - 1);

	return task_give(from->task, to->task, item->what,
	                 (window & ~0xfffull) + (offset & ~0xfffull) + (item->to & 7), NULL);
}

static enum err
give_items(struct thread *from, struct thread *to, tag_t tag)
{
	unsigned words = tag_words(tag), items = tag_items(tag);

	for (unsigned i = 0; i < items; i++) {
		struct item item;

		memcpy(&item, &from->utcb->mr[words + 2 * i], sizeof item);
		enum err e = give_item(from, to, &item);

		if (e != OK)
			return e;
	}
	return OK;
}

// Move a message.  On an error nothing but items before the bad one has moved.
static enum err
transfer(struct thread *from, struct thread *to, tag_t tag)
{
	enum err e = give_items(from, to, tag);

	if (e == OK)
		copy_words(to->utcb->mr, from->utcb->mr, tag_words(tag));
	return e;
}

// What a fault looks like in the receiver's UTCB; the tag.
static tag_t
fault_message(struct thread *from, struct thread *to)
{
	uint64_t *mr = to->utcb->mr;

	if (from->kind == MSG_FAULT) {
		mr[0] = from->tag;              // address
		mr[1] = from->regs.rip;
		mr[2] = from->regs.error;
		return tag(0, 3, 0);
	}
	mr[0] = from->regs.vector;
	mr[1] = from->regs.error;
	memcpy(&mr[2], &from->regs, 15 * 8);
	mr[17] = from->regs.rip;
	mr[18] = from->regs.rflags;
	mr[19] = from->regs.rsp;
	return tag(0, 20, 0);
}

// `from` sends through `gate` to `to`, which waits: `to` gets everything but is
// not woken yet.
static enum err
receive(struct thread *from, const struct source *gate, struct thread *to)
{
	tag_t tag = from->tag;

	if (from->kind != MSG_IPC) {
		tag = fault_message(from, to);
	} else {
		enum err e = transfer(from, to, tag);

		if (e != OK)
			return e;
	}
	if (from->calling) {
		from->state = THREAD_REPLY_WAIT;
		from->partner = to;
		to->caller = from;
		if (from->deadline != DEADLINE_NONE)
			timeout_set(from, from->deadline);
	} else {
		wake(from, 0, 0);
	}
	set_result(to, kernel_tag(tag, from->kind, OK), gate->label);
	return OK;
}

static inline bool
open_waiting(const struct thread *t)
{
	return t->state == THREAD_OPEN_WAIT || t->state == THREAD_OPEN_WAIT_TIMED;
}

// Senders are received by priority, those of one priority as they came.
static uint64_t
sender_key(const struct thread *t)
{
	static uint64_t arrivals;

	return (uint64_t)(PRIORITIES - 1 - t->priority) << 56 | (++arrivals & ((1ull << 56) - 1));
}

// `from` has its message described in its tag, kind, calling.
static void
send(struct thread *from, struct source *gate)
{
	struct thread *to = gate->thread;

	if (!open_waiting(to)) {
		from->state = THREAD_SENDING;
		from->rank.key = sender_key(from);
		heap_insert(&gate->senders, &from->rank);
		if (list_empty(&gate->pending))
			list_add_before(&to->pending, &gate->pending);
		return;
	}
	enum err e = receive(from, gate, to);

	if (e != OK) {
		set_result(from, kernel_tag(0, MSG_IPC, e), 0);
		return;
	}
	timeout_clear(to);
	sched_ready(to);
}

// Let `t` have the message of the first sender of `s`.
[[gnu::noinline]] static enum err
take_call(struct thread *t, struct source *s)
{
	struct thread *from = container_of(s->senders.left, struct thread, rank);

	heap_remove(&from->rank);
	enum err e = receive(from, s, t);

	if (e != OK)
		wake(from, kernel_tag(0, MSG_IPC, e), 0);
	if (source_has_message(s))
		list_add_before(&t->pending, &s->pending);
	return e;
}

// Let `t` have the next message of `s`, which is not in its list.  Sources take
// turns, so a gate with many senders does not keep others waiting.
static inline enum err
take(struct thread *t, struct source *s)
{
	if (!source_has_message(s))     // its senders were cancelled
		return ERR_CANCELED;
	if (s->obj.type == OBJ_GATE)
		return take_call(t, s);
	enum msg_kind kind = s->obj.type == OBJ_IRQ ? MSG_IRQ : MSG_SIGNAL;

	t->utcb->mr[0] = s->bits;
	s->bits = 0;
	set_result(t, kernel_tag(tag(0, 1, 0), kind, OK), s->label);
	return OK;
}

// The same from its list; false: there is none.
static bool
take_pending(struct thread *t)
{
	while (!list_empty(&t->pending)) {
		struct source *s = container_of(t->pending.next, struct source, pending);

		list_remove(&s->pending);
		if (take(t, s) == OK)
			return true;
	}
	return false;
}

static void
open_wait(struct thread *t, uint64_t deadline)
{
	if (t->caller != NULL)
		ipc_cancel(t->caller, ERR_NOREPLY);
	if (!list_empty(&t->pending) && take_pending(t))
		return;
	if (deadline == DEADLINE_ZERO) {
		set_result(t, kernel_tag(0, MSG_IPC, ERR_TIMEOUT), 0);
		return;
	}
	t->state = deadline == DEADLINE_NONE ? THREAD_OPEN_WAIT : THREAD_OPEN_WAIT_TIMED;
	if (deadline != DEADLINE_NONE)
		timeout_set(t, deadline);
}

// The answer to a fault: label 0 resumes (with new registers after an
// exception), anything else leaves the thread stopped.
static void
reply_fault(struct thread *t, struct thread *to, tag_t tag)
{
	bool regs = to->kind == MSG_EXCEPTION && tag_words(tag) == 20;
	enum err e = give_items(t, to, tag);

	to->kind = MSG_IPC;
	to->partner = NULL;
	if (regs && e == OK)
		e = thread_set_regs(to, (const struct regs *)&t->utcb->mr[2]);
	if (tag_label(tag) != 0 || e != OK)
		to->stopped = 1;
	sched_ready(to);
}

static enum err
reply(struct thread *t, tag_t tag)
{
	struct thread *to = t->caller;

	if (to == NULL)
		return ERR_GONE;
	t->caller = NULL;
	if (to->kind != MSG_IPC) {
		reply_fault(t, to, tag);
		return OK;
	}
	enum err e = transfer(t, to, tag);

	wake(to, kernel_tag(e == OK ? tag : 0, MSG_IPC, e), 0);
	return e;
}

static inline bool
tag_valid(tag_t tag)
{
	return tag_words(tag) <= MR_MAX && tag_items(tag) <= ITEMS_MAX &&
	       tag_words(tag) + 2 * tag_items(tag) <= MR_MAX;
}

static void
sleep(struct thread *t, uint64_t deadline)
{
	if (deadline == DEADLINE_ZERO) {
		set_result(t, kernel_tag(0, MSG_IPC, ERR_TIMEOUT), 0);
		return;
	}
	t->state = THREAD_SLEEPING;
	if (deadline != DEADLINE_NONE)
		timeout_set(t, deadline);
}

void
ipc_invoke(struct thread *t, struct source *gate, unsigned flags, tag_t tag, uint64_t deadline)
{
	if (flags & IPC_SEND && !tag_valid(tag)) {
		set_result(t, kernel_tag(0, MSG_IPC, ERR_ARG), 0);
		return;
	}
	switch (flags) {
	case IPC_SEND:
	case IPC_CALL:
		if (gate->thread == NULL || gate->thread == t) {
			set_result(t, kernel_tag(0, MSG_IPC,
			                         gate->thread == NULL ? ERR_GONE : ERR_ARG), 0);
			return;
		}
		t->tag = tag & SENDER_BITS;
		t->kind = MSG_IPC;
		t->calling = flags == IPC_CALL;
		t->deadline = deadline;
		send(t, gate);
		return;
	case IPC_SEND | IPC_REPLY:
		set_result(t, kernel_tag(0, MSG_IPC, reply(t, tag)), 0);
		return;
	case IPC_REPLY_AND_WAIT:
		// Whoever was answered with an error knows; a caller that is gone does not care.
		(void)!reply(t, tag);
		open_wait(t, deadline);
		return;
	case IPC_WAIT:
		open_wait(t, deadline);
		return;
	case IPC_RECV:
		sleep(t, deadline);
		return;
	}
	set_result(t, kernel_tag(0, MSG_IPC, ERR_OP), 0);
}

void
ipc_notify(struct source *s)
{
	struct thread *t = s->thread;

	if (t == NULL)
		return;
	if (!open_waiting(t)) {
		if (list_empty(&s->pending))
			list_add_before(&t->pending, &s->pending);
	} else if (take(t, s) == OK || take_pending(t)) {
		timeout_clear(t);
		sched_ready(t);
	}
}

void
ipc_cancel(struct thread *t, enum err e)
{
	switch (t->state) {
	case THREAD_SENDING:
		heap_remove(&t->rank);
		break;
	case THREAD_SEMAPHORE:
		list_remove(&t->queue);
		break;
	case THREAD_REPLY_WAIT:
		t->partner->caller = NULL;
		break;
	case THREAD_OPEN_WAIT:
	case THREAD_OPEN_WAIT_TIMED:
	case THREAD_SLEEPING:
		break;
	default:
		return;
	}
	if (t->kind != MSG_IPC)         // nobody will handle its fault
		t->stopped = 1;
	t->kind = MSG_IPC;
	wake(t, kernel_tag(0, MSG_IPC, e), 0);
}

void
ipc_fault(struct thread *t, struct source *gate, enum msg_kind kind)
{
	if (gate == NULL || gate->thread == NULL || gate->thread == t) {
		t->stopped = 1;
		t->state = THREAD_IDLE;
		return;
	}
	t->kind = (uint8_t)kind;
	t->calling = 1;
	t->deadline = DEADLINE_NONE;
	send(t, gate);
}

void
ipc_fini(struct thread *t)
{
	ipc_cancel(t, ERR_GONE);
	if (t->state == THREAD_READY && t != cpu.current)
		sched_remove(t);
	if (t->caller != NULL)
		ipc_cancel(t->caller, ERR_GONE);
}
