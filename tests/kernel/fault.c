// SPDX-License-Identifier: MIT
// Tests of page faults and exceptions as messages, and of what ring 3 must not do.
#include <abi/boot.h>

#include "ktest.h"

enum { AT = 0x30000000, USER_READ = 4, USER_WRITE = 6 };

static struct reply
fault(enum msg_kind kind)
{
	struct reply r = sys_wait(sys_in_ms(1000));

	CHECK(tag_err(r.tag) == OK && tag_kind(r.tag) == kind);
	CHECK(tag_words(r.tag) == (kind == MSG_FAULT ? 3 : 20));
	return r;
}

static enum err
answer(tag_t t)
{
	return tag_err(sys_invoke(0, IPC_SEND | IPC_REPLY, t, 0).tag);
}

static void
toucher(uint64_t arg)
{
	(void)arg;
	CHECK(*(volatile uint64_t *)AT == 99);
	*(volatile uint64_t *)(AT + 8) = 5;
	env_exit(0);
}

static void
pager(void)
{
	struct child c = start_child(toucher, 0, BELOW);
	uint64_t page = env_ram(4096);

	*(uint64_t *)page = 99;
	CHECK(fault(MSG_FAULT).label == LABEL);
	CHECK(utcb()->mr[0] == AT && utcb()->mr[2] == USER_READ);
	CHECK(utcb()->mr[1] >= (uint64_t)toucher && utcb()->mr[1] < (uint64_t)toucher + 64);
	utcb()->mr[0] = fpage_mem(page, 12, MEM_R), utcb()->mr[1] = AT;
	CHECK(answer(tag(0, 0, 1)) == OK);
	fault(MSG_FAULT);
	CHECK(utcb()->mr[0] == AT + 8 && utcb()->mr[2] == (USER_WRITE | 1));
	// the other way to mend it: from the side, with an empty answer
	CHECK(task_unmap(c.task, fpage_mem(AT, 12, MEM_R), true) == OK);
	CHECK(task_map(c.task, fpage_mem(page, 12, MEM_RW), AT) == OK);
	CHECK(answer(0) == OK);
	join();
	CHECK(((volatile uint64_t *)page)[1] == 5);
}

// An item that cannot be mapped leaves the thread stopped, not running wild.
static void
bad_answers(void)
{
	struct child c = start_child(toucher, 0, BELOW);

	fault(MSG_FAULT);
	utcb()->mr[0] = fpage_mem(0x1000, 12, MEM_R), utcb()->mr[1] = AT;
	answer(tag(0, 0, 1));
	CHECK(tag_err(sys_wait(sys_in_ms(2)).tag) == ERR_TIMEOUT);
	CHECK(OP(c.thread, THREAD_REGS, 0) == OK);
	CHECK(OP(c.thread, THREAD_RESUME, 0) == OK);
	fault(MSG_FAULT);
	CHECK(answer(tag(1, 0, 0)) == OK);              // a label: stay stopped
	CHECK(tag_err(sys_wait(sys_in_ms(2)).tag) == ERR_TIMEOUT);
	CHECK(OP(c.thread, THREAD_REGS, 0) == OK);
	CHECK(answer(0) == ERR_GONE);
}

static void
no_pager(void)
{
	cap_t t = make(OBJ_THREAD, 0);

	CHECK(thread_control(t, CAP_SELF, ENV_UTCBS, 0) == OK);
	CHECK(sched_set(ENV_SCHEDULER, t, ABOVE, 1000) == OK);
	CHECK(thread_start(t, 0x1000, 0, 0) == OK);
	CHECK(OP(t, THREAD_REGS, 0) == OK && utcb()->mr[15] == 0x1000);
	CHECK(OP(t, THREAD_RESUME, 0) == OK);           // faults again
	CHECK(OP(t, THREAD_REGS, 0) == OK && utcb()->mr[15] == 0x1000);
}

static void
undefined(uint64_t arg)
{
	uint64_t a = 1, b = 2;

	(void)arg;
	__asm__ volatile("ud2" : "+a"(a), "+b"(b));
	CHECK(a == 100 && b == 200);
	env_exit(0);
}

static void
handler(void)
{
	start_child(undefined, 0, BELOW);
	CHECK(fault(MSG_EXCEPTION).label == LABEL);
	struct regs *r = (struct regs *)&utcb()->mr[2];

	CHECK(utcb()->mr[0] == 6 && utcb()->mr[1] == 0);
	CHECK(r->rax == 1 && r->rbx == 2 && *(const uint16_t *)r->rip == 0x0b0f);
	r->rax = 100, r->rbx = 200, r->rip += 2;
	CHECK(answer(tag(0, 20, 0)) == OK);
	join();
	// registers that are refused stop the thread
	struct child c = start_child(undefined, 0, BELOW);

	fault(MSG_EXCEPTION);
	r->rip = 0xffff800000000000;
	answer(tag(0, 20, 0));
	CHECK(tag_err(sys_wait(sys_in_ms(2)).tag) == ERR_TIMEOUT);
	CHECK(OP(c.thread, THREAD_REGS, 0) == OK);
}

// Handling by the answer "as you were" repeats the instruction.
static void
repeat(void)
{
	start_child(undefined, 0, BELOW);
	for (unsigned i = 0; i < 3; i++) {
		fault(MSG_EXCEPTION);
		CHECK(utcb()->mr[0] == 6);
		CHECK(answer(0) == OK);
	}
}

// One instruction of each kind that ring 3 may not have, and its exception.
enum forbidden { HLT, CLI, RDMSR, CR3, LGDT, IN, OUT, INT80, INT32, BREAKPOINT, DIVIDE, DATA_SEG,
	SIDT, NONCANONICAL, FORBIDDEN };

static const uint8_t vector[FORBIDDEN] = {
	[HLT] = 13, [CLI] = 13, [RDMSR] = 13, [CR3] = 13, [LGDT] = 13, [IN] = 13, [OUT] = 13,
	[INT80] = 13, [INT32] = 13, [BREAKPOINT] = 3, [DIVIDE] = 0, [DATA_SEG] = 13, [SIDT] = 13,
	[NONCANONICAL] = 13,
};

static void
offend(uint64_t how)
{
	uint8_t space[16] = { 0 };

	switch ((enum forbidden)how) {
	case HLT: __asm__ volatile("hlt"); break;
	case CLI: __asm__ volatile("cli"); break;
	case RDMSR: __asm__ volatile("rdmsr" : : "c"(0xc0000082) : "rax", "rdx"); break;
	case CR3: __asm__ volatile("movq %%cr3, %%rax" : : : "rax"); break;
	case LGDT: __asm__ volatile("lgdt %0" : : "m"(space)); break;
	case IN: __asm__ volatile("inb $0x60, %%al" : : : "rax"); break;
	case OUT: __asm__ volatile("outb %%al, $0x64" : : "a"(0xfe)); break;
	case INT80: __asm__ volatile("int $0x80"); break;
	case INT32: __asm__ volatile("int $0x30"); break;
	case BREAKPOINT: __asm__ volatile("int3"); break;
	case DIVIDE:
		__asm__ volatile("xorl %%ecx, %%ecx\n divl %%ecx" : : : "rax", "rcx", "rdx");
		break;
	case DATA_SEG: __asm__ volatile("movl %0, %%ds" : : "r"(0x10)); break;
	case SIDT: __asm__ volatile("sidt %0" : "=m"(space)); break;
	case NONCANONICAL: (void)*(volatile uint8_t *)0x8000000000000000; break;
	default: break;
	}
	env_exit(0);
}

static void
forbidden(void)
{
	for (unsigned i = 0; i < FORBIDDEN; i++) {
		struct child c = start_child(offend, i, BELOW);

		fault(MSG_EXCEPTION);
		CHECK(utcb()->mr[0] == vector[i]);
		env_destroy(&c);
	}
}

// Nothing of the kernel's half can be read, written or run.
static void
read_at(uint64_t at)
{
	(void)*(volatile uint8_t *)at;
	env_exit(0);
}

static void
kernel_memory(void)
{
	static const uint64_t at[] = {
		0xffffffff80000000, 0xffffffff80100000, 0xffffffff80110000, 0xffff800000000000,
		0xffff8000000b8000, 0xffff800000100000, 0xffff8000fee00000, 0xffffffffffffffff,
		0x7ffffffff000, 0x100000, 0x0,
	};

	for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
		struct child c = start_child(read_at, at[i], BELOW);

		fault(MSG_FAULT);
		CHECK(utcb()->mr[0] == at[i] && (utcb()->mr[2] & 0x16) == USER_READ);
		env_destroy(&c);
		c = start_child((child_fn *)(at[i] < 0x7ffffffff000 ? at[i] : 8), 0, BELOW);
		fault(MSG_FAULT);
		env_destroy(&c);
	}
}

// The kernel does not care what is in rsp.
static void
odd_stack(void)
{
	uint64_t rax, rdi = (uint64_t)IPC_CALL << 32, rsi = tag(TASK_CAP_TYPE, 0, 0), rdx = ~0ull;

	utcb()->mr[0] = 0;
	__asm__ volatile("movq %%rsp, %%rbx\n movabsq $0x8000000000000001, %%rsp\n syscall\n"
		"movq %%rbx, %%rsp" : "=a"(rax), "+D"(rdi), "+S"(rsi), "+d"(rdx)
		: : "rbx", "rcx", "r8", "r9", "r10", "r11", "memory");
	CHECK(tag_err(rax) == OK && utcb()->mr[0] == OBJ_TASK);
	__asm__ volatile("pushfq\n orq $0x44500, (%%rsp)\n andq $~0x100, (%%rsp)\n popfq\n"
		"syscall\n cld\n pushfq\n andq $~0x44000, (%%rsp)\n popfq"
		: "=a"(rax), "=D"(rdi), "=S"(rsi), "=d"(rdx)
		: "D"((uint64_t)IPC_CALL << 32), "S"(tag(TASK_CAP_TYPE, 0, 0)), "d"(~0ull)
		: "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
	CHECK(tag_err(rax) == OK);
}

static void
stepped(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_ZERO);
	for (unsigned i = 0; i < 3; i++)
		sys_invoke(CAP_SELF, IPC_CALL, tag(TASK_CAP_TYPE, 0, 0), DEADLINE_NONE);
	env_exit(0);
}

// Single steps through user code and system calls.
static void
single_step(void)
{
	struct child c;
	struct regs *r = (struct regs *)utcb()->mr;
	unsigned steps = 0;

	CHECK(env_child(&c, 256 << 10, 4096, LABEL, BELOW) == OK);
	CHECK(OP(c.thread, THREAD_STOP, 0) == OK);
	*r = (struct regs){ .rip = (uint64_t)stepped, .rsp = STACK_TOP - 8, .rflags = 0x100 };
	CHECK(sys_request(c.thread, THREAD_SET_REGS, 18) == OK);
	CHECK(OP(c.thread, THREAD_RESUME, 0) == OK);
	struct reply s = sys_wait(sys_in_ms(1000));

	while (tag_kind(s.tag) == MSG_EXCEPTION) {
		CHECK(utcb()->mr[0] == 1 && ++steps < 1000);
		s = sys_reply_and_wait(0, sys_in_ms(1000));
	}
	CHECK(tag_kind(s.tag) == MSG_IPC && utcb()->mr[0] == 0);
	CHECK(steps > 20);
}

// Who handles the fault disappears: the thread does not run on.
static void
die_with_fault(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_NONE);
	sys_sleep(DEADLINE_NONE);
}

static void
handler_ends(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct child c, p = start_child(i == 0 ? die_with_fault : toucher, 0, BELOW - i);
		cap_t gate = env_source(OBJ_GATE, p.thread, 1), t = make(OBJ_THREAD, 0);

		// i 0: the pager has the fault; 1: it never takes it
		CHECK(OP(p.thread, THREAD_RESUME, 0) == ERR_BUSY);
		CHECK(env_child(&c, 256 << 10, 4096, LABEL, BELOW) == OK);
		CHECK(thread_control(t, c.task, AT, gate) == OK);
		CHECK(sched_set(ENV_SCHEDULER, t, BELOW, 1000) == OK);
		CHECK(thread_start(t, 0x1000, 0, 0) == OK);
		pause_ms(20);
		CHECK(OP(t, THREAD_REGS, 0) == ERR_BUSY);
		CHECK(object_destroy(p.factory) == OK);
		CHECK(OP(t, THREAD_REGS, 0) == OK && utcb()->mr[15] == 0x1000);
		CHECK(OP(t, THREAD_RESUME, 0) == OK);
		pause_ms(1);
		CHECK(OP(t, THREAD_REGS, 0) == OK);
		while (tag_err(sys_wait(DEADLINE_ZERO).tag) == OK)
			;
	}
}

const struct test tests_fault[] = {
	{ "fault_pager", pager },
	{ "fault_bad_answers", bad_answers },
	{ "fault_no_pager", no_pager },
	{ "fault_handler", handler },
	{ "fault_repeat", repeat },
	{ "fault_forbidden", forbidden },
	{ "fault_kernel_memory", kernel_memory },
	{ "fault_odd_stack", odd_stack },
	{ "fault_single_step", single_step },
	{ "fault_handler_ends", handler_ends },
	{ NULL, NULL },
};
