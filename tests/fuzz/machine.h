// SPDX-License-Identifier: MIT
// A model of the processor, just deep enough for the kernel's C code to run
// unchanged: time, the timer, interrupt lines, page-table walks with a TLB,
// FPU registers.  Which thread runs is data: cpu.current.
#pragma once

#include <cpu.h>
#include <task.h>
#include <thread.h>

enum { LINES = 16 };

// RAM as page tables name it.  It is nowhere on the host: code that touched it
// would crash.
#define RAM_AT   0x10000000ull
#define RAM_SIZE (16ull << 20)
#define DEVICE_AT 0xd0000000ull         // RAM_SIZE long, too

struct machine {
	uint64_t tsc, timer_at, cr0, cr2, cr3, cr4;
	uint64_t luck;                  // random state, set by each step of a program
	uint32_t lines, masked;         // interrupt lines: raised; masked at the controller
	bool     in_interrupt;
	uint8_t  fpu[512];
	uint64_t invocations, windows, interrupts;      // counted
};
extern struct machine machine;

void machine_start(void);
uint64_t machine_random(uint64_t below);

// Interrupts while a thread runs: returns the one to run then.
struct thread *machine_user_interrupts(struct thread *t);

// Raise lines, let time pass.
void machine_raise(unsigned line);
void machine_pass(uint64_t ticks);

// The current thread accesses memory; false: that is a page fault, *error as
// the processor would say.
enum { ACCESS_WRITE = 2, ACCESS_FETCH = 16 };
bool machine_access(uint64_t addr, unsigned access, uint64_t *error);

// The processor may load translations at any time: some now.
void machine_speculate(void);

// True when the TSS lets the current thread use this port.
bool machine_port(uint16_t port);

// What the tables of a task say about an address: the entry, 0: nothing.
uint64_t machine_walk(const struct task *t, uint64_t addr, uint64_t *size);

// The TLB holds nothing that the tables do not say any more.
void machine_check_tlb(void);

// Provided by the world: nobody runs and nothing is going to happen.
void world_wake(void);

// Provided by main: something is wrong.  Prints how to get here again, exits.
[[gnu::format(printf, 1, 2)]] _Noreturn void found(const char *fmt, ...);
#define MUST(x) ((x) ? (void)0 : found("%s:%d: %s", __FILE__, __LINE__, #x))
