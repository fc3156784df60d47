// SPDX-License-Identifier: MIT
// Queues, time slices, deadlines, idling: one file, because all of them decide
// together who runs next, for how long, and who pays (cpu.h has the invariants).
//
// Threads of one priority run in the order of their turns.  Who comes to a queue gets
// the turn behind all that wait, at least a round after the turn that runs.  A slice
// costs a round.  It is paid by who makes a call, at the time that its server works,
// and wherever that has its queue; so after a call of a hundred slices a thread comes
// a hundred rounds after the others, without anything to be done for it in between.
// Nobody is charged for time for which nobody waited.
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

struct thread reaper = { .state = THREAD_IDLE };

enum {
	PAYER_HOPS = 16,        // of a chain of calls; longer ones are paid in the middle
	ROUND = 1 << 20,        // in turns: what a slice is worth
	US_MAX = 10000000,      // slices and periods: ten seconds
};

void
sched_init(void)
{
	reaper.slice = DEFAULT_SLICE;
	reaper.slow = SLOW_ENDS;
	for (unsigned i = 0; i < PRIORITIES; i++)
		list_init(&cpu.orphans[i]);
	for (unsigned i = 0; i < TIMED_GROUPS; i++)
		cpu.soonest[i] = UINT64_MAX;
	cpu.armed = cpu.alarm = UINT64_MAX;
	cpu.since = rdtsc();
}

// ---- queues ----------------------------------------------------------------

// The highest priority below `end` that has a bit in `map`; 0: none.
static unsigned
highest(const uint64_t *map, unsigned end)
{
	unsigned i = end / 64;
	uint64_t word = end % 64 == 0 ? 0 : map[i] & ((1ull << end % 64) - 1);

	while (word == 0 && i > 0)
		word = map[--i];
	return word == 0 ? PRIORITY_IDLE : i * 64 + 63 - (unsigned)__builtin_clzll(word);
}

static inline unsigned
max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

// The highest priority of all that are ready, but for the current thread.
static inline unsigned
ready_top(void)
{
	return cpu.next != NULL ? cpu.next->priority : cpu.queued;
}

static void
update_top(void)
{
	cpu.top = max(ready_top(), cpu.due);
}

// In its turn.
[[gnu::noinline]] static void
enqueue(struct thread *t)
{
	unsigned p = t->priority;

	t->rank.key = t->turn;
	heap_insert(&cpu.ready[p].threads, &t->rank);
	cpu.bitmap[p / 64] |= 1ull << p % 64;
	cpu.queued = max(cpu.queued, p);
	cpu.top = max(cpu.top, p);
}

[[gnu::noinline]] static void
dequeue(struct thread *t)
{
	unsigned p = t->priority;

	heap_remove(&t->rank);
	if (heap_empty(&cpu.ready[p].threads)) {
		cpu.bitmap[p / 64] &= ~(1ull << p % 64);
		if (p == cpu.queued)
			cpu.queued = highest(cpu.bitmap, p);
	}
}

// `next` gives way to somebody.
static void
requeue_next(void)
{
	if (cpu.next != NULL)
		enqueue(cpu.next);
	cpu.next = NULL;
}

// Behind all that wait, or later, if it has used up more than others.
[[gnu::noinline]] static void
queue_up(struct thread *t)
{
	struct queue *q = &cpu.ready[t->priority];

	q->last = q->last + 1 > q->now + ROUND ? q->last + 1 : q->now + ROUND;
	if (t->turn < q->last)
		t->turn = q->last;
	enqueue(t);
}

// `t` has been given `ticks`: what its period does not have of them, it must give back.
[[gnu::noinline]] static void
limit(struct thread *t, uint64_t ticks)
{
	if (cpu.since >= t->renewal) {
		t->renewal = cpu.since + t->period;
		t->left = t->quota;
	}
	if (ticks > t->left) {
		t->budget -= (int64_t)(ticks - t->left);
		ticks = t->left;
	}
	t->left -= ticks;
}

// `t`, with a quota, could run; true: it must not, before its next period.  What it does
// for somebody else, he pays.
static bool
spent(struct thread *t)
{
	uint64_t ticks = t->slice;

	if (t->budget > 0 || t->caller != NULL)
		return false;
	ticks -= (uint64_t)t->budget;
	t->budget = (int64_t)t->slice;
	limit(t, ticks);
	if (t->budget > 0)
		return false;
	t->state = THREAD_SPENT;
	timeout_set(t, t->renewal);
	return true;
}

void
sched_ready(struct thread *t)
{
	if (t->stopped) {
		t->state = THREAD_IDLE;
		return;
	}
	t->state = THREAD_READY;
	if (t == cpu.current || (t->quota != 0 && spent(t)))
		return;
	if (t->priority > ready_top()) {
		requeue_next();
		cpu.next = t;
		cpu.top = max(cpu.top, t->priority);
	} else {
		queue_up(t);
	}
}

void
sched_remove(struct thread *t)
{
	if (t == cpu.next)
		cpu.next = NULL;
	else
		dequeue(t);
	update_top();
}

// ---- who pays --------------------------------------------------------------

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

// Whoever still runs pays from now on.
void
sched_forget(struct thread *t)
{
	if (cpu.payer != t)
		return;
	charge();
	cpu.payer = cpu.current == NULL ? NULL : payer_of(cpu.current);
	cpu.rotate |= REPAY;
}

// Somebody of this priority waits for its turn, or would if its deadline were looked at.
static bool
others_wait(unsigned priority)
{
	const struct heap *timeouts = &cpu.timeouts[priority];

	return cpu.top >= priority &&
	       (!heap_empty(&cpu.ready[priority].threads) ||
	        (cpu.next != NULL && cpu.next->priority == priority) ||
	        (!heap_empty(timeouts) && timeouts->left->key <= cpu.since));
}

// `t`, which pays, gets another slice.  If it used up the turns of others, then theirs
// come first; an answer to it must not give it the processor at once.
[[gnu::noinline]] static void
slice_over(struct thread *t)
{
	const struct queue *q = &cpu.ready[t->priority];
	const struct thread *now = cpu.current;
	uint64_t slices = (uint64_t)-t->budget / t->slice + 1, given = slices * t->slice;

	if (others_wait(t->priority)) {
		t->turn = (t->turn > q->now ? t->turn : q->now) + slices * ROUND;
		t->slow |= SLOW_OVERDRAWN;
	} else if (t->quota == 0) {
		given = t->slice - (uint64_t)t->budget;
	}
	t->budget += (int64_t)given;
	if (t->quota != 0) {
		limit(t, given);
		t->slow |= SLOW_OVERDRAWN;      // perhaps it is spent
		cpu.rotate |= REPAY;
	}
	if (now != NULL && others_wait(now->priority))
		cpu.rotate |= ROTATE;
}

// ---- time ------------------------------------------------------------------

// A timer that is armed too early does no harm.
static void
arm_at(uint64_t at)
{
	if (at < cpu.armed) {
		cpu.armed = at;
		timer_arm(at);
	}
}

// When its slice ends, if it pays from now on.
static inline uint64_t
slice_end(const struct thread *t)
{
	return cpu.since + (t->budget > 0 ? (uint64_t)t->budget : t->slice);
}

static inline void
set_timeout(struct thread *t, uint64_t deadline)
{
	unsigned p = t->priority;

	t->slow |= SLOW_TIMED;
	t->timer.key = deadline;
	heap_insert(&cpu.timeouts[p], &t->timer);
	if (deadline < cpu.soonest[p / TIMED_TOGETHER])
		cpu.soonest[p / TIMED_TOGETHER] = deadline;
	if (deadline < cpu.alarm) {
		cpu.alarm = deadline;
		arm_at(deadline);
	}
}

[[gnu::noinline]] static void
set_timeout_in_ms(struct thread *t, uint64_t deadline)
{
	set_timeout(t, kip_ceiling(deadline));
}

void
timeout_set(struct thread *t, uint64_t deadline)
{
	if (t->extra & EXTRA_BLIND)
		set_timeout_in_ms(t, deadline);
	else
		set_timeout(t, deadline);
}

void
timeout_clear(struct thread *t)
{
	if (t->slow & SLOW_TIMED) {
		t->slow &= (uint8_t)~SLOW_TIMED;
		heap_remove(&t->timer);
	}
}

// The first deadline of a group; or one that has passed, in `due`, and the first of those
// that are more urgent.
static uint64_t
look_at_group(unsigned group)
{
	uint64_t first = UINT64_MAX;

	for (unsigned p = (group + 1) * TIMED_TOGETHER; p-- > group * TIMED_TOGETHER;) {
		const struct heap *h = cpu.timeouts[p].left;

		if (h == NULL || h->key >= first)
			continue;
		if (h->key <= cpu.since) {
			cpu.due = p;
			return first;
		}
		first = h->key;
	}
	cpu.soonest[group] = first;
	return first;
}

// Find what is due, the most urgent first: what is less urgent has to wait, so that
// nobody delays others by deadlines that pass all at once.  Groups are looked into if
// something in them may have passed, so that few are.
static void
look_at_deadlines(void)
{
	cpu.due = PRIORITY_IDLE;
	cpu.alarm = UINT64_MAX;
	for (unsigned group = TIMED_GROUPS; group-- > 0 && cpu.due == PRIORITY_IDLE;) {
		uint64_t first = cpu.soonest[group];

		if (first <= cpu.since)
			first = look_at_group(group);
		if (first < cpu.alarm)
			cpu.alarm = first;
	}
	update_top();
}

// One deadline that has passed.
static void
expire(void)
{
	struct heap *first = cpu.timeouts[cpu.due].left;

	if (first != NULL && first->key <= cpu.since)
		ipc_cancel(container_of(first, struct thread, timer), ERR_TIMEOUT);
	first = cpu.timeouts[cpu.due].left;
	if (first == NULL || first->key > cpu.since) {
		look_at_deadlines();
		arm_at(cpu.alarm);
	}
}

void
sched_tick(void)
{
	struct thread *payer = cpu.payer;

	charge();
	if (cpu.alarm <= cpu.since)
		look_at_deadlines();
	// In a queue it has its turn; what it used up is looked at when it runs.
	if (payer != NULL && payer->budget <= 0 &&
	    (payer == cpu.current || payer->state != THREAD_READY)) {
		if (payer == cpu.current && payer->quota == 0 && cpu.top < payer->priority)
			payer->budget = (int64_t)payer->slice;  // it is alone
		else
			slice_over(payer);
	}
	cpu.armed = payer != NULL && slice_end(payer) < cpu.alarm ? slice_end(payer) : cpu.alarm;
	timer_arm(cpu.armed);
}

static void
idle(void)
{
	charge();
	cpu.payer = NULL;
	cpu.armed = cpu.alarm;          // only a deadline is worth to wake up for
	timer_arm(cpu.armed);
	while (cpu.top == PRIORITY_IDLE)
		sti_hlt_cli();
}

// ---- who runs --------------------------------------------------------------

// What the kernel itself has to do before any thread runs, in pieces: deadlines, with the
// priority of who waits.
[[gnu::noinline]] static void
own_work(void)
{
	for (;; preempt_window()) {
		const struct thread *t = cpu.current;
		unsigned top = t == NULL ? cpu.top : max(cpu.top, t->priority);

		if (top == PRIORITY_IDLE)
			idle();
		else if (cpu.due == top)
			expire();
		else
			return;
	}
}

enum err
sched_end_slice(struct thread *t, struct thread *to)
{
	if (to != NULL && (to->state != THREAD_READY || to == t))
		return ERR_BUSY;
	charge();
	if (to != NULL && to->turn <= cpu.ready[to->priority].last) {
		sched_remove(to);
		to->turn = cpu.ready[to->priority].now;         // before others, if it owes none
		enqueue(to);
	}
	if (cpu.payer == t && t->budget > 0) {          // else it is not its own
		if (to != NULL)
			to->budget += t->budget;
		if (to != NULL && to->budget > (int64_t)to->slice)
			to->budget = (int64_t)to->slice;
		t->budget = 0;
		slice_over(t);
	}
	if (others_wait(t->priority))
		cpu.rotate |= ROTATE;
	cpu.rotate |= REPAY;            // the timer waits for the end of the old slice
	return OK;
}

// Take out who comes first, and put `preempted` (or NULL) back: in its turn, if it has
// run out of its turn for somebody more urgent.
static inline struct thread *
pick(struct thread *preempted)
{
	struct thread *t = cpu.next;

	if (t == NULL) {
		struct queue *q = &cpu.ready[cpu.queued];

		t = container_of(q->threads.left, struct thread, rank);
		if (q->now < t->turn)
			q->now = t->turn;
		dequeue(t);
	}
	cpu.next = preempted;
	if (preempted != NULL && preempted->priority <= cpu.queued)
		requeue_next();
	update_top();
	return t;
}

// The one place where somebody gets the processor, but for fastpath.c.
static inline struct thread *
run(struct thread *t)
{
	charge();
	cpu.payer = payer_of(t);
	cpu.rotate = 0;
	t->slow &= (uint8_t)~SLOW_OVERDRAWN;
	arm_at(slice_end(cpu.payer));
	if (t->task != NULL)
		return switch_to(t);
	cpu.current = t;                // the reaper
	return t;
}

// What was used up of the slice stays used up.
static void
change(struct thread *t, unsigned priority, uint64_t slice)
{
	uint64_t deadline = t->timer.key;
	bool timed = t->slow & SLOW_TIMED, queued = t->state == THREAD_READY && t != cpu.current;

	if (queued)
		sched_remove(t);
	timeout_clear(t);
	uint64_t tail = cpu.ready[t->priority].now + ROUND;
	uint64_t debt = t->turn > tail ? t->turn - tail : 0;

	t->turn = cpu.ready[priority].now + debt;
	t->priority = (uint8_t)priority;
	t->slice = slice;
	if (t->budget > (int64_t)slice)
		t->budget = (int64_t)slice;
	if (timed)
		timeout_set(t, deadline);
	if (queued)
		sched_ready(t);
	ipc_sort(t);
}

void
sched_orphan(struct thread *t)
{
	unsigned p = t->priority;

	if (!(t->slow & SLOW_ENDS))
		return;
	t->slow &= (uint8_t)~SLOW_ENDS;
	object_hand_over(&t->ends, &cpu.orphans[p]);
	cpu.orphaned[p / 64] |= 1ull << p % 64;
	if (reaper.state == THREAD_READY && reaper.priority >= p)
		return;
	change(&reaper, p, reaper.slice);
	if (reaper.state != THREAD_READY)
		sched_ready(&reaper);
}

// A piece of what `t`, current, has to end before it goes on.  Perhaps that is itself.
static void
end_something(struct thread *t)
{
	unsigned p = t->priority;
	struct list *ends = t == &reaper ? &cpu.orphans[p] : &t->ends;

	if (!list_empty(ends)) {
		object_reap_step(ends);
	} else if (t != &reaper) {
		t->slow &= (uint8_t)~SLOW_ENDS;
	} else {
		cpu.orphaned[p / 64] &= ~(1ull << p % 64);
		change(t, highest(cpu.orphaned, PRIORITIES), t->slice);
		if (t->priority == PRIORITY_IDLE)
			t->state = THREAD_IDLE;
	}
}

// The current thread goes on, or another one takes its place.
static inline void
choose(void)
{
	struct thread *t = cpu.current;

	if (t != NULL && t->priority >= cpu.top + (cpu.rotate & ROTATE)) {
		if (cpu.rotate & REPAY)
			run(t);
		return;
	}
	if (t != NULL && cpu.rotate & ROTATE) {
		requeue_next();
		queue_up(t);
		t = NULL;
	}
	run(pick(t));
}

struct thread *
sched_switch(void)
{
	for (;; preempt_window()) {
		struct thread *t = cpu.current;

		if (t != NULL && (t->state != THREAD_READY || (t->quota != 0 && spent(t))))
			cpu.current = NULL;
		if (cpu.due != 0 || (cpu.current == NULL && cpu.top == PRIORITY_IDLE))
			own_work();
		choose();
		if (!(cpu.current->slow & SLOW_ENDS))
			return cpu.current;
		end_something(cpu.current);
	}
}

// ---- scheduler objects -----------------------------------------------------

static uint64_t
ticks(uint64_t us)
{
	return us * kip_data()->tsc_khz / 1000 + 1;
}

static enum err
set(struct thread *caller, const struct scheduler *s, const uint64_t *mr)
{
	struct object *o;
	enum err e = cap_lookup(caller->task, mr[0], OBJ_THREAD, CAP_CTL, &o);
	uint64_t priority = mr[1], us = mr[2];

	if (e != OK)
		return e;
	if (priority == 0 || priority > s->bound || us == 0 || us > US_MAX)
		return ERR_ARG;
	if (o == &cpu.payer->obj) {     // the timer waits for the end of its old slice
		charge();
		cpu.rotate |= REPAY;
	}
	change((struct thread *)o, (unsigned)priority, ticks(us));
	return OK;
}

static enum err
budget(struct thread *caller, const uint64_t *mr)
{
	struct object *o;
	enum err e = cap_lookup(caller->task, mr[0], OBJ_THREAD, CAP_CTL, &o);
	uint64_t period = mr[1], quota = mr[2];

	if (e != OK)
		return e;
	if (quota > period || period > US_MAX || (quota == 0 && period != 0))
		return ERR_ARG;
	struct thread *t = (struct thread *)o;

	charge();
	t->quota = quota == 0 ? 0 : ticks(quota);
	t->period = ticks(period);
	t->renewal = 0;
	if (t->quota != 0 && t->budget > 0)
		limit(t, (uint64_t)t->budget);
	cpu.rotate |= REPAY;            // the slice may end earlier now
	if (t->state == THREAD_SPENT)
		ipc_cancel(t, OK);
	return OK;
}

static enum err
info(struct thread *caller, uint64_t *mr)
{
	struct object *o = NULL;
	uint64_t thread = mr[0];        // read once: others can write there
	enum err e = thread == 0 ? OK : cap_lookup(caller->task, thread, OBJ_THREAD, 0, &o);

	if (e != OK)
		return e;
	charge();
	uint64_t time = o == NULL ? cpu.idle_time : ((struct thread *)o)->cpu_time;

	mr[0] = caller->task->counter ? time : kip_floor(time);
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
	return cap_install(slot, scheduler_create((struct factory *)factory, (unsigned)priority));
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
	case SCHED_BUDGET:
		return rights & CAP_CTL ? budget(t, t->utcb->mr) : ERR_RIGHT;
	case SCHED_BOUND:
		return rights & CAP_CTL ? bound(t, s, t->utcb->mr) : ERR_RIGHT;
	}
	return ERR_OP;
}
