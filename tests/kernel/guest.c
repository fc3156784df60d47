// SPDX-License-Identifier: MIT
// Tests of guests and vcpus, with guests that do their worst: what they execute ends in their
// own memory, or at us.
#include "machine.h"

GUEST_CODE(hello, "mov $42, %eax; vmmcall; jmp hello");

static void
runs(void)
{
	struct machine m = machine_make();

	START(&m, hello);
	for (unsigned i = 0; i < 3; i++) {
		expect_exit(&m, VCPU_EXIT_VMMCALL);
		CHECK(m.s->regs.rip == CODE + 5 && m.s->regs.rax == 42 && m.s->give == 0);
		m.s->regs.rip += 3;
	}
}

GUEST_CODE(turn, "1: vmmcall; not %rbx; not %rcx; not %rdx; not %rsi; not %rdi; not %rbp; not %r8;"
	"not %r9; not %r10; not %r11; not %r12; not %r13; not %r14; not %r15; not %rax; not %rsp;"
	"vmmcall");

static void
registers(void)
{
	struct machine m = machine_make();
	uint64_t *r = (uint64_t *)&m.s->regs;

	START(&m, turn);
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	for (unsigned i = 0; i < 15; i++)
		r[i] = 0x1234567890abcde0ull + i;
	m.s->regs.rsp = 0xfeed;
	m.s->regs.rip += 3;
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	for (unsigned i = 0; i < 15; i++)
		CHECK(r[i] == ~(0x1234567890abcde0ull + i));
	CHECK(m.s->regs.rsp == ~0xfeedull);
}

static void
groups(void)
{
	struct machine m = machine_make();

	START(&m, hello);
	m.s->star = 11, m.s->lstar = 12, m.s->kernel_gs_base = 13, m.s->sysenter_eip = 14;
	m.s->seg[VCPU_FS].base = 15, m.s->cr2 = 16;
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	m.s->star = m.s->lstar = m.s->seg[VCPU_FS].base = m.s->cr2 = m.s->cr3 = 0;
	m.s->kernel_gs_base = m.s->sysenter_eip = 0;
	m.s->regs.rip += 3;
	expect_exit(&m, VCPU_EXIT_VMMCALL);             // not given: not taken, not wanted
	CHECK(m.s->cr3 == 0 && m.s->lstar == 0);
	m.s->want = VCPU_CONTROL | VCPU_SEGMENTS | VCPU_SYSCALL;
	m.s->regs.rip += 3;
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	CHECK(m.s->star == 11 && m.s->lstar == 12 && m.s->kernel_gs_base == 13);
	CHECK(m.s->sysenter_eip == 14 && m.s->seg[VCPU_FS].base == 15 && m.s->cr2 == 16);
	CHECK(m.s->cr3 == TABLES && m.s->efer == 0x500);
}

// ---- what a guest may not ------------------------------------------------------

GUEST_CODE(forbidden,
	"vmrun; .balign 8\n vmload; .balign 8\n vmsave; .balign 8\n stgi; .balign 8\n"
	"clgi; .balign 8\n skinit; .balign 8\n invlpga; .balign 8\n vmmcall; .balign 8\n"
	"monitor; .balign 8\n mwait; .balign 8\n wbinvd; .balign 8\n invd; .balign 8\n"
	"rdpmc; .balign 8\n hlt; .balign 8\n cpuid; .balign 8\n rdmsr; .balign 8\n"
	"wrmsr; .balign 8\n in %dx, %al; .balign 8\n outsb; .balign 8\n mov %rax, %dr0; .balign 8\n"
	"mov %dr3, %rax; .balign 8\n mov %rax, %dr7; .balign 8\n");

static void
instructions(void)
{
	static const uint16_t exits[] = {
		0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x7a, 0x81, 0x8a, 0x8b, 0x89, 0 /* INVD */,
		0x6f, 0x78, 0x72, 0x7c, 0x7c, 0x7b, 0x7b, 0x30, 0x23, 0x37,
	};
	struct machine m = machine_make();

	for (unsigned i = 0; i < sizeof exits / sizeof *exits; i++) {
		START(&m, forbidden);
		m.s->regs.rip = CODE + 8 * i;
		CHECK(machine_run(&m) == OK);
		// QEMU: INVD as WBINVD
		CHECK(m.s->exit == exits[i] || (exits[i] == 0 && m.s->exit == 0x89));
		CHECK(m.s->regs.rip == CODE + 8 * i);
	}
}

GUEST_CODE(msr, "1: rdmsr; wrmsr; vmmcall; jmp 1b");

static bool
passed_msr(uint32_t n)
{
	return (n >= 0x174 && n <= 0x176) || (n >= 0xc0000081 && n <= 0xc0000084) ||
	       (n >= 0xc0000100 && n <= 0xc0000102);
}

static void
msrs(void)
{
	static const uint32_t from[] = { 0, 0xc0000000, 0xc0010000, 0x40000000, 0x4b564d00 };
	struct machine m = machine_make();

	START(&m, msr);
	for (uint32_t i = 0; i < 5 * 0x400; i++) {
		uint32_t n = from[i >> 10] + (i & 0x3ff) * (i % 2 == 0 ? 8 : 1);

		m.s->regs.rip = CODE;
		m.s->regs.rcx = n;
		for (unsigned write = 0; write < 2 && !passed_msr(n); write++) {
			expect_exit(&m, VCPU_EXIT_MSR);
			CHECK(m.s->info1 == write && m.s->regs.rcx == n);
			m.s->regs.rip += 2;
		}
		expect_exit(&m, VCPU_EXIT_VMMCALL);
	}
}

GUEST_CODE(port, "1: out %al, %dx; in %dx, %eax; jmp 1b");

static void
ports(void)
{
	struct machine m = machine_make();

	START(&m, port);
	for (uint32_t n = 0; n < 0x10000; n += 7) {
		m.s->regs.rip = CODE;
		m.s->regs.rdx = n;
		expect_exit(&m, VCPU_EXIT_IO);
		CHECK(m.s->info1 >> 16 == n && !(m.s->info1 & 1) && m.s->info2 == CODE + 1);
		m.s->regs.rip = m.s->info2;
		expect_exit(&m, VCPU_EXIT_IO);
		CHECK(m.s->info1 >> 16 == n && m.s->info1 & 1);
	}
}

GUEST_CODE(touch, "mov (%rbx), %rax; vmmcall; mov %rax, (%rbx); vmmcall; jmp *%rbx");

// At `at` of the guest's own addresses now lies guest-physical `to`.
static void
point(const struct machine *m, uint64_t to)
{
	uint64_t *tables = (uint64_t *)(void *)(m->ram + TABLES);
	uint64_t *low = (uint64_t *)(void *)(m->ram + PLACE);

	tables[1] = (PLACE | 7);                        // at 2^39
	low[0] = (PLACE + 0x1000) | 7;
	low[512] = (PLACE + 0x2000) | 7;
	low[1024] = (to & 0x000ffffffffff000) | 7;
	m->s->give |= VCPU_CONTROL;                     // a new CR3: nothing is remembered
}

static unsigned
address_bits(void)
{
	uint32_t a = 0x80000008, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return a & 0xff;
}

// What no processor can address is a fault in the guest, which has no handler.
static void
expect_memory_exit(struct machine *m, unsigned code, uint64_t at)
{
	START(m, touch);
	point(m, at);
	m->s->regs.rip = CODE + code;
	m->s->regs.rbx = (1ull << 39) + (at & 0xfff);
	if (at >> address_bits() != 0) {
		CHECK(machine_run(m) == OK);
		CHECK(m->s->exit == VCPU_EXIT_SHUTDOWN || m->s->exit == VCPU_EXIT_MEMORY);
		return;
	}
	expect_exit(m, VCPU_EXIT_MEMORY);
	CHECK(m->s->info2 == at);
}

// Only what is mapped is there: nothing at any power of two, nor beside the end.
static void
addresses(void)
{
	struct machine m = machine_make();

	for (unsigned order = 18; order < 52; order++) {
		uint64_t at = 1ull << order;

		for (unsigned code = 0; code <= 12; code += 6) {        // read, write, execute
			expect_memory_exit(&m, code, at);
			expect_memory_exit(&m, code, at + 0x1008);
			if (order > 18)
				expect_memory_exit(&m, code, at - 8);
		}
	}
	START(&m, touch);
	point(&m, RAM_SIZE - 4096);
	m.s->regs.rbx = (1ull << 39) + 0xff8;
	expect_exit(&m, VCPU_EXIT_VMMCALL);
}

// Page tables outside of memory, too.
static void
tables_outside(void)
{
	struct machine m = machine_make();

	for (unsigned order = 18; order < address_bits(); order++) {
		START(&m, hello);
		m.s->cr3 = 1ull << order;
		expect_exit(&m, VCPU_EXIT_MEMORY);
		CHECK((m.s->info2 & ~0xfffull) == 1ull << order);
	}
}

static void
rights(void)
{
	struct machine m = machine_make();
	uint64_t at = 1ull << 33;
	uint64_t *page = machine_page(&m, at, MEM_R);

	*page = 0x77;
	START(&m, touch);
	point(&m, at);
	m.s->regs.rbx = 1ull << 39;
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	CHECK(m.s->regs.rax == 0x77);
	expect_memory_exit(&m, 6, at);                  // not to be written
	CHECK(task_unmap(CAP_SELF, fpage_mem((uint64_t)page, 12, MEM_R | MEM_W), false) == OK);
	expect_memory_exit(&m, 0, at);
	uint64_t *other = machine_page(&m, at, MEM_RW);

	START(&m, touch);
	point(&m, at);
	m.s->regs.rip = CODE + 6;
	m.s->regs.rbx = 1ull << 39;
	m.s->regs.rax = 0x88;
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	CHECK(*other == 0x88 && *page == 0x77);
	CHECK(task_unmap(m.guest, fpage_mem(at, 12, MEM_W), true) == OK);
	expect_memory_exit(&m, 6, at);
	CHECK(*other == 0x88);
}

GUEST_CODE(boom, "mov $0x10, %eax; mov %rax, (%rax); ud2");

// Without descriptor tables an exception is the end, and says so again each time.
static void
triple_fault(void)
{
	struct machine m = machine_make();

	for (unsigned i = 0; i < 100; i++) {
		START(&m, boom);
		expect_exit(&m, VCPU_EXIT_SHUTDOWN);
	}
}

const struct test tests_guest[] = {
	{ "guest_runs", runs },
	{ "guest_registers", registers },
	{ "guest_groups", groups },
	{ "guest_instructions", instructions },
	{ "guest_msrs", msrs },
	{ "guest_ports", ports },
	{ "guest_addresses", addresses },
	{ "guest_tables_outside", tables_outside },
	{ "guest_rights", rights },
	{ "guest_triple_fault", triple_fault },
	{ NULL, NULL },
};
