// SPDX-License-Identifier: MIT
// An interrupt at every instruction boundary.  Time is counted in
// instructions, so a deadline that comes one tick later each time makes the
// timer fire one instruction later in what is measured from a fixed moment on:
// before the system call, at its first instruction, ... behind it.  What the
// call does and the registers it leaves must be the same each time.
#include "ktest.h"

enum {
	LEAD = 3000,                    // from arming to the call
	SWEEP = 900,                    // longer than any of the calls
	ECHO_UTCB = ENV_UTCBS + 4096,   // of the second thread made
	PAGE_AT = 0x30000000,
};

// As sys_invoke, with patterns in all registers that must survive; all ones
// when one of them did not, or one that must be cleared was not.
uint64_t sweep_invoke(uint64_t cap_flags, tag_t tag, uint64_t deadline);
__asm__(
	"	.text\n"
	"sweep_invoke:\n"
	"	pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15\n"
	"	movabsq $0x1111111111111111, %rbx; leaq 1(%rbx), %rbp\n"
	"	leaq 2(%rbx), %r12; leaq 3(%rbx), %r13; leaq 4(%rbx), %r14; movq %rsp, %r15\n"
	"	movq %rbx, %r8; movq %rbx, %r9; movq %rbx, %r10\n"
	"	syscall\n"
	"	orq %rsi, %rdi; orq %r8, %rdi; orq %r9, %rdi; orq %r10, %rdi; jnz 1f\n"
	"	cmpq %rsp, %r15; jne 1f\n"
	"	movabsq $0x1111111111111111, %rcx; cmpq %rcx, %rbx; jne 1f\n"
	"	incq %rcx; cmpq %rcx, %rbp; jne 1f\n"
	"	incq %rcx; cmpq %rcx, %r12; jne 1f\n"
	"	incq %rcx; cmpq %rcx, %r13; jne 1f\n"
	"	incq %rcx; cmpq %rcx, %r14; je 2f\n"
	"1:	movq $-1, %rax\n"
	"2:	popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx\n"
	"	retq\n");

static volatile uint64_t wake_at, woken, taken;
static cap_t go, gate, signal;
static uint64_t page;

// Told by `go`, sleeps until wake_at: then it is the most urgent.
static void
waker(uint64_t arg)
{
	(void)arg;
	for (;;) {
		sys_invoke(0, IPC_WAIT, 0, DEADLINE_NONE);
		sys_invoke(0, IPC_RECV, 0, wake_at);
		woken++;
	}
}

static void
echo(uint64_t arg)
{
	struct utcb *u = (struct utcb *)(uintptr_t)ECHO_UTCB;
	struct reply r = sys_invoke(0, IPC_WAIT, 0, DEADLINE_NONE);

	(void)arg;
	for (;;) {
		for (unsigned i = 0; i < tag_words(r.tag); i++)
			u->mr[i]++;
		r = sys_invoke(0, IPC_REPLY_AND_WAIT, tag(7, tag_words(r.tag), 0), DEADLINE_NONE);
	}
}

static void
taker(uint64_t arg)
{
	(void)arg;
	for (;;) {
		struct reply r = sys_invoke(0, IPC_WAIT, 0, DEADLINE_NONE);

		taken += tag_kind(r.tag) == MSG_SIGNAL && r.label == 9;
	}
}

static void
call(uint64_t n)
{
	for (unsigned i = 0; i < 4; i++)
		utcb()->mr[i] = n * 4 + i;
	uint64_t t = sweep_invoke(gate | (uint64_t)IPC_CALL << 32, tag(1, 4, 0), DEADLINE_NONE);

	CHECK(t == tag(7, 4, 0));
	for (unsigned i = 0; i < 4; i++)
		CHECK(utcb()->mr[i] == n * 4 + i + 1);
}

static void
raise(uint64_t n)
{
	uint64_t before = taken;

	utcb()->mr[0] = n + 1;
	CHECK(sweep_invoke(signal | (uint64_t)IPC_CALL << 32, tag(SIGNAL_RAISE, 1, 0),
	                   DEADLINE_NONE) == 0);
	CHECK(taken == before + 1);
}

static void
map(uint64_t n)
{
	*(volatile uint64_t *)page = n;
	utcb()->mr[0] = fpage_mem(page, 12, MEM_R), utcb()->mr[1] = PAGE_AT;
	CHECK(sweep_invoke(CAP_SELF | (uint64_t)IPC_CALL << 32, tag(TASK_MAP, 2, 0),
	                   DEADLINE_NONE) == 0);
	CHECK(*(volatile uint64_t *)PAGE_AT == n);
	utcb()->mr[0] = fpage_mem(PAGE_AT, 12, MEM_RW), utcb()->mr[1] = 1;
	CHECK(sweep_invoke(CAP_SELF | (uint64_t)IPC_CALL << 32, tag(TASK_UNMAP, 2, 0),
	                   DEADLINE_NONE) == 0);
}

static void
sweep(void (*what)(uint64_t n))
{
	uint64_t hits = 0;

	for (uint64_t n = 0; n < SWEEP; n++) {
		uint64_t before = woken, start = sys_now() + LEAD;

		wake_at = start + n;
		CHECK(sys_raise(go, 1) == OK);
		while (sys_now() < start)
			;
		uint64_t during = woken;

		what(n);
		hits += during == before && woken != before;
		while (woken == before)
			CHECK(sys_now() < start + 1000000);
		CHECK(woken == before + 1);
	}
	CHECK(hits > 100);              // it was while the call was made
}

static void
start(void)
{
	cap_t a = env_thread(waker, 0, ABOVE + 1), b = env_thread(echo, 0, ABOVE);
	cap_t c = env_thread(taker, 0, ABOVE);

	CHECK(a != 0 && b != 0 && c != 0);
	go = env_source(OBJ_SIGNAL, a, 0);
	gate = env_source(OBJ_GATE, b, 1);
	signal = env_source(OBJ_SIGNAL, c, 9);
	page = small_page();
	map(0);                         // tables are there
}

static void
sweep_call(void)
{
	start();
	sweep(call);
}

static void
sweep_signal(void)
{
	start();
	sweep(raise);
}

static void
sweep_map(void)
{
	start();
	sweep(map);
}

const struct test tests_sweep[] = {
	{ "sweep_call", sweep_call },
	{ "sweep_signal", sweep_signal },
	{ "sweep_map", sweep_map },
	{ NULL, NULL },
};
