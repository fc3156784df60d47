// SPDX-License-Identifier: MIT
// The guest's processor as its exits see it, and what becomes of it.
#pragma once

#include <abi/vcpu.h>
#include <stdbool.h>
#include "memory.h"

enum outcome {
	GO_ON,
	WAIT,                   // for an interrupt
	RESET,                  // a triple fault: the guest, or nobody, wants to start anew
	DEAD,                   // it cannot go on: machine.why
};

struct machine {
	struct guest_memory ram;
	struct vcpu_state *s;
	uint64_t efer;          // as the guest wrote it: without paging the kernel drops LME
	const char *why;
	char report[96];
};

// What the exit in m->s asks for is done: registers are changed, instructions skipped.
enum outcome exit_handle(struct machine *m);

// x86's number of a general register: rax 0, rcx 1, rdx 2, rbx 3, rsp 4, rbp 5, rsi 6, rdi 7, r8...
uint64_t *machine_register(struct machine *m, unsigned number);

// Guest-physical address of a virtual one, by the guest's tables (4 levels; without paging
// itself); UINT64_MAX: none.
uint64_t machine_translate(const struct machine *m, uint64_t virtual);

// Up to `n` bytes at the instruction pointer; how many there are.
unsigned machine_fetch(const struct machine *m, uint8_t *code, unsigned n);

// exit_io.c
enum outcome exit_io(struct machine *m);

// exit_tables.c: CPUID; RDMSR and WRMSR, false: a general protection fault.
void exit_cpuid(struct machine *m);
bool exit_msr(struct machine *m);
