// SPDX-License-Identifier: MIT
// All states of the scheduler with three threads of two priorities: from each, everything
// that can happen next is done to kernel/scheduler.c and to a plain model beside it,
// which keeps threads in an array and searches.  Both must agree on who runs, who pays,
// with what left, and nobody may wait for longer than a slice of each other thread.
// States are taken for one if their turns are in the same order and rounds.  Long, because
// each operation is done to both sides of one comparison.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cap.h>
#include <debug.h>
#include <factory.h>
#include <ipc.h>
#include <kip.h>
#include <scheduler.h>
#include <x86/io.h>
#include <x86/switch.h>
#include <x86/timer.h>
#include <x86/x86.h>

enum { N = 3, P = 2, SLICE = 1000, ROUND = 1 << 20, NOBODY = -1, STATES = 1 << 19, TABLE = 1 << 21,
       START = 1 << 30 };

// ---- the kernel, and what it has around it ------------------------------------

static struct thread thread[N];
static int threads;                     // that take part
static uint64_t nap;                    // how long they sleep
static struct task task = { .counter = 1 };
static struct object *looked_up;
static uint64_t tsc;
static struct object object[N];         // what each can have to end
static const char *doing;

struct tss tss;
struct task *io_task;
struct cap cap_table_none[CAP_TABLE];

static void show(void);
static void show_way(void);

_Noreturn static void
wrong(const char *what)
{
	fprintf(stderr, "after %s: %s\n", doing, what);
	show();
	show_way();
	abort();
}

#define MUST(e) do { if (!(e)) wrong(#e); } while (0)

void panic(const char *what) { wrong(what); }
uint64_t machine_rdtsc(void) { return tsc; }
void machine_write_cr3(uint64_t v) { (void)v; }
void timer_arm(uint64_t at) { MUST(at == cpu.armed); }
struct thread *switch_extra(struct thread *t) { return t; }
void object_init(struct object *o, enum object_type t, struct factory *f)
{ (void)o, (void)t, (void)f; }
void *factory_alloc(struct factory *f, uint64_t n) { (void)f, (void)n; return NULL; }
enum err cap_slot_free(struct task *t, uint64_t i, struct cap **c)
{ (void)t, (void)i, (void)c; return ERR_ARG; }
enum err cap_install(struct cap *c, struct object *o) { (void)c, (void)o; return ERR_QUOTA; }
void object_hand_over(struct list *ends, struct list *to) { (void)ends, (void)to; abort(); }

enum err
cap_lookup(struct task *t, uint64_t index, enum object_type type, unsigned rights,
           struct object **out)
{
	(void)t, (void)index, (void)type, (void)rights;
	*out = looked_up;
	return OK;
}

struct kip *
kip_data(void)
{
	static struct kip kip = { .tsc_khz = 999000 };  // 1 us: SLICE

	return &kip;
}

void
ipc_sort(struct thread *t)
{
	(void)t;
}

// What happened on the way, for the model to follow.
enum kind { EXPIRY, WINDOW, IDLE };

static struct { uint64_t at; unsigned due; int woken; enum kind kind; } event[16];
static unsigned events, followed;

static void
happened(int woken, enum kind kind)
{
	MUST(events < sizeof event / sizeof event[0]);
	event[events].at = tsc;
	event[events].due = cpu.due;
	event[events].woken = woken;
	event[events++].kind = kind;
}

void
ipc_cancel(struct thread *t, enum err e)
{
	MUST(e == ERR_TIMEOUT && t->state == THREAD_OPEN_WAIT_TIMED);
	happened((int)(t - thread), EXPIRY);
	timeout_clear(t);
	sched_ready(t);
}

void
object_reap_step(struct list *ends)
{
	list_remove(ends->next);
}

static int wake_in_window = -1;         // by an interrupt

void
machine_sti_nop_cli(void)
{
	int i = wake_in_window;

	wake_in_window = -1;
	if (i < 0 || thread[i].state != THREAD_OPEN_WAIT)
		return;
	happened(i, WINDOW);
	sched_ready(&thread[i]);
}

// Sleeps until the timer fires, or something else wakes the first that waits.
void
machine_sti_hlt_cli(void)
{
	int i = 0;

	if (cpu.armed != UINT64_MAX) {
		tsc = cpu.armed > tsc ? cpu.armed : tsc;
		sched_tick();
		happened(-1, IDLE);
		return;
	}
	while (thread[i].state != THREAD_OPEN_WAIT)
		MUST(++i < threads);
	happened(i, IDLE);
	sched_ready(&thread[i]);
}

// ---- the model -------------------------------------------------------------------

// What both consist of.
struct model {
	struct {
		enum thread_state state;
		int priority, caller, partner;
		int64_t budget;
		uint64_t turn, deadline;
		int waited;             // slices of others since it could run
		bool overdrawn;
		int ends;               // 2: something, 1: has to see that there is nothing
	} t[N];
	uint64_t now[P + 1], last[P + 1];
	int current, payer, next, due;
	bool rotate, repay;
};

static struct model m;

static void
show(void)
{
	fprintf(stderr, "model: current %d payer %d next %d due %d rotate %d\n",
	        m.current, m.payer, m.next, m.due, m.rotate);
	fprintf(stderr, "kernel: current %td next %td due %u rotate %u\n",
	        cpu.current == NULL ? -1 : cpu.current - thread,
	        cpu.next == NULL ? -1 : cpu.next - thread, cpu.due, cpu.rotate);
	for (int i = 0; i < N; i++)
		fprintf(stderr, "%d: state %d %d  priority %d  budget %ld %ld  turn %ld %ld\n", i,
		        m.t[i].state, thread[i].state, m.t[i].priority, m.t[i].budget,
		        thread[i].budget, (long)(m.t[i].turn - m.now[m.t[i].priority]),
		        (long)(thread[i].turn - cpu.ready[thread[i].priority].now));
}

static bool
ready(int i)
{
	return m.t[i].state == THREAD_READY && i != m.current;
}

// The highest priority of those that are ready, without the current one.
static int
ready_priority(void)
{
	int p = 0;

	for (int i = 0; i < N; i++)
		p = ready(i) && m.t[i].priority > p ? m.t[i].priority : p;
	return p;
}

static int
top(void)
{
	return ready_priority() > m.due ? ready_priority() : m.due;
}

static void
find_due(void)
{
	m.due = 0;
	for (int i = 0; i < N; i++)
		if (m.t[i].state == THREAD_OPEN_WAIT_TIMED && m.t[i].deadline <= tsc &&
		    m.t[i].priority > m.due)
			m.due = m.t[i].priority;
}

static void
line_up(int i)
{
	int p = m.t[i].priority;

	m.last[p] = m.last[p] + 1 > m.now[p] + ROUND ? m.last[p] + 1 : m.now[p] + ROUND;
	if (m.t[i].turn < m.last[p])
		m.t[i].turn = m.last[p];
}

static void
wake(int i)
{
	int most = ready_priority();

	m.t[i].state = THREAD_READY;
	m.t[i].waited = 0;
	if (i == m.current)
		return;
	if (m.t[i].priority > most)
		m.next = i;
	else
		line_up(i);
}

static int
root(int i)
{
	while (m.t[i].caller != NOBODY)
		i = m.t[i].caller;
	return i;
}

// Another of this priority is ready, or would be.
static bool
others(int priority)
{
	for (int i = 0; i < N; i++) {
		bool due = m.t[i].state == THREAD_OPEN_WAIT_TIMED && m.t[i].deadline <= tsc;

		if (m.t[i].priority == priority && (ready(i) || due))
			return true;
	}
	return false;
}

// `due`: what the kernel found.  That can be a priority whose thread has been woken by
// something else since its deadline passed.
static void
tick(unsigned due)
{
	int p = m.payer;

	find_due();
	MUST((int)due >= m.due);
	m.due = (int)due;
	if (p == NOBODY || m.t[p].budget > 0 || ready(p))
		return;
	uint64_t slices = (uint64_t)-m.t[p].budget / SLICE + 1, now = m.now[m.t[p].priority];

	m.t[p].budget += (int64_t)slices * SLICE;
	if (others(m.t[p].priority)) {
		m.t[p].turn = (m.t[p].turn > now ? m.t[p].turn : now) + slices * ROUND;
		m.t[p].overdrawn = true;
	} else {
		m.t[p].budget = SLICE;
	}
	if (m.current == NOBODY)
		return;
	p = m.t[m.current].priority;
	for (int i = 0; i < N; i++)             // who used up others' turns has to wait longer
		m.t[i].waited += ready(i) && m.t[i].priority == p &&
		                 m.t[i].turn <= m.now[p] + ROUND + N;
	m.rotate |= others(p);
}

// Of several with the same turn, which only threads have that were never in a queue, the
// one that the kernel took.
static int
first(void)
{
	int best = NOBODY, taken = cpu.current == NULL ? NOBODY : (int)(cpu.current - thread);

	if (m.next != NOBODY)
		return m.next;
	for (int i = 0; i < N; i++)
		if (ready(i) && (best == NOBODY || m.t[i].priority > m.t[best].priority ||
		                 (m.t[i].priority == m.t[best].priority &&
		                  (m.t[i].turn < m.t[best].turn ||
		                   (m.t[i].turn == m.t[best].turn && i == taken)))))
			best = i;
	return best;
}

// A thread that is due at priority `p`: the one that the kernel took, if it may be.
static void
follow_expiry(int p)
{
	for (int i = 0; i < N; i++) {
		if (m.t[i].state != THREAD_OPEN_WAIT_TIMED || m.t[i].priority != p ||
		    m.t[i].deadline > tsc)
			continue;
		MUST(followed < events && event[followed].kind == EXPIRY);
		int k = event[followed++].woken;

		MUST(m.t[k].state == THREAD_OPEN_WAIT_TIMED && m.t[k].priority == p);
		MUST(m.t[k].deadline <= m.t[i].deadline);
		wake(k);
		break;
	}
	find_due();
}

// An interrupt while the kernel works or idles.
static void
follow_interrupt(enum kind kind)
{
	if (followed == events || event[followed].kind != kind)
		return;
	tsc = event[followed].at;
	if (event[followed].woken < 0)
		tick(event[followed].due);
	else
		wake(event[followed].woken);
	followed++;
}

static void
own_work(void)
{
	for (;;) {
		int c = m.current, p = c != NOBODY ? m.t[c].priority : 0;

		p = top() > p ? top() : p;
		if (p == 0) {
			MUST(followed < events);
			m.payer = NOBODY;
			follow_interrupt(IDLE);
		} else if (m.due == p) {
			follow_expiry(p);
		} else {
			return;
		}
		follow_interrupt(WINDOW);
	}
}

// The kernel's own work; then who runs?
static void
choose(void)
{
	int c = m.current, others_top = 0;

	if (c != NOBODY && m.t[c].state != THREAD_READY)
		c = m.current = NOBODY;
	own_work();
	if (c != NOBODY && m.t[c].priority >= top() + m.rotate && !m.repay)
		return;
	if (c == NOBODY || m.t[c].priority < top() + m.rotate) {
		if (c != NOBODY && m.rotate) {
			m.next = m.current = NOBODY;
			line_up(c);
			c = NOBODY;
		}
		int n = first();

		if (m.next != n && m.now[m.t[n].priority] < m.t[n].turn)
			m.now[m.t[n].priority] = m.t[n].turn;
		for (int i = 0; i < N; i++)
			if (ready(i) && i != n && m.t[i].priority > others_top)
				others_top = m.t[i].priority;
		m.next = c != NOBODY && m.t[c].priority > others_top ? c : NOBODY;
		m.current = n;
		m.t[n].waited = 0;
	}
	m.payer = root(m.current);
	m.t[m.current].overdrawn = false;
	m.rotate = m.repay = false;
}

// Who runs, when it has ended what it has to?
static void
leave(void)
{
	int c = m.current;

	if (m.t[c].state == THREAD_READY && m.t[c].priority >= top() + m.rotate && !m.repay &&
	    m.t[c].ends == 0)
		return;
	for (choose(); m.t[m.current].ends > 0; choose()) {
		m.t[m.current].ends--;
		follow_interrupt(WINDOW);
	}
}

// ---- both agree ------------------------------------------------------------------

static int
index_of(const struct thread *t)
{
	return t == NULL ? NOBODY : (int)(t - thread);
}

static unsigned
elements(const struct heap *n, const struct heap *up)
{
	if (n == NULL)
		return 0;
	MUST(n->up == up && (up->up == NULL || up->key <= n->key));
	return 1 + elements(n->left, n) + elements(n->right, n);
}

static void
check_queues(void)
{
	unsigned queued = 0, timed = 0, in_queues = 0, in_timeouts = 0;

	for (unsigned p = 1; p <= P; p++) {
		MUST((cpu.bitmap[0] >> p & 1) == !heap_empty(&cpu.ready[p].threads));
		queued = heap_empty(&cpu.ready[p].threads) ? queued : p;
		in_queues += elements(cpu.ready[p].threads.left, &cpu.ready[p].threads);
		in_timeouts += elements(cpu.timeouts[p].left, &cpu.timeouts[p]);
		MUST(heap_empty(&cpu.timeouts[p]) ||
		     cpu.soonest[p / TIMED_TOGETHER] <= cpu.timeouts[p].left->key);
		MUST(cpu.ready[p].now == m.now[p] && cpu.ready[p].last == m.last[p]);
		if (p > cpu.due && !heap_empty(&cpu.timeouts[p]))
			MUST(cpu.alarm <= cpu.timeouts[p].left->key);
	}
	MUST(cpu.queued == queued && cpu.armed <= cpu.alarm);
	for (int i = 0; i < N; i++) {
		in_queues -= ready(i) && &thread[i] != cpu.next;
		timed += m.t[i].state == THREAD_OPEN_WAIT_TIMED;
	}
	MUST(in_queues == 0 && in_timeouts == timed);
}

static void
check(void)
{
	check_queues();
	MUST(followed == events);
	MUST(index_of(cpu.current) == m.current && m.current != NOBODY);
	MUST(index_of(cpu.payer) == m.payer && m.payer == root(m.current));
	MUST(index_of(cpu.next) == m.next && m.t[m.current].ends == 0);
	MUST((int)cpu.top == top() && (int)cpu.due == m.due && cpu.rotate == m.rotate);
	MUST(m.t[m.current].priority >= top());
	MUST(m.t[m.payer].budget <= 0 ||
	     cpu.armed <= cpu.since + (uint64_t)m.t[m.payer].budget);
	for (int i = 0; i < N; i++) {
		const struct thread *t = &thread[i];

		MUST(t->state == m.t[i].state && t->priority == m.t[i].priority);
		MUST(index_of(t->caller) == m.t[i].caller);
		MUST(t->budget == m.t[i].budget && t->turn == m.t[i].turn);
		MUST(!(t->slow & SLOW_OVERDRAWN) == !m.t[i].overdrawn);
		MUST(!(t->slow & SLOW_ENDS) == !m.t[i].ends);
		MUST(m.t[i].waited < N);
	}
}

// ---- what can happen ---------------------------------------------------------------

static void
kernel_leaves(void)
{
	struct thread *t = cpu.current;
	uint64_t before = tsc;

	MUST(sched_leave(t) == cpu.current);
	tsc = before;                   // the model follows the events
}

static void
owe(int server, int caller)
{
	thread[server].caller = caller == NOBODY ? NULL : &thread[caller];
	cpu.rotate |= REPAY;
	m.t[server].caller = caller;
	m.repay = true;
}

static void
block(int i, enum thread_state state)
{
	thread[i].state = (uint8_t)state;
	m.t[i].state = state;
	m.t[i].waited = 0;
}

static void
start_wait_for(int caller, int server, enum thread_state state)
{
	block(caller, state);
	m.t[caller].partner = server;
}

static int
sender_to(int server)
{
	for (int i = 0; i < N; i++)
		if (m.t[i].state == THREAD_SENDING && m.t[i].partner == server)
			return i;
	return NOBODY;
}

// As in fastpath.c.
static void
pass(int to)
{
	thread[to].state = THREAD_READY;
	switch_to(&thread[to]);
	m.t[to].state = THREAD_READY;
	m.t[to].waited = 0;
	m.current = to;
}

static bool
call(int c, int to)
{
	if (to == c || to >= threads || m.t[to].state == THREAD_OPEN_WAIT_TIMED)
		return false;
	if (m.t[to].state != THREAD_OPEN_WAIT) {
		// not in a circle, which would wait for ever
		for (int i = to; i != NOBODY; i = m.t[i].state == THREAD_REPLY_WAIT ||
		     m.t[i].state == THREAD_SENDING ? m.t[i].partner : NOBODY)
			if (i == c)
				return false;
		start_wait_for(c, to, THREAD_SENDING);
	} else if (thread[to].priority >= cpu.top) {
		start_wait_for(c, to, THREAD_REPLY_WAIT);
		thread[to].caller = &thread[c];
		m.t[to].caller = c;
		pass(to);
		return true;
	} else {
		start_wait_for(c, to, THREAD_REPLY_WAIT);
		owe(to, c);
		sched_ready(&thread[to]);
		wake(to);
	}
	kernel_leaves();
	leave();
	return true;
}

// Answers; then waits, or takes the next call, or computes on.
static bool
answer(int c, bool wait)
{
	int to = m.t[c].caller, next = sender_to(c);

	if (to == NOBODY)
		return false;
	if (wait && next == NOBODY && thread[to].priority >= cpu.top && thread[to].slow == 0) {
		thread[c].caller = NULL;
		m.t[c].caller = NOBODY;
		block(c, THREAD_OPEN_WAIT);
		pass(to);
		return true;
	}
	owe(c, NOBODY);
	sched_ready(&thread[to]);
	wake(to);
	if (wait && next != NOBODY) {
		start_wait_for(next, c, THREAD_REPLY_WAIT);
		owe(c, next);
	} else if (wait) {
		block(c, THREAD_OPEN_WAIT);
	}
	kernel_leaves();
	leave();
	return true;
}

static bool
wait(int c, uint64_t ticks)
{
	if (m.t[c].caller != NOBODY || sender_to(c) != NOBODY)
		return false;
	block(c, ticks == 0 ? THREAD_OPEN_WAIT : THREAD_OPEN_WAIT_TIMED);
	if (ticks != 0)
		timeout_set(&thread[c], m.t[c].deadline = tsc + ticks);
	kernel_leaves();
	leave();
	return true;
}

static bool
pass_time(uint64_t late)
{
	uint64_t ticks = (cpu.armed > tsc ? cpu.armed - tsc : 0) + late;

	tsc += ticks;
	m.t[m.payer].budget -= (int64_t)ticks;
	sched_tick();
	tick(cpu.due);
	kernel_leaves();
	leave();
	return true;
}

static bool
wake_up(int i)
{
	if (i >= threads ||
	    (m.t[i].state != THREAD_OPEN_WAIT && m.t[i].state != THREAD_OPEN_WAIT_TIMED))
		return false;
	timeout_clear(&thread[i]);
	sched_ready(&thread[i]);
	wake(i);
	kernel_leaves();
	leave();
	return true;
}

static bool
stop(int i)
{
	if (i >= threads || !ready(i) || m.t[i].caller != NOBODY || m.t[i].ends != 0)
		return false;
	sched_remove(&thread[i]);
	block(i, THREAD_OPEN_WAIT);
	m.next = m.next == i ? NOBODY : m.next;
	kernel_leaves();
	leave();
	return sender_to(i) == NOBODY;
}

static bool
set_priority(int i, int priority)
{
	int old = i >= threads ? 0 : m.t[i].priority;

	if (i >= threads || old == priority)
		return false;
	struct thread *t = &thread[m.current];
	struct utcb utcb = { .mr = { 0, (uint64_t)priority, 1 } };
	struct scheduler s = { .bound = P };
	uint64_t turn = m.t[i].turn, tail = m.now[old] + ROUND;

	looked_up = &thread[i].obj;
	t->utcb = &utcb;
	MUST(scheduler_invoke(t, &s.obj, CAP_ALL, SCHED_SET) == OK);
	m.repay |= i == m.payer;
	m.next = m.next == i ? NOBODY : m.next;
	m.t[i].turn = m.now[priority] + (turn > tail ? turn - tail : 0);
	if (ready(i)) {
		m.t[i].state = THREAD_OPEN_WAIT;        // out of its queue
		m.t[i].priority = priority;
		wake(i);
	}
	m.t[i].priority = priority;
	for (int j = 0; j < N; j++)             // who may do that, may do more than that
		m.t[j].waited = 0;
	kernel_leaves();
	leave();
	return true;
}

static bool
destroy(int woken)
{
	list_add_before(thread_ends(&thread[m.current]), &object[m.current].ends);
	m.t[m.current].ends = 2;
	wake_in_window = woken;
	kernel_leaves();
	leave();
	wake_in_window = -1;
	return true;
}

enum { OPERATIONS = 32 };

static struct { unsigned from; uint8_t op; } *way;      // how each was reached
static unsigned states, *table, at, op;

// How the state was reached in which something is wrong, backwards.
static void
show_way(void)
{
	fprintf(stderr, "operations, the last first: %u", op);
	for (unsigned i = at; i != 0; i = way[i].from)
		fprintf(stderr, " %u", way[i].op);
	fprintf(stderr, "\n");
}

static bool
operation(void)
{
	static const char *const name[] = { "call", "wake", "stop", "lower", "raise", "destroy",
		"wait, sleep, answer or computation", "more of it" };
	int c = m.current, i = (int)op % 4;

	doing = name[op / 4];
	switch (op / 4) {
	case 0: return call(c, i);
	case 1: return wake_up(i);
	case 2: return stop(i);
	case 3: return set_priority(i, 1);
	case 4: return set_priority(i, 2);
	case 5: return i <= threads && destroy(i - 1);
	}
	switch (op) {
	case 24: return wait(c, 0);
	case 25: return wait(c, nap);
	case 26: return answer(c, true);
	case 27: return answer(c, false);
	case 28: return pass_time(0);
	case 29: return pass_time(SLICE);
	case 30: cpu.armed = tsc; return pass_time(0);          // too early
	}
	return false;
}

// ---- states -----------------------------------------------------------------------

struct state {
	struct model m;
	struct { uint8_t state, slow, priority; struct thread *caller; struct heap rank, timer;
	         int64_t budget; uint64_t turn; } t[N];
	struct thread *current, *payer, *next;
	unsigned top, queued, due, rotate;
	uint64_t armed, alarm, bitmap, soonest;
	struct queue ready[P + 1];
	struct heap timeouts[P + 1];
};

static struct state *state;

static int64_t
round_of(int64_t v)
{
	return v >= 0 ? v / ROUND : -((-v + ROUND - 1) / ROUND);
}

// The same order, in the same rounds, with the smallest numbers.
static void
simplify_turns(int p)
{
	uint64_t *v[N + 1] = { &m.last[p] }, base = m.now[p], simple[N + 1];
	int n = 1;

	for (int i = 0; i < N; i++)
		if (m.t[i].priority == p)
			v[n++] = &m.t[i].turn;
	for (int i = 0; i < n; i++) {
		int64_t own = (int64_t)(*v[i] - base), r = round_of(own), low = 0;

		for (int j = 0; j < n && own != r * ROUND; j++) {
			int64_t other = (int64_t)(*v[j] - base);
			bool again = false;

			for (int k = 0; k < j; k++)
				again |= *v[k] == *v[j];
			low += !again && round_of(other) == r && other <= own && other != r * ROUND;
		}
		low = r < 0 ? 0 : r > 2 ? 2 * N : low;          // in the same order as before
		r = r < 0 ? -1 : r > 2 ? 2 : r;
		simple[i] = START + (uint64_t)(r * ROUND + low);
	}
	for (int i = 0; i < n; i++)
		*v[i] = simple[i];
	m.now[p] = cpu.ready[p].now = START;
	cpu.ready[p].last = m.last[p];
}

static void
simplify(void)
{
	uint64_t shift = tsc - START;

	for (int p = 1; p <= P; p++)
		simplify_turns(p);
	for (int i = 0; i < N; i++) {
		thread[i].turn = m.t[i].turn;
		if (thread[i].state == THREAD_READY)
			thread[i].rank.key = m.t[i].turn;
		if (m.t[i].state != THREAD_OPEN_WAIT_TIMED)
			continue;
		m.t[i].deadline -= shift;
		if (m.t[i].deadline < START - SLICE)
			m.t[i].deadline = START - SLICE;
		thread[i].timer.key = m.t[i].deadline;
	}
	cpu.since -= shift;
	tsc = START;
	find_due();
	cpu.due = (unsigned)m.due;
	cpu.top = (unsigned)top();
	cpu.alarm = UINT64_MAX;
	uint64_t first = UINT64_MAX;

	for (unsigned p = 1; p <= P; p++) {
		const struct heap *h = cpu.timeouts[p].left;

		if (h != NULL && h->key < first)
			first = h->key;
		if (h != NULL && p > cpu.due && h->key < cpu.alarm)
			cpu.alarm = h->key;
	}
	// exact, or with two threads, which have fewer states, too early, or known to be none
	if (threads > 2)
		cpu.soonest[0] = first;
	else if (cpu.soonest[0] != UINT64_MAX)
		cpu.soonest[0] = cpu.soonest[0] - shift == first ? first : START - SLICE;
	cpu.armed = tsc + (cpu.payer->budget > 0 ? (uint64_t)cpu.payer->budget : SLICE);
	cpu.armed = cpu.alarm < cpu.armed ? cpu.alarm : cpu.armed;
	MUST(cpu.since == tsc);
}

static void
save(struct state *s)
{
	memset(s, 0, sizeof *s);
	s->m = m;
	for (int i = 0; i < N; i++) {
		const struct thread *t = &thread[i];

		s->t[i].state = t->state, s->t[i].slow = t->slow, s->t[i].priority = t->priority;
		s->t[i].caller = t->caller, s->t[i].budget = t->budget, s->t[i].turn = t->turn;
		if (t->rank.up != NULL)
			s->t[i].rank = t->rank;
		if (t->timer.up != NULL)
			s->t[i].timer = t->timer;
		if (m.t[i].state != THREAD_OPEN_WAIT_TIMED)
			s->m.t[i].deadline = 0;
		if (m.t[i].state != THREAD_REPLY_WAIT && m.t[i].state != THREAD_SENDING)
			s->m.t[i].partner = 0;
	}
	s->current = cpu.current, s->payer = cpu.payer, s->next = cpu.next;
	s->top = cpu.top, s->queued = cpu.queued, s->due = cpu.due, s->rotate = cpu.rotate;
	s->armed = cpu.armed, s->alarm = cpu.alarm;
	s->bitmap = cpu.bitmap[0], s->soonest = cpu.soonest[0];
	memcpy(s->ready, cpu.ready, sizeof s->ready);
	memcpy(s->timeouts, cpu.timeouts, sizeof s->timeouts);
}

static void
load(const struct state *s)
{
	m = s->m;
	for (int i = 0; i < N; i++) {
		struct thread *t = &thread[i];

		t->state = s->t[i].state, t->slow = s->t[i].slow, t->priority = s->t[i].priority;
		t->caller = s->t[i].caller, t->budget = s->t[i].budget, t->turn = s->t[i].turn;
		t->rank = s->t[i].rank, t->timer = s->t[i].timer;
	}
	cpu.current = s->current, cpu.payer = s->payer, cpu.next = s->next;
	cpu.top = s->top, cpu.queued = s->queued, cpu.due = s->due, cpu.rotate = s->rotate;
	cpu.armed = s->armed, cpu.alarm = s->alarm, cpu.since = tsc = START;
	cpu.bitmap[0] = s->bitmap, cpu.soonest[0] = s->soonest;
	memcpy(cpu.ready, s->ready, sizeof s->ready);
	memcpy(cpu.timeouts, s->timeouts, sizeof s->timeouts);
	for (int i = 0; i < N; i++) {
		if (m.t[i].ends > 0)
			list_init(&thread[i].ends);
		if (m.t[i].ends == 2)
			list_add_before(&thread[i].ends, &object[i].ends);
	}
	events = followed = 0;
}

// A state that is new is added.
static void
add(void)
{
	struct state *s = &state[states];
	uint64_t hash = 0;

	simplify();
	save(s);
	for (size_t i = 0; i < sizeof *s / 8; i++)
		hash = (hash ^ ((const uint64_t *)s)[i]) * 0x9e3779b97f4a7c15;
	uint64_t slot = hash >> 32 & (TABLE - 1);

	while (table[slot] != 0 && memcmp(&state[table[slot] - 1], s, sizeof *s) != 0)
		slot = (slot + 1) & (TABLE - 1);
	if (table[slot] != 0)
		return;
	way[states].from = at;
	way[states].op = (uint8_t)op;
	table[slot] = ++states;
	MUST(states < STATES);
}

static void
begin(unsigned urgent)
{
	cpu = (struct cpu){ 0 };
	memset(&m, 0, sizeof m);
	tsc = START;
	sched_init();
	for (int p = 1; p <= P; p++)
		m.now[p] = m.last[p] = cpu.ready[p].now = cpu.ready[p].last = START;
	m.current = m.next = m.payer = NOBODY;
	for (unsigned i = 0; i < N; i++) {
		unsigned priority = urgent >> i & 1 ? 2 : 1;

		thread[i] = (struct thread){ .task = &task, .state = THREAD_OPEN_WAIT,
			.priority = (uint8_t)priority, .slice = SLICE, .budget = SLICE,
			.turn = START };
		m.t[i].state = THREAD_OPEN_WAIT;
		m.t[i].priority = (int)priority;
		m.t[i].caller = NOBODY;
		m.t[i].budget = SLICE;
		m.t[i].turn = START;
	}
	events = followed = 0;
	sched_ready(&thread[0]);
	wake(0);
	sched_switch();
	choose();
}

// With `n` threads, those in `urgent` with the higher priority, and these operations.
static void
all_states(int n, unsigned urgent, uint64_t sleep, uint32_t operations)
{
	size_t steps = 0;

	threads = n;
	nap = sleep;
	states = 0;
	memset(table, 0, TABLE * sizeof *table);
	doing = "start";
	begin(urgent);
	check();
	add();
	for (at = 0; at < states; at++) {
		for (op = 0; op < OPERATIONS; op++) {
			load(&state[at]);
			if (!(operations >> op & 1) || !operation())
				continue;
			check();
			add();
			steps++;
		}
	}
	printf("%u states, %zu steps\n", states, steps);
	assert_true(states > 1000);
}

// Deadlines pass in the middle of slices; priorities change, objects are destroyed.
static void
two(void **unused)
{
	(void)unused;
	all_states(2, 0, SLICE / 2, UINT32_MAX);
}

// Deadlines pass when slices end.
static void
three(void **unused)
{
	(void)unused;
	all_states(3, 0, SLICE, 0x3f000fff);
	all_states(3, 1, SLICE, 0x3f000fff);
	all_states(3, 3, SLICE, 0x3f000fff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(two), cmocka_unit_test(three) };

	state = malloc(STATES * sizeof *state);
	way = malloc(STATES * sizeof *way);
	table = calloc(TABLE, sizeof *table);
	if (state == NULL || way == NULL || table == NULL)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(state);
	free(way);
	free(table);
	return failed;
}
