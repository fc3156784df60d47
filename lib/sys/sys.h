// SPDX-License-Identifier: MIT
// The kernel as a component sees it: invoke, and one inline function for each
// thing an ordinary component does.  Everything else is in lib/sys/root.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <abi/kip.h>
#include <abi/syscall.h>

struct reply { tag_t tag; uint64_t label; };

static inline struct utcb *
utcb(void)
{
	return (struct utcb *)(uintptr_t)UTCB_ADDR;
}

static inline const struct kip *
kip(void)
{
	return (const struct kip *)(uintptr_t)KIP_ADDR;
}

static inline struct reply
sys_invoke(cap_t cap, unsigned flags, tag_t t, uint64_t deadline)
{
	uint64_t rdi = cap | (uint64_t)flags << 32, rax;

	__asm__ volatile("syscall"
		: "=a"(rax), "+D"(rdi), "+S"(t), "+d"(deadline)
		:
		: "rcx", "r8", "r9", "r10", "r11", "memory");
	return (struct reply){ rax, deadline };
}

// Call a server or a kernel object; the tag's error says whether an answer came.
static inline tag_t
sys_call(cap_t cap, tag_t t)
{
	return sys_invoke(cap, IPC_CALL, t, DEADLINE_NONE).tag;
}

// Call, and fold transport error and answer (a label that is an enum err).
static inline enum err
sys_request(cap_t cap, uint32_t op, unsigned words)
{
	tag_t t = sys_call(cap, tag(op, words, 0));
	enum err e = tag_err(t);

	return e != OK ? e : (enum err)tag_label(t);
}

// Wait for whatever comes next.
static inline struct reply
sys_wait(uint64_t deadline)
{
	return sys_invoke(0, IPC_WAIT, 0, deadline);
}

static inline struct reply
sys_reply_and_wait(tag_t answer, uint64_t deadline)
{
	return sys_invoke(0, IPC_REPLY_AND_WAIT, answer, deadline);
}

static inline void
sys_sleep(uint64_t deadline)
{
	sys_invoke(0, IPC_RECV, 0, deadline);
}

static inline enum err
sys_raise(cap_t signal, uint64_t bits)
{
	utcb()->mr[0] = bits;
	return sys_request(signal, SIGNAL_RAISE, 1);
}

static inline enum err
sys_irq_unmask(cap_t irq)
{
	return sys_request(irq, IRQ_UNMASK, 0);
}

// The time-stamp counter: for tasks that have it, else it is an exception.
static inline uint64_t
sys_counter(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

// Its value; in tasks to which the scenario does not give it (`tsc`), that of the last full
// millisecond.
static inline uint64_t
sys_now(void)
{
	return utcb()->counter ? sys_counter() : sys_invoke(0, IPC_TIME, 0, 0).label;
}

// Time-stamp counter value `ms` milliseconds from now.
static inline uint64_t
sys_in_ms(uint32_t ms)
{
	return sys_now() + (uint64_t)ms * kip()->tsc_khz;
}
