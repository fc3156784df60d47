// SPDX-License-Identifier: MIT
// Tests of entering guests: what others may do meanwhile, what of one guest another sees.
#include "machine.h"

GUEST_CODE(count, "1: incq 0x30000; jmp 1b");
GUEST_CODE(cpuids, "1: incq 0x30000; cpuid; jmp 1b");
GUEST_CODE(say, "mov $42, %eax; vmmcall; jmp say");

// A thread that enters a guest, again and again while that ends with OK and `again` bytes to skip.
struct runner {
	struct machine m;
	cap_t thread;
	uint64_t again;
	volatile enum err ended;
	volatile uint64_t runs;
};

static struct runner runners[2];

static void
run_guest(uint64_t n)
{
	struct runner *r = &runners[n];
	enum err e;

	do {
		e = tag_err(sys_invoke(r->m.vcpu, IPC_CALL, tag(VCPU_RUN, 0, 0),
		                       DEADLINE_NONE).tag);
		r->runs++;
		r->m.s->regs.rip += r->again;
	} while (e == OK && r->again != 0);
	r->ended = e;
	for (;;)
		sys_invoke(0, IPC_RECV, 0, DEADLINE_NONE);
}

// The n-th: with a machine of its own, less urgent than we are.
static struct runner *
runner(unsigned n, const char *code, const char *end, uint64_t again)
{
	struct runner *r = &runners[n];

	r->m = machine_make();
	r->again = again;
	r->ended = ERR_REFUSED;
	r->thread = env_thread(run_guest, n, BELOW);
	CHECK(r->thread != 0);
	machine_start(&r->m, vcpu_state((struct utcb *)(ENV_UTCBS + 4096ull * n)), code, end);
	return r;
}

static volatile uint64_t *
counter(const struct runner *r)
{
	return (volatile uint64_t *)(void *)(r->m.ram + DATA);
}

static void
expect_progress(const struct runner *r)
{
	uint64_t before = *counter(r);

	pause_ms(2);
	CHECK(*counter(r) > before + 100);
}

static void
taken_while_running(void)
{
	struct runner *r = runner(0, count, count_end, 0);

	expect_progress(r);
	CHECK(task_unmap(r->m.guest, fpage_mem(DATA, 12, MEM_R | MEM_W), true) == OK);
	pause_ms(1);
	CHECK(r->ended == OK && r->m.s->exit == VCPU_EXIT_MEMORY && r->m.s->info2 == DATA);
}

// By who gave the memory, all at once; its page tables may be the first that it misses.
static void
taken_from_giver(void)
{
	struct runner *r = runner(0, count, count_end, 0);

	expect_progress(r);
	uint64_t before = *counter(r);

	CHECK(task_unmap(CAP_SELF, fpage_mem((uint64_t)r->m.ram, 18, MEM_W), false) == OK);
	pause_ms(1);
	CHECK(r->ended == OK && r->m.s->exit == VCPU_EXIT_MEMORY && r->m.s->info2 < RAM_SIZE);
	CHECK(*counter(r) - before < 1000);
}

static void
destroyed_while_running(void)
{
	struct runner *a = runner(0, count, count_end, 0), *b = runner(1, count, count_end, 0);

	expect_progress(a);
	CHECK(object_destroy(a->m.guest) == OK);
	pause_ms(1);
	CHECK(a->ended == ERR_GONE);
	expect_progress(b);
	CHECK(object_destroy(b->m.vcpu) == OK);
	pause_ms(1);
	CHECK(b->ended == ERR_CAP);
	CHECK(object_destroy(a->thread) == OK && object_destroy(a->m.vcpu) == OK);
}

static void
thread_destroyed(void)
{
	struct runner *r = runner(0, count, count_end, 0);

	expect_progress(r);
	CHECK(object_destroy(r->thread) == OK);
	uint64_t before = *counter(r);

	pause_ms(1);
	CHECK(*counter(r) == before);
	machine_start(&r->m, vcpu_state(utcb()), say, say_end);         // by another thread
	expect_exit(&r->m, VCPU_EXIT_VMMCALL);
}

static void
stopped(void)
{
	struct runner *r = runner(0, count, count_end, 0);

	for (unsigned i = 0; i < 20; i++) {
		expect_progress(r);
		CHECK(OP(r->thread, THREAD_STOP, 0) == OK);
		uint64_t before = *counter(r);

		pause_ms(1);
		CHECK(*counter(r) == before && r->ended == ERR_REFUSED);
		CHECK(OP(r->thread, THREAD_RESUME, 0) == OK);
	}
}

static void
message(void)
{
	struct runner *r = runner(0, count, count_end, 0);
	cap_t signal = env_source(OBJ_SIGNAL, r->thread, 5);

	expect_progress(r);
	CHECK(sys_raise(signal, 1) == OK);
	pause_ms(1);
	CHECK(r->ended == ERR_CANCELED && r->m.s->regs.rip >= CODE);
}

// Two at the same priority, each with a guest that never stops.
static void
turns(void)
{
	struct runner *a = runner(0, count, count_end, 0), *b = runner(1, count, count_end, 0);

	for (unsigned i = 0; i < 2; i++)
		CHECK(sched_set(ENV_SCHEDULER, runners[i].thread, BELOW, 1000) == OK);
	pause_ms(40);
	uint64_t x = *counter(a), y = *counter(b);

	CHECK(x > 1000 && y > x / 2 && x > y / 2);
	CHECK(a->ended == ERR_REFUSED && b->ended == ERR_REFUSED);
}

static void
budget(void)
{
	struct runner *r = runner(0, count, count_end, 0);

	CHECK(sched_budget(ENV_SCHEDULER, r->thread, 10000, 1000) == OK);
	pause_ms(100);
	uint64_t time;

	CHECK(OP(ENV_SCHEDULER, SCHED_INFO, r->thread) == OK);
	time = utcb()->mr[0];
	CHECK(time < 15ull * kip()->tsc_khz && time > 8ull * kip()->tsc_khz);
}

// Exits all the time, and faults at addresses that are nowhere: others wake as ever.
static void
storms(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct runner *r = runner(i, cpuids, cpuids_end, i == 0 ? 2 : 0);
		uint64_t late = 0;

		if (i == 1) {           // the same fault again and again
			CHECK(task_unmap(r->m.guest, fpage_mem(DATA, 12, MEM_W), true) == OK);
			r->again = 1ull << 63;
			r->m.s->regs.rip = CODE;
		}
		for (unsigned n = 0; n < 100; n++) {
			uint64_t at = sys_in_ms(1) - n * 337;

			sys_sleep(at);
			uint64_t now = sys_now();

			late = now - at > late ? now - at : late;
		}
		CHECK(late < 6000);
		CHECK(r->runs > 1000 || i == 1);
		CHECK(object_destroy(r->thread) == OK);
	}
}

// ---- what is left behind -------------------------------------------------------

GUEST_CODE(leave,
	"mov $0x5ec3e7, %eax; movq %rax, %xmm0; movq %rax, %xmm5; movq %rax, %xmm15;"
	"push %rax; fildq (%rsp); pop %rax; mov %rax, %cr2;"
	"mov $0xc0000101, %ecx; xor %edx, %edx; wrmsr; inc %ecx; wrmsr;"        // GS bases
	"mov $0xc0000082, %ecx; wrmsr; mov $0xc0000100, %ecx; wrmsr;"           // LSTAR, FS base
	"mov $0x175, %ecx; wrmsr;"
	"vmmcall;"
	"mov %cr4, %rbx; or $0x40000, %rbx; mov %rbx, %cr4;"
	"xor %ecx, %ecx; xor %edx, %edx; mov $7, %eax; xsetbv;"
	"vcmpeqps %ymm9, %ymm9, %ymm9; vmmcall;"
	"mov %cr4, %rbx; xor $0x40000, %rbx; mov %rbx, %cr4; vmmcall;"          // hides it again
	"movq %xmm5, %rax; movq %xmm15, %rbx; mov %cr2, %rcx; vmmcall");

GUEST_CODE(look,
	"movq %xmm0, %rax; movq %xmm5, %rbx; movq %xmm15, %rsi;"
	"mov %cr2, %r8; xor %r10d, %r10d; or %rax, %r10; or %rbx, %r10; or %rsi, %r10;"
	"or %r8, %r10;"
	"mov $0xc0000101, %ecx; rdmsr; or %rax, %r10; inc %ecx; rdmsr; or %rax, %r10;"
	"mov $0xc0000082, %ecx; rdmsr; or %rax, %r10; mov $0xc0000100, %ecx; rdmsr; or %rax, %r10;"
	"mov $0x175, %ecx; rdmsr; or %rax, %r10;"
	"mov %cr4, %rbx; or $0x40000, %rbx; mov %rbx, %cr4; xor %ecx, %ecx; xgetbv; mov %rax, %r11;"
	"mov $7, %eax; xsetbv; vextractf128 $1, %ymm9, %xmm9; movq %xmm9, %rax; or %rax, %r10;"
	"vmmcall");

static void
set_xmm(uint64_t v)
{
	__asm__ volatile("movq %0, %%xmm5; movq %0, %%xmm9" : : "r"(v));
}

static uint64_t
get_xmm(void)
{
	uint64_t a, b;

	__asm__ volatile("movq %%xmm5, %0; movq %%xmm9, %1" : "=r"(a), "=r"(b));
	return a == b ? a : 1;
}

static void
skip(struct machine *m)
{
	CHECK(m->s->regs.rip > CODE);
	m->s->regs.rip += 3;
	expect_exit(m, VCPU_EXIT_VMMCALL);
}

// Nothing that the first guest left: in the second, in a thread, and it still has all itself.
static void
leaks(void)
{
	struct machine a = machine_make(), b = machine_make();

	for (unsigned i = 0; i < 3; i++) {
		if (i > 0)
			set_xmm(0x1234 + i);
		START(&a, leave);
		expect_exit(&a, VCPU_EXIT_VMMCALL);
		skip(&a);
		skip(&a);
		CHECK(get_xmm() == (i > 0 ? 0x1234 + i : 0));
		struct vcpu_state of_a = *a.s;

		START(&b, look);
		expect_exit(&b, VCPU_EXIT_VMMCALL);
		CHECK(b.s->regs.r10 == 0);
		CHECK(b.s->regs.r11 == 1);              // XCR0
		CHECK(get_xmm() == (i > 0 ? 0x1234 + i : 0));
		*a.s = of_a;
		skip(&a);
		CHECK(a.s->regs.rax == 0x5ec3e7 && a.s->regs.rbx == 0x5ec3e7);
		CHECK(a.s->regs.rcx == 0x5ec3e7);
	}
	CHECK(object_destroy(a.vcpu) == OK);            // its storage goes to the next
	struct machine c = machine_make();

	START(&c, look);
	expect_exit(&c, VCPU_EXIT_VMMCALL);
	CHECK(c.s->regs.r10 == 0 && c.s->regs.r11 == 1);
}

// The VMM's FS is its own again.
static void
fs_base(void)
{
	struct machine m = machine_make();
	static uint64_t storage = 0x4321;
	uint64_t fs;

	CHECK(OP(ENV_THREAD, THREAD_FS_BASE, (uint64_t)&storage) == OK);
	for (unsigned i = 0; i < 10; i++) {
		START(&m, say);
		m.s->seg[VCPU_FS].base = 0x5000;
		expect_exit(&m, VCPU_EXIT_VMMCALL);
		__asm__ volatile("movq %%fs:0, %0" : "=r"(fs));
		CHECK(fs == 0x4321);
	}
}

GUEST_CODE(clock, "rdtsc; vmmcall; rdtscp; vmmcall");

static void
blind_child(uint64_t blind)
{
	struct machine m = machine_make();

	START(&m, clock);
	for (unsigned i = 0; i < 2; i++) {
		if (blind) {
			expect_exit(&m, VCPU_EXIT_RDTSC);       // QEMU: RDTSCP, too
			m.s->regs.rip += 2 + i;
		}
		expect_exit(&m, VCPU_EXIT_VMMCALL);
		CHECK((m.s->regs.rax != 0 || m.s->regs.rdx != 0) == !blind);
		m.s->regs.rip += 3;
	}
	env_exit(0);
}

// Who may not read the clock cannot by a guest.
static void
blind(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct child c;

		env_blind = i == 1;
		CHECK(env_child(&c, 1 << 20, 512 << 10, LABEL, BELOW) == OK);
		env_blind = false;
		CHECK(env_start(&c, blind_child, i) == OK);
		join();
	}
}

const struct test tests_vcpu[] = {
	{ "vcpu_taken_while_running", taken_while_running },
	{ "vcpu_taken_from_giver", taken_from_giver },
	{ "vcpu_destroyed_while_running", destroyed_while_running },
	{ "vcpu_thread_destroyed", thread_destroyed },
	{ "vcpu_stopped", stopped },
	{ "vcpu_message", message },
	{ "vcpu_turns", turns },
	{ "vcpu_budget", budget },
	{ "vcpu_storms", storms },
	{ "vcpu_leaks", leaks },
	{ "vcpu_fs_base", fs_base },
	{ "vcpu_blind", blind },
	{ NULL, NULL },
};
