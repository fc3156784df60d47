// SPDX-License-Identifier: MIT
// The IPC state machine: who waits for whom, and what moves between them.  Long,
// because sending, receiving, replying and faults are steps of one machine.
#include <cpu.h>
#include <debug.h>
#include <invoke.h>
#include <ipc.h>
#include <preempt.h>
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

// Pages or capabilities.
static inline uint64_t
item_size(fpage_t what)
{
	unsigned order = fpage_order(what);

	if (fpage_type(what) == FPAGE_MEM)
		return order < 12 ? 1 : 1ull << (order - 12);
	return fpage_type(what) == FPAGE_CAP ? 1ull << order : 1;
}

// `caller`: as for task_give; NULL: there is only `room` for what is given.
static enum err
give_item(struct thread *from, struct thread *to, const struct item *item, struct thread *caller,
          uint64_t *room)
{
	unsigned type = fpage_type(item->what), order = fpage_order(item->what);
	fpage_t window = to->utcb->window[type];
	// A thread that faulted receives anywhere: its pager rules it.
	bool anywhere = to->regs.vector != VECTOR_SYSCALL;

	if (type == FPAGE_NONE)
		return ERR_ARG;
	if (anywhere)
		return task_give(from->task, to->task, item->what, item->to, caller);
	if (fpage_type(window) != type || order > fpage_order(window) || fpage_order(window) > 46)
		return ERR_WINDOW;
	// Ports keep their numbers: these must be in the window.
	if (type == FPAGE_PORT &&
	    (fpage_index(item->what) - fpage_index(window)) >> fpage_order(window) != 0)
		return ERR_WINDOW;
	if (caller == NULL && item_size(item->what) > *room)
		return ERR_ARG;
	*room -= item_size(item->what);
	uint64_t unit = type == FPAGE_MEM ? 0 : 12;     // log2 of one step in `to`
	uint64_t size = 1ull << (fpage_order(window) + unit);
	uint64_t piece = 1ull << (order + unit);
	uint64_t offset = item->to & (size - 1) & ~(piece - 1);

	return task_give(from->task, to->task, item->what,
	                 (window & ~0xfffull) + (offset & ~0xfffull) + (item->to & 7), caller);
}

// A reply (`from` is current) can be preempted, and is then made again: RESTART;
// `to` may be tired of waiting meanwhile.  Other messages are small.
static enum err
give_items(struct thread *from, struct thread *to, tag_t tag, bool is_reply)
{
	const volatile uint64_t *mr = &from->utcb->mr[tag_words(tag)];
	uint64_t room = SEND_MAX;
	enum err e = OK;

	for (unsigned i = is_reply ? from->item : 0; i < tag_items(tag) && e == OK; i++) {
		struct item item = { mr[2 * i], mr[2 * i + 1] };        // read once

		e = give_item(from, to, &item, is_reply ? from : NULL, &room);
		if (e == RESTART)
			from->item = (uint8_t)i;
		else if (is_reply)
			from->progress = from->item = 0;
	}
	return e;
}

// Move a message.  On an error nothing but items before the bad one has moved.
static enum err
transfer(struct thread *from, struct thread *to, tag_t tag)
{
	enum err e = give_items(from, to, tag, false);

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

// Let `t` have the message of the first sender of `s`, if there is any.
static enum err
take_call(struct thread *t, struct source *s)
{
	if (!source_has_message(s))     // its senders were cancelled
		return ERR_CANCELED;
	struct thread *from = container_of(s->senders.left, struct thread, rank);

	heap_remove(&from->rank);
	enum err e = receive(from, s, t);

	if (e != OK)
		wake(from, kernel_tag(0, MSG_IPC, e), 0);
	if (source_has_message(s))
		list_add_before(&t->pending, &s->pending);
	return e;
}

// Let `t` have the bits of a signal, or an interrupt.
static inline void
take_bits(struct thread *t, struct source *s)
{
	enum msg_kind kind = s->obj.type == OBJ_IRQ ? MSG_IRQ : MSG_SIGNAL;

	t->utcb->mr[0] = s->bits;
	s->bits = 0;
	set_result(t, kernel_tag(tag(0, 1, 0), kind, OK), s->label);
}

// Let `t`, current, have the next message of its first pending source.  Sources
// take turns, so a gate with many senders does not keep others waiting.  RESTART:
// there were messages with errors, and others should run before it looks again.
[[gnu::noinline]] static enum err
take_pending(struct thread *t)
{
	while (!list_empty(&t->pending)) {
		struct source *s = container_of(t->pending.next, struct source, pending);

		list_remove(&s->pending);
		if (s->obj.type != OBJ_GATE) {
			take_bits(t, s);
			return OK;
		}
		if (take_call(t, s) == OK)
			return OK;
		preempt_window();
		if (preempt_wanted(t))
			return RESTART;
	}
	return ERR_TIMEOUT;
}

// Before it waits again, `t` has to look what there is.
static void
wait_again(struct thread *t, uint64_t deadline)
{
	thread_again(t, (uint64_t)IPC_WAIT << 32, 0, deadline);
}

static void
open_wait(struct thread *t, uint64_t deadline)
{
	if (t->caller != NULL)
		ipc_cancel(t->caller, ERR_NOREPLY);
	enum err e = list_empty(&t->pending) ? ERR_TIMEOUT : take_pending(t);

	if (e == RESTART)
		wait_again(t, deadline);
	if (e != ERR_TIMEOUT)
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
static enum err
reply_fault(struct thread *t, struct thread *to, tag_t tag)
{
	bool regs = to->kind == MSG_EXCEPTION && tag_words(tag) == 20;
	enum err e = give_items(t, to, tag, true);

	if (e == RESTART)
		return e;
	t->caller = NULL;
	to->kind = MSG_IPC;
	to->partner = NULL;
	if (regs && e == OK)
		e = thread_set_regs(to, (const struct regs *)&t->utcb->mr[2]);
	if (tag_label(tag) != 0 || e != OK)
		to->stopped = 1;
	sched_ready(to);
	return OK;
}

static enum err
reply(struct thread *t, tag_t tag)
{
	struct thread *to = t->caller;

	if (to == NULL) {               // perhaps since it was preempted
		t->progress = t->item = 0;
		return ERR_GONE;
	}
	if (to->kind != MSG_IPC)
		return reply_fault(t, to, tag);
	enum err e = give_items(t, to, tag, true);

	if (e == RESTART)
		return e;
	if (t->caller == NULL)          // its time was over in a window
		return ERR_GONE;
	if (e == OK)
		copy_words(to->utcb->mr, t->utcb->mr, tag_words(tag));
	t->caller = NULL;
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
	enum err e;

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
	case IPC_REPLY_AND_WAIT:
		e = reply(t, tag);
		if (e == RESTART)
			thread_again(t, (uint64_t)flags << 32, tag, deadline);
		else if (flags == IPC_REPLY_AND_WAIT)
			// Whoever was answered with an error knows; who is gone does not care.
			open_wait(t, deadline);
		else
			set_result(t, kernel_tag(0, MSG_IPC, e), 0);
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
	bool waits = open_waiting(t), gate = s->obj.type == OBJ_GATE;

	if ((!waits || gate) && list_empty(&s->pending))
		list_add_before(&t->pending, &s->pending);
	if (!waits)
		return;
	if (gate)                       // receives in its own time
		wait_again(t, t->state == THREAD_OPEN_WAIT ? DEADLINE_NONE : t->rank.key);
	else
		take_bits(t, s);
	timeout_clear(t);
	sched_ready(t);
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
		if (t == cpu.root)
			panic_at(&t->regs, "the root task has faulted");
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
