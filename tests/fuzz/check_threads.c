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
	MUST(pool_is_object(t) && t->state == THREAD_READY);
	MUST(t != cpu.current && !t->stopped && t->task != NULL);
	MUST(++queued.ready < LIST_MAX);
}

static void
run_queues(void)
{
	unsigned top = 0;

	for (unsigned p = 0; p < PRIORITIES; p++) {
		bool bit = cpu.bitmap[p / 64] >> p % 64 & 1;

		MUST(bit == !list_empty(&cpu.ready[p]));
		top = bit ? p : top;
		for (struct list *l = cpu.ready[p].next; l != &cpu.ready[p]; l = l->next) {
			const struct thread *t = container_of(l, struct thread, queue);

			ready(t);
			MUST(t->priority == p && t != cpu.next);
		}
	}
	MUST(cpu.queued == top);
	if (cpu.next != NULL) {
		ready(cpu.next);
		MUST(cpu.next->priority >= top && list_empty(&cpu.next->queue));
		top = cpu.next->priority;
	}
	MUST(cpu.top == top && cpu.rotate <= 1);
}

// How many there are in a heap of threads (thread->rank); each in order.
static unsigned
heap(const struct heap *n, bool timed)
{
	if (n == NULL)
		return 0;
	const struct thread *t = (const struct thread *)
		((const char *)n - offsetof(struct thread, rank));

	MUST(pool_is_object(t) && (t->slow & SLOW_TIMED) == (timed ? SLOW_TIMED : 0));
	MUST(timed || t->state == THREAD_SENDING);
	MUST(n->left == NULL || (n->left->up == n && n->left->key >= n->key));
	MUST(n->right == NULL || (n->right->up == n && n->right->key >= n->key));
	return 1 + heap(n->left, timed) + heap(n->right, timed);
}

static void
deadlines(void)
{
	MUST(cpu.timeouts.up == NULL && cpu.timeouts.right == NULL);
	queued.timed = heap(cpu.timeouts.left, true);
	if (cpu.timeouts.left != NULL)
		MUST(cpu.timeouts.left->up == &cpu.timeouts && cpu.armed <= cpu.timeouts.left->key);
	MUST(machine.timer_at == cpu.armed);
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
	MUST(s->senders.left == NULL || s->senders.left->up == &s->senders);
	queued.sending += heap(s->senders.left, false);
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
	bool timed = t->slow & SLOW_TIMED;

	MUST(t->state <= THREAD_DEAD && t->priority > 0);
	MUST((timed || t->state == THREAD_SENDING) == (t->rank.up != NULL));
	stated.timed += timed;
	stated.ready += t->state == THREAD_READY && t != cpu.current;
	stated.sending += t->state == THREAD_SENDING;
	stated.semaphore += t->state == THREAD_SEMAPHORE;
	if (t->state == THREAD_READY || t->state == THREAD_OPEN_WAIT || t->state == THREAD_IDLE ||
	    t->state == THREAD_DEAD || t->state == THREAD_SENDING)
		MUST(!timed);
	if (t->state == THREAD_OPEN_WAIT_TIMED)
		MUST(timed);
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
	for (unsigned i = 0; i < pool_object_count; i++) {
		const struct object *o = pool_objects[i];

		if (o->type == OBJ_THREAD)
			thread((const struct thread *)o);
		else if (o->type == OBJ_GATE || o->type == OBJ_SIGNAL || o->type == OBJ_IRQ)
			source((const struct source *)o);
		if (o->type == OBJ_IRQ)
			line((const struct source *)o);
		if (o->type == OBJ_SEMAPHORE)
			queued.semaphore += length(&((const struct semaphore *)o)->waiters);
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
	MUST(t->priority >= cpu.top);
	MUST(t->task != NULL && cpu.task == t->task && machine.cr3 == t->task->cr3);
	MUST(tss.rsp0 == (uint64_t)(&t->regs + 1));
	MUST(tss.bitmap_offset == (io_task == t->task ? BITMAP_HERE : BITMAP_NONE));
	MUST(machine.cr0 & CR0_TS ? cpu.fpu == NULL : cpu.fpu == t);
	MUST(cpu.payer != NULL && machine.timer_at != UINT64_MAX);
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
