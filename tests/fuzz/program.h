// SPDX-License-Identifier: MIT
// What the fuzzer tries: a world to build, and what its threads do one after
// the other, whoever runs at that point.
#pragma once

#include <stdint.h>

enum { STEPS_MAX = 256, WORDS = 8 };

enum act { ACT_INVOKE, ACT_TOUCH, ACT_FPU, ACT_PORT, ACT_EXCEPTION, ACT_INTERRUPT, ACT_PASS, ACTS };

struct step {
	uint8_t  act;                   // enum act
	uint8_t  flags;                 // of the system call
	uint8_t  words, items;
	uint8_t  windows;               // bit n: set window n before
	uint32_t cap, op;
	uint32_t wait;                  // ticks until the deadline; 0: at once; all ones: never
	uint64_t mr[WORDS];             // first words of the UTCB; else an address or number
	uint64_t luck;                  // what happens by chance during it
};

struct program {
	uint64_t world;                 // seed of what is there at the start
	unsigned length;
	struct step step[STEPS_MAX];
};

// Names that make sense: capability indices by type, addresses.
enum {
	AT_FACTORY = 1, FACTORIES = 4, AT_SCHEDULER = 5, AT_VCON = 6, AT_IRQ = 7, IRQS = 3,
	AT_TASK = 10, TASKS = 4, AT_THREAD = 14, THREADS = 10, AT_GATE = 24, GATES = 6,
	AT_SIGNAL = 30, SIGNALS = 4, AT_SEMAPHORE = 34, SEMAPHORES = 2, AT_FREE = 36,
	INDICES = 64,
};
#define SMALL_AT 0x40000000ull          // 4 KiB pages
#define SUPER_AT 0x80000000ull          // 2 MiB pages
#define DEVICES_AT 0x90000000ull
#define UTCBS_AT 0x3e000000ull
enum { SMALL_PAGES = 48, SUPER_PAGES = 3 };

// The fuzzer's own random numbers.
void program_seed(uint64_t seed);
uint64_t program_random(uint64_t below);

void program_new(struct program *p);
// `p` becomes a changed copy of `from`; `other`: to take pieces from.
void program_mutate(struct program *p, const struct program *from, const struct program *other);
