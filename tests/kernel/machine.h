// SPDX-License-Identifier: MIT
// A guest of 256 KiB with one vcpu, for tests: in 64-bit mode at level 0, memory mapped 1:1, no
// descriptor tables of its own, so that a fault in it ends it.
#pragma once

#include <abi/vcpu.h>
#include "ktest.h"

enum {
	RAM_SIZE = 0x40000,             // from guest-physical 0 on
	TABLES = 0x1000,                // page tables: three pages; 2 MiB pages for the first GiB
	PLACE = 0x7000,                 // where lower tables may be put: three pages
	CODE = 0x10000, IDT = 0x18000, STACK = 0x20000, DATA = 0x30000,
};

struct machine {
	cap_t guest, vcpu;
	uint8_t *ram;                   // as we see it
	struct vcpu_state *s;           // of the thread that enters it: ours
};

// Code for a guest: machine_start puts it to CODE.
#define GUEST_CODE(name, code) \
	extern const char name[], name##_end[]; \
	__asm__(".pushsection .text; .balign 16; " #name ": " code "\n" #name "_end: .popsection")

extern const unsigned vmm_rounds;       // of random states, of the program

struct machine machine_make(void);

// The state above, in `s`, and these instructions.
void machine_start(struct machine *m, struct vcpu_state *s, const char *code, const char *end);
#define START(m, name) machine_start(m, (m)->s, name, name##_end)

// Enter it, for at most ten milliseconds.
enum err machine_run(const struct machine *m);

// The same; it must end with this exit.
void expect_exit(const struct machine *m, uint64_t exit);

// A free guest-physical address: another page is mapped there.  Read and written by us at the
// result.
uint64_t *machine_page(const struct machine *m, uint64_t at, unsigned rights);
