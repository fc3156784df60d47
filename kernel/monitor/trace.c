// SPDX-License-Identifier: MIT
// The latest ways into the kernel, and what threads have to say.
#include <cpu.h>
#include <debug.h>
#include <invoke.h>
#include <thread.h>
#include <x86/trap.h>
#include <x86/x86.h>

#include "console.h"

enum { EVENTS = 256, USUAL = 20, WORDS = 8 };

// A system call (vector VECTOR_SYSCALL), or an exception or interrupt in user mode.
struct event { uint64_t tsc, ip, vector, cap_flags, tag; struct thread *thread; };

static struct event events[EVENTS];
static uint64_t count;                  // all that ever were

struct thread *__real_syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline);
struct thread *__real_trap_user(struct frame_regs *f);

static void
note(uint64_t vector, uint64_t cap_flags, tag_t tag)
{
	events[count++ % EVENTS] = (struct event){ rdtsc(), cpu.current->regs.rip, vector,
		cap_flags, tag, cpu.current };
}

struct thread *
__wrap_syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	note(VECTOR_SYSCALL, cap_flags, tag);
	return __real_syscall(cap_flags, tag, deadline);
}

struct thread *
__wrap_trap_user(struct frame_regs *f)
{
	note(f->vector, 0, 0);
	return __real_trap_user(f);
}

void
show_trace(int64_t n)
{
	uint64_t want = n < 0 ? USUAL : (uint64_t)n;

	want = want < EVENTS ? want : EVENTS;
	for (uint64_t i = want < count ? count - want : 0; i < count; i++) {
		const struct event *e = &events[i % EVENTS];

		debug_print("%lu thread %u ip %lx ", e->tsc, show_number(&e->thread->obj), e->ip);
		if (e->vector == VECTOR_SYSCALL)
			debug_print("cap %u flags %lu label %u words %u items %u\n",
			            (unsigned)e->cap_flags, e->cap_flags >> 32, tag_label(e->tag),
			            tag_words(e->tag), tag_items(e->tag));
		else
			debug_print("vector %lu\n", e->vector);
	}
}

void
show_msg(int64_t number)
{
	const struct thread *t = (struct thread *)show_find(number, OBJ_THREAD);

	if (t == NULL)
		return;
	if (t->caller != NULL)
		debug_print("is called by thread %u\n", show_number(&t->caller->obj));
	if (t->state == THREAD_REPLY_WAIT)
		debug_print("has called thread %u\n", show_number(&t->partner->obj));
	if (t->state == THREAD_SENDING)
		debug_print("sends label %u words %u items %u\n", tag_label(t->tag),
		            tag_words(t->tag), tag_items(t->tag));
	for (unsigned i = 0; t->utcb != NULL && i < WORDS; i++)
		debug_print("mr%u %lx\n", i, t->utcb->mr[i]);
}
