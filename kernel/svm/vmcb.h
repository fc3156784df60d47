// SPDX-License-Identifier: MIT
// The processor's view of a guest (AMD APM volume 2, appendix B).  Never mapped to anybody: it
// holds physical addresses.
#pragma once

#include <stdint.h>
#include <abi/vcpu.h>

struct [[gnu::packed]] vmcb {
	// control area
	uint32_t cr_intercepts, dr_intercepts, exceptions, intercepts, intercepts_svm;
	uint32_t reserved0[11];
	uint64_t iopm, msrpm, tsc_offset;       // physical addresses of bitmaps
	uint32_t asid;
	uint32_t tlb_control;
	uint32_t irq_control, irq_vector;
	uint64_t shadow;
	uint64_t exit, info1, info2, exit_event;
	uint64_t nested_paging;
	uint64_t reserved1[2];
	uint64_t inject;
	uint64_t nested_cr3;
	uint64_t reserved2, clean, next_rip;
	uint8_t  fetched, code[15];
	uint8_t  reserved3[0x400 - 0xe0];
	// state save area
	struct vcpu_segment seg[VCPU_SEGS];
	uint8_t  reserved4[43], cpl, reserved5[4];
	uint64_t efer;
	uint8_t  reserved6[112];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t  reserved7[88];
	uint64_t rsp;
	uint8_t  reserved8[24];
	uint64_t rax, star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	uint8_t  reserved9[32];
	uint64_t pat;
};
_Static_assert(__builtin_offsetof(struct vmcb, iopm) == 0x40, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, irq_control) == 0x60, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, inject) == 0xa8, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, next_rip) == 0xc8, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, seg) == 0x400, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, cpl) == 0x4cb, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, efer) == 0x4d0, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, rip) == 0x578, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, rsp) == 0x5d8, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, rax) == 0x5f8, "hardware");
_Static_assert(__builtin_offsetof(struct vmcb, pat) == 0x668, "hardware");

#define INTERCEPT_SHUTDOWN (1u << 31)

enum {
	INTERCEPT_DB = 1 << 1, INTERCEPT_AC = 1 << 17, INTERCEPT_MC = 1 << 18,  // exceptions

	INTERCEPT_INTR = 1 << 0, INTERCEPT_NMI = 1 << 1, INTERCEPT_SMI = 1 << 2,
	INTERCEPT_INIT = 1 << 3, INTERCEPT_CR0 = 1 << 5,
	INTERCEPT_RDTSC = 1 << 14, INTERCEPT_RDPMC = 1 << 15,
	INTERCEPT_CPUID = 1 << 18, INTERCEPT_INVD = 1 << 22, INTERCEPT_HLT = 1 << 24,
	INTERCEPT_INVLPGA = 1 << 26, INTERCEPT_IO = 1 << 27, INTERCEPT_MSR = 1 << 28,
	INTERCEPT_FERR = 1 << 30,
	INTERCEPT_RDTSCP = 1 << 7,                                      // intercepts_svm
	INTERCEPT_SVM = 0x7f | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14,
				// VMRUN VMMCALL VMLOAD VMSAVE STGI CLGI SKINIT, WBINVD MONITOR
				// MWAIT (twice) XSETBV RDPRU
	INTERCEPTS = INTERCEPT_INTR | INTERCEPT_NMI | INTERCEPT_SMI | INTERCEPT_INIT |
	             INTERCEPT_CR0 | INTERCEPT_RDPMC | INTERCEPT_CPUID | INTERCEPT_INVD |
	             INTERCEPT_HLT | INTERCEPT_INVLPGA | INTERCEPT_IO | INTERCEPT_MSR |
	             INTERCEPT_FERR | INTERCEPT_SHUTDOWN,
	TLB_FLUSH_ALL = 1,
	IRQ_TPR = 0xf, IRQ_PENDING = 1 << 8, IRQ_PRIORITY = 15 << 16, IRQ_ANY_TPR = 1 << 20,
	IRQ_MASKING = 1 << 24,                                          // irq_control
};

// Exits that are the host's.
enum { EXIT_MC = 0x52, EXIT_INTR = 0x60, EXIT_NMI = 0x61, EXIT_SMI = 0x62, EXIT_INIT = 0x63 };
