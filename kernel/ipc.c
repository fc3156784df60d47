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
	if (!thread_gets_result(t))
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

// Give an item, or take it back, if the receiver `to` lets it in.  If not g->caller, there
// is only `room` for what is given.
static enum err
give_item(struct give *g, const struct thread *to, struct item item, uint64_t *room)
{
	unsigned type = fpage_type(item.what), order = fpage_order(item.what);
	fpage_t window = to->utcb->window[type];

	g->what = item.what;
	g->dest = item.to;
	if (type == FPAGE_NONE)
		return ERR_ARG;
	if (!thread_has_windows(to))
		return task_give(g);
	if (fpage_type(window) != type || order > fpage_order(window) || fpage_order(window) > 46)
		return ERR_WINDOW;
	// Ports keep their numbers: these must be in the window.
	if (type == FPAGE_PORT &&
	    (fpage_index(item.what) - fpage_index(window)) >> fpage_order(window) != 0)
		return ERR_WINDOW;
	if (g->caller == NULL && !g->undo && item_size(item.what) > *room)
		return ERR_ARG;
	*room -= item_size(item.what);
	uint64_t unit = type == FPAGE_MEM ? 0 : 12;     // log2 of one step in `to`
	uint64_t size = 1ull << (fpage_order(window) + unit);
	uint64_t piece = 1ull << (order + unit);
	uint64_t offset = item.to & (size - 1) & ~(piece - 1);

	g->dest = (window & ~0xfffull) + (offset & ~0xfffull) + (item.to & 7);
	return task_give(g);
}

static inline struct item
item_of(const struct thread *from, tag_t tag, unsigned i)
{
	const volatile uint64_t *mr = &from->utcb->mr[tag_words(tag) + 2 * i];

	return (struct item){ mr[0], mr[1] };   // read once
}

// Between two items, each of which can be a piece of work: false: RESTART.
static bool
next_item(const struct give *g)
{
	preempt_window();
	return g->caller == NULL || !preempt_wanted(g->caller);
}

// The message is refused in item from->item, at from->limit: take back what was given.
static enum err
take_items_back(struct thread *from, struct thread *to, tag_t tag, struct give *g)
{
	enum err e = from->refused;
	uint64_t room = 0;

	for (g->undo = true;;) {
		g->done = from->limit;
		if (give_item(g, to, item_of(from, tag, from->item), &room) == RESTART)
			return RESTART;
		from->progress = 0;
		from->limit = UINT64_MAX;
		if (from->item == 0)
			break;
		from->item--;
		if (!next_item(g))
			return RESTART;
	}
	from->refused = OK;
	return e;
}

// All items or none.  A reply (`from` is current) can be preempted, and is then made
// again: RESTART; `to` may be tired of waiting meanwhile.  Other messages are small.
static enum err
give_items(struct thread *from, struct thread *to, tag_t tag, bool is_reply)
{
	struct give g = { .from = from->task, .to = to->task, .caller = is_reply ? from : NULL };
	uint64_t room = SEND_MAX;

	for (unsigned n = tag_items(tag); from->refused == OK && from->item < n;) {
		struct item item = item_of(from, tag, from->item);

		g.done = 0;
		// What is granted cannot be taken back: it comes last, and is one thing.
		enum err e = item.to & ITEM_GRANT &&
		             (from->item + 1u != n || item_size(item.what) > 1) ?
		             ERR_ARG : give_item(&g, to, item, &room);

		if (e == RESTART)
			return e;
		from->progress = 0;
		if (e != OK) {
			from->refused = (uint8_t)e;
			from->limit = g.done;
			break;
		}
		if (++from->item < n && !next_item(&g))
			return RESTART;
	}
	if (from->refused != OK)
		return take_items_back(from, to, tag, &g);
	from->item = 0;
	return OK;
}

// Move a message, or nothing.
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

// From now on `server` owes an answer to `caller` (NULL: to nobody), who pays for it.
static inline void
owe(struct thread *server, struct thread *caller)
{
	server->caller = caller;
	cpu.rotate |= REPAY;
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
		if (from->deadline != DEADLINE_NONE && from->state != THREAD_SENDING)
			timeout_set(from, from->deadline);
		from->state = THREAD_REPLY_WAIT;
		from->partner = to;
		owe(to, from);
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
sender_key(const struct thread *t, uint64_t arrival)
{
	return (uint64_t)(PRIORITIES - 1 - t->priority) << 56 | (arrival & ((1ull << 56) - 1));
}

void
ipc_sort(struct thread *t)
{
	if (t->state == THREAD_SENDING) {
		heap_remove(&t->rank);
		t->rank.key = sender_key(t, t->rank.key);
		heap_insert(&t->gate->senders, &t->rank);
	}
}

// `from` waits to be received through `gate`.
static void
queue_sender(struct thread *from, struct source *gate)
{
	static uint64_t arrivals;

	if (from->deadline == DEADLINE_ZERO) {
		set_result(from, kernel_tag(0, MSG_IPC, ERR_TIMEOUT), 0);
		return;
	}
	from->state = THREAD_SENDING;
	from->gate = gate;
	from->rank.key = sender_key(from, ++arrivals);
	heap_insert(&gate->senders, &from->rank);
	if (from->deadline != DEADLINE_NONE)
		timeout_set(from, from->deadline);
	if (list_empty(&gate->pending))
		list_add_before(&gate->thread->pending, &gate->pending);
}

// Before it waits again, `t` has to look what there is.
static void
wait_again(struct thread *t, uint64_t deadline)
{
	thread_again(t, (uint64_t)IPC_WAIT << 32, 0, deadline);
}

// `from` has its message described in its tag, kind, calling, deadline.
static void
send(struct thread *from, struct source *gate)
{
	struct thread *to = gate->thread;

	if (!open_waiting(to)) {
		queue_sender(from, gate);
		return;
	}
	uint64_t deadline = to->state == THREAD_OPEN_WAIT ? DEADLINE_NONE : to->timer.key;
	uint8_t state = to->state;

	to->state = THREAD_READY;       // what interrupts have for it meanwhile is pending
	enum err e = receive(from, gate, to);

	if (e != OK) {
		set_result(from, kernel_tag(0, MSG_IPC, e), 0);
		to->state = state;
		if (list_empty(&to->pending))
			return;
		wait_again(to, deadline);
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

// The next message has items, which would be given in the time of who was just answered.
static bool
others_pay(const struct source *s)
{
	if (!(cpu.rotate & REPAY) || s->obj.type != OBJ_GATE || !source_has_message(s))
		return false;
	const struct thread *from = container_of(s->senders.left, struct thread, rank);

	return from->kind == MSG_IPC && tag_items(from->tag) != 0;
}

// Let `t`, current, have the next message of its first pending source.  Sources
// take turns, so a gate with many senders does not keep others waiting.  RESTART:
// there were messages with errors, and others should run, or pay, before it looks again.
[[gnu::noinline]] static enum err
take_pending(struct thread *t)
{
	while (!list_empty(&t->pending)) {
		struct source *s = container_of(t->pending.next, struct source, pending);

		if (others_pay(s))
			return RESTART;
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
	owe(t, NULL);
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
		if (!preempt_revoke(t, 0))
			return RESTART;
		thread_restart_ends(t);
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
	owe(t, NULL);
	wake(to, kernel_tag(e == OK ? tag : 0, MSG_IPC, e), 0);
	return e;
}

static inline bool
tag_valid(tag_t tag, unsigned items)
{
	return tag_words(tag) <= MR_MAX && tag_items(tag) <= items &&
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

	if (flags & IPC_SEND &&
	    !tag_valid(tag, flags & IPC_REPLY ? ITEMS_MAX : SEND_ITEMS_MAX)) {
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
		wait_again(t, t->state == THREAD_OPEN_WAIT ? DEADLINE_NONE : t->timer.key);
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
	case THREAD_SEMAPHORE:
		heap_remove(&t->rank);
		break;
	case THREAD_REPLY_WAIT:
		owe(t->partner, NULL);
		break;
	case THREAD_OPEN_WAIT:
	case THREAD_OPEN_WAIT_TIMED:
	case THREAD_SLEEPING:
		break;
	case THREAD_SPENT:              // for no wait of its own
		timeout_clear(t);
		sched_ready(t);
		return;
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
	t->stopped = 1;                 // it is not to be ready again
	ipc_cancel(t, ERR_GONE);
	if (t->state == THREAD_READY && t != cpu.current)
		sched_remove(t);
	if (t->caller != NULL)
		ipc_cancel(t->caller, ERR_GONE);
}
