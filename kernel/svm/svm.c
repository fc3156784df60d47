// SPDX-License-Identifier: MIT
// What of the processor is not in the VMCB: switching it on, and FPU registers.  Nothing that one
// guest left is in the processor when another, or a thread, runs.
//
// Programs cannot use what XCR0 adds to the FPU: the host has no CR4.OSXSAVE.  A guest can, hidden
// in CPUID or not, because QEMU does not heed the intercept of XSETBV.  Its XCR0 and those
// registers stay where they are as long as no other guest runs; before that, they are cleared.
#include <cpu.h>
#include <string.h>
#include <svm/svm.h>
#include <svm/vmcb.h>
#include <thread.h>
#include <x86/mmu.h>
#include <x86/x86.h>

enum {
	CPUID_XSAVE = 1 << 26,          // 1, ECX
	CPUID_SVM = 1 << 2,             // 0x80000001, ECX
	CPUID_NESTED_PAGING = 1 << 0,   // 0x8000000a, EDX
	EFER_SVME = 1 << 12, VM_CR_DISABLED = 1 << 4,
	CR4_OSXSAVE = 1 << 18,
	XCR0_NONE = 1,                  // x87: cannot be switched off
	MXCSR = 24,
};
#define MSR_VM_CR    0xc0010114
#define MSR_VM_HSAVE 0xc0010117

// Of all guests: every port and every MSR ends the guest, but for MSRs that are in the VMCB.
[[gnu::aligned(4096)]] static uint8_t iopm[3 * 4096], msrpm[2 * 4096];
[[gnu::aligned(4096)]] static uint8_t host_save[4096];
[[gnu::aligned(4096)]] uint8_t svm_host[4096];         // FS, GS, TR, LDTR, system call MSRs

// Empty state: XRSTOR makes all registers of it as they are after reset.
[[gnu::aligned(64)]] static const uint8_t no_state[512 + 64] = { [MXCSR] = 0x80, 0x1f };
[[gnu::aligned(16)]] static const uint8_t no_fpu[512] = { 0x7f, 0x03, [MXCSR] = 0x80, 0x1f };

static bool ready;
static uint32_t xstate;                 // XCR0's bits that there are; 0: no XSAVE
static struct vcpu *loaded;             // whose extended state is there

void svm_vmrun(uint64_t vmcb, struct regs *r);  // enter.S

static uint64_t
phys_of(const void *image)
{
	return (uint64_t)image - KERNEL_BASE;
}

// Two bits for each MSR, in ranges from 0, 0xc0000000 and 0xc0010000 on.
static void
let_msrs(uint32_t first, uint32_t last)
{
	for (uint32_t msr = first; msr <= last; msr++) {
		uint32_t bit = (msr >= 0xc0000000 ? 0x2000 + (msr & 0x1fff) : msr) * 2;

		msrpm[bit / 8] &= (uint8_t)~(3 << bit % 8);
	}
}

bool
svm_init(void)
{
	if (ready)
		return true;
	if (cpuid(0x80000000).a < 0x8000000a || !(cpuid(0x80000001).c & CPUID_SVM) ||
	    rdmsr(MSR_VM_CR) & VM_CR_DISABLED || !(cpuid(0x8000000a).d & CPUID_NESTED_PAGING))
		return false;
	memset(iopm, 0xff, sizeof iopm);
	memset(msrpm, 0xff, sizeof msrpm);
	let_msrs(0x174, 0x176);                 // SYSENTER_CS ESP EIP
	let_msrs(0xc0000081, 0xc0000084);       // STAR LSTAR CSTAR SFMASK
	let_msrs(0xc0000100, 0xc0000102);       // bases of FS, GS and the kernel's GS
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE, phys_of(host_save));
	xstate = cpuid(1).c & CPUID_XSAVE ? cpuid(0xd).a : 0;
	ready = true;
	return true;
}

void
svm_fill(struct vcpu *v)
{
	struct vmcb *c = v->vmcb;

	memcpy(v->fpu, no_fpu, sizeof v->fpu);
	// Breakpoints of a guest crash QEMU 7.2; so it has none, and its debug registers nothing
	// that another guest could see.
	c->dr_intercepts = UINT32_MAX;
	// Debug and alignment exceptions, because some processors deliver them for ever.
	c->exceptions = INTERCEPT_DB | INTERCEPT_AC | INTERCEPT_MC;
	c->iopm = phys_of(iopm);
	c->msrpm = phys_of(msrpm);
	c->asid = 1;
	c->irq_control = IRQ_MASKING;
	c->nested_paging = 1;
	c->efer = EFER_SVME;
	c->cr0 = 0x30;
	c->dr6 = 0xffff0ff0;
	c->dr7 = 0x400;
	c->pat = 0x0007040600070406;            // as after reset; NE: vcpu.c
}

static void
xsetbv(uint32_t v)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"(v), "d"(0));
}

static void
clear_extended_state(void)
{
	uint64_t cr4 = read_cr4();

	if (xstate == 0)
		return;
	write_cr4(cr4 | CR4_OSXSAVE);
	xsetbv(xstate);
	__asm__ volatile("xrstor64 %0" : : "m"(no_state), "a"(~0u), "d"(~0u));
	xsetbv(XCR0_NONE);
	write_cr4(cr4);
}

void
svm_load(struct vcpu *v, struct thread *t)
{
	struct vmcb *c = v->vmcb;
	struct task *space = &v->guest->space;
	bool blind = t->extra & EXTRA_BLIND;

	clts();
	if (cpu.fpu != NULL)
		fxsave(cpu.fpu->fpu);
	c->tlb_control = loaded != v || space->stale ? TLB_FLUSH_ALL : 0;
	space->stale = 0;
	if (loaded != v) {
		clear_extended_state();
		loaded = v;
	}
	fxrstor(v->fpu);
	c->nested_cr3 = space->cr3;
	// A guest knows no more about time than who enters it.
	c->intercepts = INTERCEPTS | (blind ? INTERCEPT_RDTSC : 0);
	c->intercepts_svm = INTERCEPT_SVM | (blind ? INTERCEPT_RDTSCP : 0);
}

void
svm_unload(struct vcpu *v)
{
	fxsave(v->fpu);
	if (cpu.fpu != NULL) {
		fxrstor(cpu.fpu->fpu);
		return;
	}
	fxrstor(no_fpu);
	write_cr0(read_cr0() | CR0_TS);
}

void
svm_enter(struct vmcb *c, struct regs *r)
{
	svm_vmrun(virt_to_phys(c), r);
	c->tlb_control = 0;
}

void
svm_forget(struct vcpu *v)
{
	if (loaded == v)
		loaded = NULL;
}
