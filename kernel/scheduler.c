// SPDX-License-Identifier: MIT
// Ready queues, time slices with donation, deadlines, idling.
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
	list_init(&cpu.timeouts);
	cpu.armed = UINT64_MAX;
	cpu.since = rdtsc();
}

static void
update_top(void)
{
	unsigned i = PRIORITIES / 64 - 1;

	while (i > 0 && cpu.bitmap[i] == 0)
		i--;
	cpu.top = cpu.bitmap[i] == 0 ? PRIORITY_IDLE
	                             : i * 64 + 63 - (unsigned)__builtin_clzll(cpu.bitmap[i]);
}

static void
enqueue(struct thread *t, bool first)
{
	struct list *queue = &cpu.ready[t->priority];

	assert(t->state == THREAD_READY && list_empty(&t->queue));
	list_add_before(first ? queue->next : queue, &t->queue);
	cpu.bitmap[t->priority / 64] |= 1ull << t->priority % 64;
	if (t->priority > cpu.top)
		cpu.top = t->priority;
}

void
sched_ready(struct thread *t)
{
	if (t->stopped) {
		t->state = THREAD_IDLE;
		return;
	}
	t->state = THREAD_READY;
	if (t != cpu.current)
		enqueue(t, false);
}

void
sched_remove(struct thread *t)
{
	list_remove(&t->queue);
	if (list_empty(&cpu.ready[t->priority])) {
		cpu.bitmap[t->priority / 64] &= ~(1ull << t->priority % 64);
		update_top();
	}
}

// Who pays when `t` runs: at the root of the chain of calls it serves.
static struct thread *
payer_of(struct thread *t)
{
	for (unsigned hops = 0; t->caller != NULL && hops < PAYER_HOPS; hops++)
		t = t->caller;
	return t;
}

static void
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
	if (cpu.payer->budget < -(int64_t)cpu.payer->slice * DEBT_SLICES)
		cpu.payer->budget = -(int64_t)cpu.payer->slice * DEBT_SLICES;
}

void
sched_forget(struct thread *t)
{
	if (cpu.payer == t) {
		charge();
		cpu.payer = NULL;
	}
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
	struct list *at = cpu.timeouts.next;

	while (at != &cpu.timeouts && container_of(at, struct thread, timeout)->deadline <= deadline)
		at = at->next;
	t->deadline = deadline;
	t->slow |= SLOW_TIMED;
	list_add_before(at, &t->timeout);
	arm_at(deadline);
}

void
timeout_clear(struct thread *t)
{
	if (t->slow & SLOW_TIMED) {
		t->slow &= (uint8_t)~SLOW_TIMED;
		list_remove(&t->timeout);
	}
}

static void
expire(void)
{
	uint64_t now = rdtsc();

	while (!list_empty(&cpu.timeouts)) {
		struct thread *t = container_of(cpu.timeouts.next, struct thread, timeout);

		if (t->deadline > now)
			break;
		ipc_cancel(t, ERR_TIMEOUT);
	}
}

// Let the timer fire when the slice ends or the first deadline is due; when
// idle, only for a deadline.
static void
arm(void)
{
	if (!list_empty(&cpu.timeouts))
		arm_at(container_of(cpu.timeouts.next, struct thread, timeout)->deadline);
	else if (cpu.payer == NULL && cpu.armed != UINT64_MAX) {
		cpu.armed = UINT64_MAX;
		timer_arm(UINT64_MAX);
	}
	if (cpu.payer != NULL)
		arm_at(cpu.since + (cpu.payer->budget > 0 ? (uint64_t)cpu.payer->budget
		                                          : cpu.payer->slice));
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
		cpu.rotate = cpu.payer == cpu.current;
	}
	arm();
}

static void
idle(void)
{
	charge();
	cpu.payer = NULL;
	arm();
	while (cpu.top == PRIORITY_IDLE)
		sti_hlt_cli();
}

// Highest ready thread whose slice is not used up; refill as the queue turns.
static struct thread *
pick(void)
{
	for (;;) {
		struct list *queue = &cpu.ready[cpu.top];
		struct thread *t = container_of(queue->next, struct thread, queue);

		sched_remove(t);
		if (t->budget <= 0 && t->caller == NULL) {
			t->budget += (int64_t)t->slice;
			if (!list_empty(queue)) {
				enqueue(t, false);
				continue;
			}
			t->budget = t->budget > 0 ? t->budget : (int64_t)t->slice;
		}
		t->slow &= (uint8_t)~SLOW_OVERDRAWN;
		return t;
	}
}

// Destruction has the priority of whoever caused it.
static void
reap(void)
{
	while (object_reap_pending()) {
		struct thread *t = cpu.current;
		unsigned top = t != NULL && t->state == THREAD_READY ? t->priority : 0;

		top = top > cpu.top ? top : cpu.top;
		if (top > cpu.reap_priority)
			return;
		object_reap_step();
		preempt_window();
	}
}

struct thread *
sched_leave(void)
{
	reap();
	struct thread *t = cpu.current;

	if (t != NULL && t->state == THREAD_READY) {
		if (t->priority >= cpu.top && !(cpu.rotate && t->priority == cpu.top) &&
		    !t->stopped) {
			cpu.rotate = false;
			return t;
		}
		cpu.current = NULL;
		if (t->stopped)
			t->state = THREAD_IDLE;
		else
			enqueue(t, !cpu.rotate);
	}
	cpu.current = NULL;
	cpu.rotate = false;
	if (cpu.top == PRIORITY_IDLE)
		idle();
	t = pick();
	charge();
	cpu.payer = payer_of(t);
	switch_to(t);
	arm();
	return t;
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
		enqueue(t, false);
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
