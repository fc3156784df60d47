// SPDX-License-Identifier: MIT
// What the guest is told about its processor: what every kernel needs, and nothing that would need
// more of the VMM or of the kernel below (no APIC, no extended state, no nested guests).
#include <sys/sys.h>
#include "clock.h"
#include "machine.h"

#define BIT(n) (1u << (n))

enum {
	LEAF_MAX = 7, LEAF_EXTENDED = 0x80000000, HYPERVISOR = 0x40000000,
	// family 19h: Linux looks for no AMD northbridge then, nor for a bug of older ones
	PROCESSOR = 0xa20f10,
	// leaf 1, ecx: SSE3 PCLMUL SSSE3 CX16 SSE4.1 SSE4.2 MOVBE POPCNT AES RDRAND
	LEAF1_C = BIT(0) | BIT(1) | BIT(9) | BIT(13) | BIT(19) | BIT(20) | BIT(22) | BIT(23) |
		BIT(25) | BIT(30),
	// edx: FPU VME DE PSE TSC MSR PAE CX8 SEP MTRR (else Linux has no PAT) PGE CMOV PAT PSE36
	// CLFLUSH MMX FXSR SSE SSE2
	LEAF1_D = 0x17f | BIT(8) | BIT(11) | BIT(12) | BIT(13) | BIT(15) | BIT(16) | BIT(17) |
		BIT(19) | BIT(23) | BIT(24) | BIT(25) | BIT(26),
	// leaf 7, ebx: FSGSBASE BMI1 SMEP BMI2 RDSEED ADX SMAP CLFLUSHOPT
	LEAF7_B = BIT(0) | BIT(3) | BIT(7) | BIT(8) | BIT(18) | BIT(19) | BIT(20) | BIT(23),
	// 80000001h: LAHF ABM, misaligned SSE, prefetch; SYSCALL NX, MMX extensions, 1 GiB pages,
	// long mode
	EXT1_C = BIT(0) | BIT(5) | BIT(7) | BIT(8),
	EXT1_D = (LEAF1_D & 0x183f3ff) | BIT(11) | BIT(20) | BIT(22) | BIT(26) | BIT(29),
	INVARIANT_TSC = BIT(8), KVMCLOCK = BIT(3) | BIT(24),
};

struct leaf { uint32_t a, b, c, d; };

static struct leaf
ask(uint32_t leaf, uint32_t sub)
{
	struct leaf l;

	__asm__ volatile("cpuid" : "=a"(l.a), "=b"(l.b), "=c"(l.c), "=d"(l.d)
	                 : "a"(leaf), "c"(sub));
	return l;
}

static struct leaf
answer(uint32_t leaf, uint32_t sub)
{
	struct leaf l = ask(leaf, sub);

	switch (leaf) {
	case 0:
		l.a = LEAF_MAX;
		return l;
	case 1:
		return (struct leaf){ PROCESSOR, l.b & 0xff00, (l.c & LEAF1_C) | BIT(31),
			              l.d & LEAF1_D };
	case 7:
		return (struct leaf){ 0, sub == 0 ? l.b & LEAF7_B : 0, 0, 0 };
	case HYPERVISOR:                        // "KVMKVMKVM"
		return (struct leaf){ HYPERVISOR + 1, 0x4b4d564b, 0x564b4d56, 0x4d };
	case HYPERVISOR + 1:
		return (struct leaf){ KVMCLOCK, 0, 0, 0 };
	case LEAF_EXTENDED:
		l.a = LEAF_EXTENDED + 8u;
		return l;
	case LEAF_EXTENDED + 1u:
		return (struct leaf){ PROCESSOR, 0, l.c & EXT1_C, l.d & EXT1_D };
	case LEAF_EXTENDED + 2u ... LEAF_EXTENDED + 6u:         // name, caches
		return l;
	case LEAF_EXTENDED + 7u:
		return (struct leaf){ 0, 0, 0, INVARIANT_TSC };
	case LEAF_EXTENDED + 8u:
		return (struct leaf){ l.a & 0xffff, 0, 0, 0 };
	}
	return (struct leaf){ 0 };
}

void
exit_cpuid(struct machine *m)
{
	struct leaf l = answer((uint32_t)m->s->regs.rax, (uint32_t)m->s->regs.rcx);

	m->s->regs.rax = l.a;
	m->s->regs.rbx = l.b;
	m->s->regs.rcx = l.c;
	m->s->regs.rdx = l.d;
}

enum {
	MSR_TSC = 0x10, MSR_MTRR_CAP = 0xfe, MSR_PAT = 0x277, MSR_MTRR_DEFAULT = 0x2ff,
	MTRR_CAP = 0x508, MTRR_DEFAULT = 0x806,         // 8 ranges, none used; all write-back
	LME_LMA = 1 << 8 | 1 << 10, EFER_KNOWN = 0xd01, LMA = 1 << 10, LME = 1 << 8,
};
#define MSR_EFER 0xc0000080u
#define PAGING (1ull << 31)

static void
write_efer(struct machine *m, uint64_t value)
{
	m->efer = value & EFER_KNOWN & ~(uint64_t)LMA;
	m->s->efer = m->efer;
	m->s->give |= VCPU_CONTROL;
}

static uint64_t
read_msr(const struct machine *m, uint32_t msr)
{
	switch (msr) {
	case MSR_TSC: return sys_now();
	case MSR_MTRR_CAP: return MTRR_CAP;
	case MSR_MTRR_DEFAULT: return MTRR_DEFAULT;
	case MSR_PAT: return m->s->pat;
	case MSR_EFER:
		return m->efer | (m->efer & LME && m->s->cr0 & PAGING ? LMA : 0);
	}
	return 0;
}

// What is not known reads as 0 and forgets: kernels try MSRs of many processors.
bool
exit_msr(struct machine *m)
{
	struct regs *r = &m->s->regs;
	uint32_t msr = (uint32_t)r->rcx;
	uint64_t value = (uint32_t)r->rax | r->rdx << 32;

	if (!(m->s->info1 & 1)) {
		value = read_msr(m, msr);
		r->rax = (uint32_t)value;
		r->rdx = value >> 32;
	} else if (msr == MSR_EFER) {
		if (value & ~(uint64_t)EFER_KNOWN)
			return false;
		write_efer(m, value);
	} else if (msr == MSR_PAT) {
		m->s->pat = value;
		m->s->give |= VCPU_CONTROL;
	} else {
		(void)kvmclock_write(&m->ram, msr, value);
	}
	return true;
}
