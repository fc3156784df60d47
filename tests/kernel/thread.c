// SPDX-License-Identifier: MIT
// Tests of threads: configuration, start, stop, registers, ends in every state.
#include "ktest.h"

enum { UTCB2 = 0x3d000000 };

// Shared by the threads of the test's task.
static volatile uint64_t counter, result;
static cap_t gate_of_nobody, semaphore;

static void
spin(uint64_t arg)
{
	(void)arg;
	for (;;)
		counter++;
}

static void
control_arguments(void)
{
	cap_t t = make(OBJ_THREAD, 0), task = make(OBJ_TASK, 0), gate = make(OBJ_GATE, 0);

	CHECK(thread_start(t, 0x400000, 0, 0) == ERR_BUSY);
	CHECK(thread_control(t, gate, UTCB2, 0) == ERR_CAP);
	CHECK(thread_control(t, weaker(task, CAP_SEND), UTCB2, 0) == ERR_RIGHT);
	CHECK(thread_control(t, task, UTCB2 + 8, 0) == ERR_ARG);
	CHECK(thread_control(t, task, 0x7ffffffff000, 0) == ERR_ARG);
	CHECK(thread_control(t, task, 0xffff800000000000, 0) == ERR_ARG);
	CHECK(thread_control(t, task, 0xfffffffffffff000, 0) == ERR_ARG);
	CHECK(thread_control(t, task, KIP_ADDR, 0) == ERR_EXISTS);
	CHECK(thread_control(t, CAP_SELF, UTCB_ADDR, 0) == ERR_EXISTS);
	CHECK(thread_control(t, task, UTCB2, task) == ERR_CAP);
	CHECK(thread_control(t, task, UTCB2, weaker(gate, CAP_CTL)) == ERR_RIGHT);
	CHECK(thread_control(weaker(t, CAP_SEND), task, UTCB2, gate) == ERR_RIGHT);
	CHECK(thread_control(t, task, UTCB2, gate) == OK);
	CHECK(thread_control(t, task, UTCB2 + 4096, gate) == ERR_BUSY);
	CHECK(thread_start(t, 0x7ffffffff000, 0, 0) == ERR_ARG);
	CHECK(thread_start(t, 0, ~0ull, 0) == ERR_ARG);
	CHECK(OP(t, THREAD_RESUME, 0) == ERR_BUSY);
	CHECK(OP(t, THREAD_REGS, 0) == ERR_BUSY);
	CHECK(OP(t, THREAD_FS_BASE, 0xffff800000000000) == ERR_ARG);
	CHECK(OP(t, 12345, 0) == ERR_OP);
	CHECK(thread_bind(t, task, 0) == ERR_CAP);
	CHECK(thread_bind(t, weaker(gate, CAP_SEND), 0) == ERR_RIGHT);
	CHECK(thread_bind(t, 500, 0) == ERR_CAP);
	CHECK(thread_bind(t, gate, 0) == OK);
	CHECK(thread_start(t, 0x400000, 0, 0) == OK);
	CHECK(thread_start(t, 0x400000, 0, 0) == ERR_BUSY);
}

static void
stop_resume(void)
{
	cap_t t = env_thread(spin, 0, BELOW);
	uint64_t before;

	pause_ms(1);
	CHECK((before = counter) > 0);
	pause_ms(1);
	CHECK(counter > before);
	CHECK(OP(t, THREAD_STOP, 0) == OK);
	CHECK(OP(t, THREAD_STOP, 0) == OK);
	before = counter;
	pause_ms(1);
	CHECK(counter == before);
	CHECK(OP(t, THREAD_RESUME, 0) == OK);
	CHECK(OP(t, THREAD_RESUME, 0) == ERR_BUSY);
	pause_ms(1);
	CHECK(counter > before);
}

// Everything a thread can wait in, with the error it is told when stopped.
enum waits { OPEN, OPEN_TIMED, SLEEP, CALL_SENDING, SEND, REPLY, SEMAPHORE, WAITS };

static void
wait_in(uint64_t how)
{
	struct reply r = { 0, 0 };

	switch ((enum waits)how) {
	case OPEN:
		r = sys_wait(DEADLINE_NONE);
		break;
	case OPEN_TIMED:
		r = sys_wait(sys_in_ms(100000));
		break;
	case SLEEP:
		r = sys_invoke(0, IPC_RECV, 0, DEADLINE_NONE);
		break;
	case CALL_SENDING:
		r = sys_invoke(gate_of_nobody, IPC_CALL, 0, DEADLINE_NONE);
		break;
	case SEND:
		r = sys_invoke(gate_of_nobody, IPC_SEND, 0, DEADLINE_NONE);
		break;
	case REPLY:
		r = sys_invoke(gate_of_nobody, IPC_CALL, 0, sys_in_ms(100000));
		break;
	case SEMAPHORE:
		r = sys_invoke(semaphore, IPC_CALL, tag(SEM_DOWN, 0, 0), DEADLINE_NONE);
		break;
	default:
		break;
	}
	result = 1000 + tag_err(r.tag);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// A thread that waits so.
static cap_t
waiting(enum waits how)
{
	result = 0;
	gate_of_nobody = env_source(OBJ_GATE, ENV_THREAD, 1);
	semaphore = make(OBJ_SEMAPHORE, 0);
	cap_t t = env_thread(wait_in, how, ABOVE);

	CHECK(t != 0 && gate_of_nobody != 0);
	if (how == REPLY)
		CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == OK);
	CHECK(result == 0);
	return t;
}

static void
stop_cancels(void)
{
	for (enum waits how = OPEN; how < WAITS; how++) {
		cap_t t = waiting(how);

		CHECK(OP(t, THREAD_STOP, 0) == OK);
		CHECK(result == 0);
		CHECK(OP(t, THREAD_RESUME, 0) == OK);
		CHECK(result == 1000 + ERR_CANCELED);
		if (how == REPLY)       // the caller has gone meanwhile
			CHECK(tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, 0, 0).tag) == ERR_GONE);
		else
			CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
		CHECK(object_destroy(t) == OK);
	}
}

static void
destroy_waiting(void)
{
	for (enum waits how = OPEN; how < WAITS; how++) {
		cap_t t = waiting(how);

		CHECK(object_destroy(t) == OK);
		CHECK(type_of(t) == OBJ_NONE && result == 0);
		CHECK(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT);
		CHECK(OP(semaphore, SEM_UP, 0) == OK);
	}
}

static void
destroy_own_thread(uint64_t index)
{
	sys_invoke((cap_t)index, IPC_CALL, tag(OP_DESTROY, 0, 0), DEADLINE_NONE);
	result = 1;
}

static void
suicide(void)
{
	cap_t next = env_caps(1) + 1, t = env_thread(destroy_own_thread, next, ABOVE);

	CHECK(t == next && result == 0 && type_of(t) == OBJ_NONE);
}

// Stores all its registers at rdi, in the order of struct regs, and waits.
void store_regs(uint64_t at);
__asm__(".pushsection .text\n"
	"store_regs:\n"
	"movq %r15, (%rdi)\n movq %r14, 8(%rdi)\n movq %r13, 16(%rdi)\n movq %r12, 24(%rdi)\n"
	"movq %r11, 32(%rdi)\n movq %r10, 40(%rdi)\n movq %r9, 48(%rdi)\n movq %r8, 56(%rdi)\n"
	"movq %rdi, 64(%rdi)\n movq %rsi, 72(%rdi)\n movq %rbp, 80(%rdi)\n movq %rbx, 88(%rdi)\n"
	"movq %rdx, 96(%rdi)\n movq %rcx, 104(%rdi)\n movq %rax, 112(%rdi)\n"
	"pushfq\n popq %rax\n movq %rax, 128(%rdi)\n movq %rsp, 136(%rdi)\n"
	"1: movq $0x200000000, %rdi\n xorl %esi, %esi\n movq $-1, %rdx\n syscall\n jmp 1b\n"
	".popsection\n");

static struct regs stored;

static void
start_registers(void)
{
	CHECK(env_thread(store_regs, (uint64_t)&stored, ABOVE) != 0);
	CHECK(stored.rdi == (uint64_t)&stored && stored.rsp != 0);
	CHECK((stored.r15 | stored.r14 | stored.r13 | stored.r12 | stored.r11 | stored.r10) == 0);
	CHECK((stored.r9 | stored.r8 | stored.rsi | stored.rbp | stored.rbx | stored.rdx) == 0);
	CHECK((stored.rcx | stored.rax) == 0 && stored.rflags == 0x202);
}

static void
exchange_registers(void)
{
	cap_t t = env_thread(spin, 0, BELOW);
	struct regs *r = (struct regs *)utcb()->mr;
	uint64_t stack = env_ram(4096) + 4096;

	CHECK(OP(t, THREAD_REGS, 0) == ERR_BUSY);
	CHECK(OP(t, THREAD_STOP, 0) == OK);
	tag_t answer = sys_call(t, tag(THREAD_REGS, 0, 0));

	CHECK(tag_err(answer) == OK && tag_words(answer) == 18);
	CHECK(r->rip == (uint64_t)spin);
	struct regs set = { 15, 14, 13, 12, 11, 10, 9, 8, (uint64_t)&stored, 6, 5, 3, 4, 2, 1,
		(uint64_t)store_regs, 0xffffffffffffff & ~0x100ull, stack };

	*r = set;
	r->rip = 0xffff800000000000;
	CHECK(sys_request(t, THREAD_SET_REGS, 18) == ERR_ARG);
	*r = set;
	r->rsp = 1ull << 63;
	CHECK(sys_request(t, THREAD_SET_REGS, 18) == ERR_ARG);
	*r = set;
	CHECK(sys_request(t, THREAD_SET_REGS, 18) == OK);
	CHECK(OP(t, THREAD_RESUME, 0) == OK);
	pause_ms(1);
	for (unsigned i = 0; i < 15; i++)
		CHECK(((uint64_t *)&stored)[i] == ((uint64_t *)&set)[i]);
	CHECK(stored.rsp == stack);
	// interrupts on, no I/O privilege, whatever was asked for
	CHECK((stored.rflags & 0x3200) == 0x200 && (stored.rflags & ~0xed7ull) == 0);
	CHECK(OP(t, THREAD_SET_REGS, 0) == ERR_BUSY);
}

// What a system call hands back in registers that the ABI does not name.
static void
cleared_registers(void)
{
	uint64_t a, b, c, d, e, tag_in = tag(TASK_CAP_TYPE, 0, 0), deadline = DEADLINE_NONE;

	__asm__ volatile("movq $0x300000000, %%rdi\n movq %%rdi, %%r8\n movq %%rdi, %%r9\n"
		"movq %%rdi, %%r10\n syscall\n"
		"movq %%rdi, %0\n movq %%r8, %1\n movq %%r9, %2\n movq %%r10, %3\n"
		: "=&b"(a), "=&r"(b), "=&r"(c), "=&r"(d), "=a"(e), "+S"(tag_in), "+d"(deadline)
		: : "rdi", "rcx", "r8", "r9", "r10", "r11", "memory");
	CHECK(a == 0 && b == 0 && c == 0 && d == 0 && tag_in == 0 && deadline == 0);
	CHECK(tag_err(e) == OK);
}

static void
fresh_utcb(void)
{
	const uint64_t *u = (const uint64_t *)(ENV_UTCBS);
	const uint64_t *may_read = &((const struct utcb *)u)->counter;

	for (unsigned i = 0; i < 20; i++) {     // over pages others have used
		cap_t t = make(OBJ_THREAD, 0);

		CHECK(thread_control(t, CAP_SELF, (uint64_t)u, 0) == OK);
		for (unsigned w = 0; w < 512; w++)
			CHECK(u[w] == (u + w == may_read));
		*(volatile uint64_t *)(uintptr_t)(ENV_UTCBS + 8 * i) = 0x5ec4e7;
		CHECK(object_destroy(t) == OK);
	}
}

static uint64_t
read_fs(uint64_t at)
{
	uint64_t v;

	__asm__ volatile("movq %%fs:(%1), %0" : "=r"(v) : "r"(at));
	return v;
}

static void
show_fs(uint64_t at)
{
	result = read_fs(at);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// One thread's FS base is not another's.
static void
fs_base(void)
{
	static uint64_t area[16];

	area[0] = 1, area[8] = 2;
	CHECK(read_fs((uint64_t)&area[0]) == 1);
	CHECK(OP(ENV_THREAD, THREAD_FS_BASE, (uint64_t)&area[8]) == OK);
	CHECK(read_fs(0) == 2);
	CHECK(env_thread(show_fs, (uint64_t)&area[0], ABOVE) != 0);
	CHECK(result == 1);
	CHECK(read_fs(0) == 2);
	CHECK(env_thread(show_fs, (uint64_t)&area[8], BELOW) != 0);
	pause_ms(1);
	CHECK(result == 2 && read_fs(0) == 2);
}

const struct test tests_thread[] = {
	{ "thread_control_arguments", control_arguments },
	{ "thread_stop_resume", stop_resume },
	{ "thread_stop_cancels", stop_cancels },
	{ "thread_destroy_waiting", destroy_waiting },
	{ "thread_destroys_itself", suicide },
	{ "thread_start_registers", start_registers },
	{ "thread_exchange_registers", exchange_registers },
	{ "thread_cleared_registers", cleared_registers },
	{ "thread_fresh_utcb", fresh_utcb },
	{ "thread_fs_base", fs_base },
	{ NULL, NULL },
};
