// SPDX-License-Identifier: MIT
// Virtual machines: what a thread and the guest that it enters exchange.  Only kernels of
// scenarios with a guest have them (AMD SVM: AMD APM volume 2, chapter 15).
//
// A guest (OBJ_GUEST) is memory: TASK_MAP and TASK_UNMAP work on it as on a task, with
// guest-physical addresses.  The guest may execute all that it can read; its own tables say what is
// code.  A vcpu (OBJ_VCPU) is a processor's state.  VCPU_RUN: the calling thread becomes that
// processor, with its own priority and time, until there is something that it has to look at.
#pragma once

#include <abi/msg.h>

// VCPU_RUN ends with OK: look at `exit`; ERR_TIMEOUT: the deadline has passed; ERR_CANCELED: a
// message waits for the caller; ERR_GONE: the guest has ended; ERR_ARG: state that no processor
// has.  After the first three the guest goes on where it was with the next VCPU_RUN.

// What is taken from the state only if `give` says so, and written to it only if `want` does.
enum vcpu_groups {
	VCPU_CONTROL  = 1,      // cr0 ... pat
	VCPU_SEGMENTS = 2,      // seg[]
	VCPU_SYSCALL  = 4,      // star ... sysenter_eip
};

enum vcpu_segment_index {
	VCPU_ES, VCPU_CS, VCPU_SS, VCPU_DS, VCPU_FS, VCPU_GS,
	VCPU_GDTR, VCPU_LDTR, VCPU_IDTR, VCPU_TR, VCPU_SEGS,
};

// As in the VMCB.  Attributes: bits 40..47 and 52..55 of a descriptor.
struct vcpu_segment { uint16_t selector, attributes; uint32_t limit; uint64_t base; };

enum {
	VCPU_IRQ    = 0x100,    // in `irq`, with the vector
	VCPU_INJECT = 1u << 31, // in `inject`, with vector | type << 8 | error << 32
	VCPU_INJECT_ERROR = 1 << 11,            // there is an error code
	VCPU_INJECT_NMI = 2 << 8, VCPU_INJECT_EXCEPTION = 3 << 8, VCPU_INJECT_SOFTWARE = 4 << 8,
};

// Exit codes that most VMMs see (AMD APM volume 2, appendix C).
enum vcpu_exit {
	VCPU_EXIT_DR_READ = 0x20, VCPU_EXIT_DR_WRITE = 0x30,    // + number: there are none
	VCPU_EXIT_EXCEPTION = 0x40,     // + 1 and 17: debug and alignment; to be injected
	VCPU_EXIT_CR0 = 0x65,           // a write that changes more than TS and MP: who does it
					// for the guest also says LME anew, which ends with PG
	VCPU_EXIT_RDTSC = 0x6e,         // callers without TASK_COUNTER only
	VCPU_EXIT_CPUID = 0x72, VCPU_EXIT_HLT = 0x78, VCPU_EXIT_IO = 0x7b, VCPU_EXIT_MSR = 0x7c,
	VCPU_EXIT_SHUTDOWN = 0x7f, VCPU_EXIT_VMRUN = 0x80, VCPU_EXIT_VMMCALL = 0x81,
	VCPU_EXIT_XSETBV = 0x8d, VCPU_EXIT_MEMORY = 0x400,      // info1 error code, info2 address
	VCPU_EXIT_INVALID = -1,         // the processor refuses the state
};

// In the calling thread's UTCB page, behind struct utcb.
struct vcpu_state {
	uint32_t give;          // enum vcpu_groups; 0 when it has been taken
	uint32_t want;          // kept
	struct regs regs;       // always taken and written; rip, rflags, rsp are the guest's, too
	uint64_t irq;           // VCPU_IRQ | vector: for the guest as soon as it lets interrupts
				//   in; 0: none.  Written: what is still to be delivered
	uint64_t inject;        // VCPU_INJECT...: before the guest's next instruction.  Written:
				//   what was just being delivered, to be left there
	uint64_t shadow;        // 1: interrupts wait for the end of one more instruction.  Who
				//   skips an instruction clears it
	// written only
	uint64_t exit;          // enum vcpu_exit, of the last VCPU_RUN that ended with OK
	uint64_t info1, info2;  // the processor's, by exit code
	uint64_t next_rip;      // behind the instruction; 0: the processor does not say
	uint64_t fetched;       // VCPU_EXIT_MEMORY: bytes in code[]; 0: the processor does not say
	uint8_t  code[16];
	// VCPU_CONTROL
	uint64_t cr0, cr2, cr3, cr4, efer, dr6, pat;
	// VCPU_SEGMENTS; the privilege level is in the attributes of VCPU_SS
	struct vcpu_segment seg[VCPU_SEGS];
	// VCPU_SYSCALL
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
};
_Static_assert(sizeof(struct vcpu_state) == 512 && sizeof(struct vcpu_segment) == 16, "ABI");

static inline struct vcpu_state *
vcpu_state(struct utcb *u)
{
	return (struct vcpu_state *)(void *)(u + 1);
}
