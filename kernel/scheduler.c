// SPDX-License-Identifier: MIT
// Ready queues, time slices with donation, deadlines, idling: one file, because
// all of them decide together who runs next, for how long, and who pays.
#include <cap.h>
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <ipc.h>
#include <kip.h>
#include <preempt.h>
#include <scheduler.h>
#include <task.h>
#include <x86/switch.h>
#include <x86/timer.h>
#include <x86/x86.h>

struct cpu cpu;

enum {
	PAYER_HOPS = 16,        // of a chain of calls; longer ones are paid in the middle
	DEBT_SLICES = 16,       // more debt than this is forgiven
};

void
sched_init(void)
{
	for (unsigned i = 0; i < PRIORITIES; i++)
		list_init(&cpu.ready[i]);
	cpu.armed = UINT64_MAX;
	cpu.since = rdtsc();
}

// The queues' highest priority and that of all have changed.
static void
update_top(void)
{
	unsigned i = PRIORITIES / 64;

	cpu.queued = PRIORITY_IDLE;
	while (i-- > 0) {
		if (cpu.bitmap[i] != 0) {
			cpu.queued = i * 64 + 63 - (unsigned)__builtin_clzll(cpu.bitmap[i]);
			break;
		}
	}
	if (cpu.next == NULL)
		cpu.top = cpu.queued;
}

static void
enqueue(struct thread *t, bool first)
{
	struct list *queue = &cpu.ready[t->priority];

	list_add_before(first ? queue->next : queue, &t->queue);
	cpu.bitmap[t->priority / 64] |= 1ull << t->priority % 64;
	if (t->priority > cpu.queued)
		cpu.queued = t->priority;
	if (t->priority > cpu.top)
		cpu.top = t->priority;
}

// `t` is to run before all others that are ready.
static void
set_next(struct thread *t)
{
	if (cpu.next != NULL)
		enqueue(cpu.next, true);
	cpu.next = t;
	cpu.top = t->priority;
}

static void
clear_next(void)
{
	cpu.next = NULL;
	cpu.top = cpu.queued;
}

void
sched_ready(struct thread *t)
{
	if (t->stopped) {
		t->state = THREAD_IDLE;
		return;
	}
	t->state = THREAD_READY;
	if (t == cpu.current)
		return;
	assert(list_empty(&t->queue));
	if (t->priority > cpu.top)
		set_next(t);
	else
		enqueue(t, false);
}

static void
dequeue(struct thread *t)
{
	list_remove(&t->queue);
	if (list_empty(&cpu.ready[t->priority])) {
		cpu.bitmap[t->priority / 64] &= ~(1ull << t->priority % 64);
		update_top();
	}
}

void
sched_remove(struct thread *t)
{
	if (t == cpu.next)
		clear_next();
	else
		dequeue(t);
}

// Who pays when `t` runs: at the root of the chain of calls it serves.
static struct thread *
payer_of(struct thread *t)
{
	for (unsigned hops = 0; t->caller != NULL && hops < PAYER_HOPS; hops++)
		t = t->caller;
	return t;
}

static inline void
charge(void)
{
	uint64_t now = rdtsc(), spent = now - cpu.since;

	cpu.since = now;
	if (cpu.payer == NULL) {
		cpu.idle_time += spent;
		return;
	}
	cpu.payer->cpu_time += spent;
	cpu.payer->budget -= (int64_t)spent;
}

// A timer that is armed too early does no harm.
static void
arm_at(uint64_t at)
{
	if (at < cpu.armed) {
		cpu.armed = at;
		timer_arm(at);
	}
}

void
timeout_set(struct thread *t, uint64_t deadline)
{
	t->slow |= SLOW_TIMED;
	t->rank.key = deadline;
	heap_insert(&cpu.timeouts, &t->rank);
	arm_at(deadline);
}

void
timeout_clear(struct thread *t)
{
	if (t->slow & SLOW_TIMED) {
		t->slow &= (uint8_t)~SLOW_TIMED;
		heap_remove(&t->rank);
	}
}

static void
expire(void)
{
	uint64_t now = rdtsc();

	while (!heap_empty(&cpu.timeouts) && cpu.timeouts.left->key <= now)
		ipc_cancel(container_of(cpu.timeouts.left, struct thread, rank), ERR_TIMEOUT);
}

// Let the timer fire when the payer's slice ends.
static void
arm_slice(void)
{
	arm_at(cpu.since + (cpu.payer->budget > 0 ? (uint64_t)cpu.payer->budget
	                                          : cpu.payer->slice));
}

// Whoever still runs pays from now on.
void
sched_forget(struct thread *t)
{
	if (cpu.payer != t)
		return;
	charge();
	cpu.payer = NULL;
	if (cpu.current != NULL) {
		cpu.payer = payer_of(cpu.current);
		arm_slice();
	}
}

void
sched_tick(void)
{
	cpu.armed = UINT64_MAX;
	charge();
	expire();
	if (cpu.payer != NULL && cpu.payer->budget <= 0) {
		// Others that work for it finish first; the answer goes the slow way.
		cpu.payer->slow |= SLOW_OVERDRAWN;
		cpu.rotate = cpu.payer == cpu.current && cpu.top == cpu.payer->priority;
	}
	if (!heap_empty(&cpu.timeouts))
		arm_at(cpu.timeouts.left->key);
	if (cpu.payer != NULL)
		arm_slice();
}

static void
idle(void)
{
	charge();
	cpu.payer = NULL;
	// only a deadline is worth to wake up for
	cpu.armed = heap_empty(&cpu.timeouts) ? UINT64_MAX : cpu.timeouts.left->key;
	timer_arm(cpu.armed);
	while (cpu.top == PRIORITY_IDLE)
		sti_hlt_cli();
}

// A slice more for `t`, which has used up one; false: not for others that wait.
static bool
refill(struct thread *t)
{
	int64_t slice = (int64_t)t->slice;
	bool others = !list_empty(&cpu.ready[t->priority]);

	if (t->budget < -slice * DEBT_SLICES)
		t->budget = -slice * DEBT_SLICES;
	t->budget += slice;
	if (!others && t->budget <= 0)
		t->budget = slice;
	return !others;
}

// Take out the thread to run next: the first whose slice is not used up.  The
// others get a new one, and queue up again.
static struct thread *
pick(void)
{
	for (;;) {
		struct thread *t = cpu.next;

		if (t != NULL) {
			clear_next();
		} else {
			t = container_of(cpu.ready[cpu.top].next, struct thread, queue);
			dequeue(t);
		}
		if (t->budget > 0 || t->caller != NULL || refill(t)) {
			t->slow &= (uint8_t)~SLOW_OVERDRAWN;
			return t;
		}
		enqueue(t, false);
	}
}

// Destruction has the priority of whoever caused it.
static void
reap(void)
{
	while (cpu.reap_priority != 0) {
		struct thread *t = cpu.current;
		unsigned top = t != NULL && t->state == THREAD_READY ? t->priority : 0;

		top = top > cpu.top ? top : cpu.top;
		if (top > cpu.reap_priority)
			return;
		object_reap_step();
		preempt_window();
	}
}

// Who comes after `preempted`, which is put back; NULL: it cannot go on.
static inline struct thread *
successor(struct thread *preempted)
{
	cpu.current = NULL;
	if (preempted != NULL && cpu.rotate) {
		enqueue(preempted, false);
		preempted = NULL;
	}
	cpu.rotate = 0;
	if (cpu.top == PRIORITY_IDLE)
		idle();
	struct thread *t = pick();

	if (preempted == NULL)
		return t;
	// first of those left, unless others have overtaken it, too
	if (preempted->priority < cpu.top) {
		enqueue(preempted, true);
	} else {
		cpu.next = preempted;
		cpu.top = preempted->priority;
	}
	return t;
}

struct thread *
sched_switch(void)
{
	if (cpu.reap_priority != 0) {
		reap();
		if (cpu.current != NULL && sched_goes_on(cpu.current))
			return cpu.current;
	}
	struct thread *t = cpu.current;

	t = successor(t != NULL && t->state == THREAD_READY ? t : NULL);
	charge();
	cpu.payer = payer_of(t);
	arm_slice();
	return switch_to(t);
}

static enum err
set(struct thread *caller, const struct scheduler *s, const uint64_t *mr)
{
	struct object *o;
	enum err e = cap_lookup(caller->task, mr[0], OBJ_THREAD, CAP_CTL, &o);
	uint64_t priority = mr[1], us = mr[2];

	if (e != OK)
		return e;
	if (priority == 0 || priority > s->bound || us == 0 || us > 10000000)
		return ERR_ARG;
	struct thread *t = (struct thread *)o;
	bool queued = t->state == THREAD_READY && t != cpu.current;

	if (queued)
		sched_remove(t);
	t->priority = (uint8_t)priority;
	t->slice = us * kip_data()->tsc_khz / 1000 + 1;
	t->budget = (int64_t)t->slice;
	if (queued)
		sched_ready(t);
	return OK;
}

static enum err
info(struct thread *caller, uint64_t *mr)
{
	struct object *o = NULL;

	if (mr[0] != 0) {
		enum err e = cap_lookup(caller->task, mr[0], OBJ_THREAD, 0, &o);

		if (e != OK)
			return e;
	}
	charge();
	mr[0] = mr[0] == 0 ? cpu.idle_time : ((struct thread *)o)->cpu_time;
	caller->reply_words = 1;
	return OK;
}

struct object *
scheduler_create(struct factory *payer, unsigned bound)
{
	struct scheduler *s = factory_alloc(payer, sizeof *s);

	if (s == NULL)
		return NULL;
	object_init(&s->obj, OBJ_SCHEDULER, payer);
	s->bound = bound;
	return &s->obj;
}

static enum err
bound(struct thread *caller, const struct scheduler *s, const uint64_t *mr)
{
	struct object *factory;
	struct cap *slot;
	uint64_t priority = mr[2];
	enum err e = cap_lookup(caller->task, mr[0], OBJ_FACTORY, CAP_SEND, &factory);

	if (e == OK && (priority == 0 || priority > s->bound))
		e = ERR_ARG;
	if (e == OK)
		e = cap_slot_free(caller->task, mr[1], &slot);
	if (e != OK)
		return e;
	struct object *o = scheduler_create((struct factory *)factory, (unsigned)priority);

	if (o == NULL)
		return ERR_QUOTA;
	cap_set(slot, o, &o->caps, CAP_ALL);
	return OK;
}

enum err
scheduler_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	const struct scheduler *s = (const struct scheduler *)o;

	switch (op) {
	case SCHED_SET:
		return rights & CAP_CTL ? set(t, s, t->utcb->mr) : ERR_RIGHT;
	case SCHED_INFO:
		return rights & CAP_SEND ? info(t, t->utcb->mr) : ERR_RIGHT;
	case SCHED_BOUND:
		return rights & CAP_CTL ? bound(t, s, t->utcb->mr) : ERR_RIGHT;
	}
	return ERR_OP;
}
