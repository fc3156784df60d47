// SPDX-License-Identifier: MIT
// Threads: each in the queues that its state says and in no other, callers and
// partners in agreement, nobody asleep who has a message, the most urgent runs.
#include <scheduler.h>
#include <sema.h>
#include <source.h>
#include <x86/io.h>
#include <x86/x86.h>

#include "check.h"
#include "machine.h"
#include "pool.h"

enum { LIST_MAX = 10000 };

static struct { unsigned ready, timed, sending, semaphore; } queued, stated;

static unsigned
length(const struct list *head)
{
	unsigned n = 0;

	for (const struct list *l = head->next; l != head; l = l->next) {
		MUST(l->next->prev == l && l->prev->next == l);
		MUST(++n < LIST_MAX);
	}
	return n;
}

static bool
contains(const struct list *head, const struct list *e)
{
	for (const struct list *l = head->next; l != head; l = l->next) {
		if (l == e)
			return true;
	}
	return false;
}

static void
ready(const struct thread *t)
{
	MUST(t->state == THREAD_READY && t != cpu.current);
	MUST(t == &reaper || (pool_is_object(t) && !t->stopped && t->task != NULL));
	MUST(++queued.ready < LIST_MAX);
}

typedef void each(const struct heap *n, unsigned of);

// Each element of a heap, which is in order, from its head on.
static void
heap(const struct heap *head, each *f, unsigned of)
{
	MUST(head->up == NULL && head->right == NULL);
	for (const struct heap *n = head->left, *from = head; n != NULL;) {
		const struct heap *next;

		if (from == n->up) {
			MUST(n->up == head || n->up->key <= n->key);
			MUST(n->left != NULL || n->right == NULL);
			f(n, of);
		}
		next = from == n->up ? n->left : NULL;
		if (next == NULL && from != n->right)
			next = n->right;
		if (next == NULL)
			next = n->up == head ? NULL : n->up;
		MUST(next == NULL || next == n->up || next->up == n);
		from = n;
		n = next;
	}
}

static void
in_queue(const struct heap *n, unsigned priority)
{
	const struct thread *t = container_of((void *)(uintptr_t)n, struct thread, rank);

	ready(t);
	MUST(t->priority == priority && t != cpu.next && t->turn == n->key);
}

static bool
bit(const uint64_t *map, unsigned p)
{
	return map[p / 64] >> p % 64 & 1;
}

static void
run_queues(void)
{
	unsigned top = 0;

	for (unsigned p = 0; p < PRIORITIES; p++) {
		const struct heap *head = &cpu.ready[p].threads;

		MUST(bit(cpu.bitmap, p) == !heap_empty(head));
		if (heap_empty(head))
			continue;
		top = p;
		heap(head, in_queue, p);
	}
	MUST(cpu.queued == top);
	if (cpu.next != NULL) {
		ready(cpu.next);
		MUST(cpu.next->priority >= top && cpu.next->rank.up == NULL);
		top = cpu.next->priority;
	}
	MUST(cpu.top == (top > cpu.due ? top : cpu.due) && cpu.rotate <= (ROTATE | REPAY));
}

static void
timed(const struct heap *n, unsigned priority)
{
	const struct thread *t = container_of((void *)(uintptr_t)n, struct thread, timer);

	MUST(pool_is_object(t) && t->slow & SLOW_TIMED && t->priority == priority);
	MUST(priority <= cpu.due || cpu.alarm <= n->key);
	queued.timed++;
}

static void
deadlines(void)
{
	for (unsigned p = 0; p < PRIORITIES; p++) {
		MUST(heap_empty(&cpu.timeouts[p]) ||
		     cpu.soonest[p / TIMED_TOGETHER] <= cpu.timeouts[p].left->key);
		heap(&cpu.timeouts[p], timed, p);
	}
	MUST(cpu.armed <= cpu.alarm && machine.timer_at == cpu.armed);
}

static void
sends(const struct heap *n, unsigned unused)
{
	const struct thread *t = container_of((void *)(uintptr_t)n, struct thread, rank);

	(void)unused;
	MUST(pool_is_object(t) && t->state == THREAD_SENDING);
	MUST((n->key >> 56) == (uint64_t)(PRIORITIES - 1 - t->priority));
	queued.sending++;
}

static void
at_semaphore(const struct heap *n, unsigned unused)
{
	const struct thread *t = container_of((void *)(uintptr_t)n, struct thread, rank);

	(void)unused;
	MUST(pool_is_object(t) && t->state == THREAD_SEMAPHORE);
	queued.semaphore++;
}

static void
source(const struct source *s)
{
	if (s->thread != NULL) {
		MUST(pool_is_object(s->thread) && contains(&s->thread->sources, &s->bound));
		MUST(!source_has_message(s) || contains(&s->thread->pending, &s->pending));
	} else {
		MUST(list_empty(&s->pending));
	}
	if (s->obj.type != OBJ_GATE)
		return;
	heap(&s->senders, sends, 0);
	for (unsigned i = 0; i < FAULT_KINDS; i++)
		for (struct list *l = s->faults[i].next; l != &s->faults[i]; l = l->next)
			MUST(container_of(l, struct thread, fault_of[i])->fault_gate[i] == s);
}

// An interrupt line is open while somebody wants it and nobody handles it.
static void
line(const struct source *irq)
{
	bool wanted = false, active = false;

	for (unsigned i = 0; i < pool_object_count; i++) {
		const struct source *s = (const struct source *)pool_objects[i];

		if (s->obj.type != OBJ_IRQ || s->line != irq->line || list_empty(&s->on_line))
			continue;
		wanted |= s->enabled;
		active |= s->active;
	}
	if (!list_empty(&irq->on_line))
		MUST((wanted && !active) == !(machine.masked & 1u << irq->line));
}

static void
waiting_pair(const struct thread *t)
{
	if (t->state == THREAD_REPLY_WAIT) {
		MUST(pool_is_object(t->partner) && t->partner->caller == t);
		MUST(t->partner->state != THREAD_DEAD);
	}
	if (t->caller != NULL) {
		MUST(pool_is_object(t->caller));
		MUST(t->caller->state == THREAD_REPLY_WAIT && t->caller->partner == t);
	}
}

static void
open_waiting(const struct thread *t)
{
	for (struct list *l = t->sources.next; l != &t->sources; l = l->next) {
		const struct source *s = container_of(l, struct source, bound);

		MUST(s->thread != t || !source_has_message(s));
	}
}

static void
thread(const struct thread *t)
{
	bool has_deadline = t->slow & SLOW_TIMED;

	MUST(t->state <= THREAD_DEAD && t->priority > 0);
	MUST(has_deadline == (t->timer.up != NULL));
	MUST((t->rank.up != NULL) ==
	     (t->state == THREAD_SENDING || t->state == THREAD_SEMAPHORE ||
	      (t->state == THREAD_READY && t != cpu.current && t != cpu.next)));
	stated.timed += has_deadline;
	stated.ready += t->state == THREAD_READY && t != cpu.current;
	stated.sending += t->state == THREAD_SENDING;
	stated.semaphore += t->state == THREAD_SEMAPHORE;
	if (t->state == THREAD_READY || t->state == THREAD_OPEN_WAIT || t->state == THREAD_IDLE ||
	    t->state == THREAD_DEAD)
		MUST(!has_deadline);
	if (t->state == THREAD_OPEN_WAIT_TIMED || t->state == THREAD_SPENT)
		MUST(has_deadline);
	if (t->state == THREAD_OPEN_WAIT || t->state == THREAD_OPEN_WAIT_TIMED)
		open_waiting(t);
	if (t->state == THREAD_DEAD)
		MUST(t != cpu.current && t->caller == NULL);
	else if (t->state != THREAD_IDLE)
		MUST(t->task != NULL && t->utcb != NULL);
	if (t->task != NULL)
		MUST(contains(&t->task->threads, &t->in_task));
	for (unsigned i = 0; i < FAULT_KINDS; i++)
		MUST(t->fault_gate[i] == NULL ||
		     contains(&t->fault_gate[i]->faults[i], &t->fault_of[i]));
	MUST(length(&t->pending) <= length(&t->sources));
	waiting_pair(t);
}

void
check_threads(void)
{
	queued.ready = queued.timed = queued.sending = queued.semaphore = 0;
	stated = queued;
	run_queues();
	deadlines();
	stated.ready += reaper.state == THREAD_READY && &reaper != cpu.current;
	for (unsigned i = 0; i < pool_object_count; i++) {
		const struct object *o = pool_objects[i];

		if (o->type == OBJ_THREAD)
			thread((const struct thread *)o);
		else if (o->type == OBJ_GATE || o->type == OBJ_SIGNAL || o->type == OBJ_IRQ)
			source((const struct source *)o);
		if (o->type == OBJ_IRQ)
			line((const struct source *)o);
		if (o->type == OBJ_SEMAPHORE)
			heap(&((const struct semaphore *)o)->waiters, at_semaphore, 0);
	}
	if (queued.ready != stated.ready || queued.timed != stated.timed ||
	    queued.sending != stated.sending || queued.semaphore != stated.semaphore)
		found("threads ready %u, with deadline %u, sending %u, at semaphores %u;"
		      " in such queues %u, %u, %u, %u", stated.ready, stated.timed, stated.sending,
		      stated.semaphore, queued.ready, queued.timed, queued.sending,
		      queued.semaphore);
}

// The way out of entry.S: sysret and iret must not fault, and load no rights.
static void
registers(const struct frame_regs *r)
{
	MUST(r->rip < USER_END && r->rsp < USER_END + PAGE);
	MUST(r->rflags & RFLAGS_IF &&
	     (r->rflags & ~(uint64_t)(RFLAGS_USER | RFLAGS_TF | RFLAGS_IF | 2)) == 0);
	if (r->vector != VECTOR_SYSCALL)
		MUST(r->cs == SEL_UCODE && r->ss == SEL_UDATA);
}

void
check_exit(const struct thread *t)
{
	MUST(t == cpu.current && pool_is_object(t) && t->state == THREAD_READY && !t->stopped);
	MUST(!(t->slow & SLOW_ENDS));
	MUST(t->priority >= cpu.top);
	MUST(t->task != NULL && cpu.task == t->task && machine.cr3 == t->task->cr3);
	MUST(tss.rsp0 == (uint64_t)(&t->regs + 1));
	MUST(tss.bitmap_offset == BITMAP_NONE || (io_task == t->task && t->extra));
	MUST((machine.cr4 & CR4_TSD) == (t->task->counter ? 0 : CR4_TSD));
	MUST(t->kind == MSG_IPC);
	MUST(machine.cr0 & CR0_TS ? cpu.fpu == NULL : cpu.fpu == t);
	const struct thread *payer = t;

	while (payer->caller != NULL)
		payer = payer->caller;
	MUST(cpu.payer == payer && cpu.rotate < REPAY && machine.timer_at != UINT64_MAX);
	registers(&t->regs);
	machine_check_tlb();
}

void
check_all(void)
{
	check_threads();
	check_spaces();
	check_quota();
}
