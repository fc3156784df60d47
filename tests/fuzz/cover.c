// SPDX-License-Identifier: MIT
// Counts edges in a table of 64 K as afl does; see cover.h.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cover.h"

enum { EDGES = 1 << 16, TEXT_MAX = 8 << 20 };

extern const uint8_t __executable_start[], etext[];
void __sanitizer_cov_trace_pc(void);

static uint8_t now[EDGES], ever[EDGES];         // ever: bits by how often
static uint8_t reached[TEXT_MAX];               // return addresses, from the text's start
static uintptr_t last;

void
__sanitizer_cov_trace_pc(void)
{
	uintptr_t pc = (uintptr_t)__builtin_return_address(0) - (uintptr_t)__executable_start;
	uint8_t *count = &now[(pc ^ last) % EDGES];

	*count = (uint8_t)(*count + (*count < 255));
	last = pc << 5 ^ pc >> 11;
	reached[pc % TEXT_MAX] = 1;
}

void
cover_start(void)
{
	memset(now, 0, sizeof now);
	last = 0;
}

// 1, 2, 3, 4-7, 8-15, 16-31, 32-127, more.
static uint8_t
bucket(unsigned n)
{
	if (n < 4)
		return (uint8_t)(1u << n >> 1);
	return n < 8 ? 8 : n < 16 ? 16 : n < 32 ? 32 : n < 128 ? 64 : 128;
}

bool
cover_end(void)
{
	const uint64_t *words = (const uint64_t *)(const void *)now;
	bool new = false;

	for (unsigned w = 0; w < EDGES / 8; w++) {
		for (unsigned i = w * 8; words[w] != 0 && i < w * 8 + 8; i++) {
			uint8_t b = bucket(now[i]);

			new |= b & ~ever[i];
			ever[i] |= b;
		}
	}
	return new;
}

unsigned
cover_edges(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < EDGES; i++)
		n += ever[i] != 0;
	return n;
}

// A call instruction to our function at `p`.
static bool
is_block(const uint8_t *p)
{
	int32_t distance;

	if (*p != 0xe8)
		return false;
	memcpy(&distance, p + 1, 4);
	return (uintptr_t)p + 5 + (uintptr_t)(intptr_t)distance ==
	       (uintptr_t)__sanitizer_cov_trace_pc;
}

unsigned
cover_blocks_all(void)
{
	unsigned n = 0;

	for (const uint8_t *p = __executable_start; p + 5 < etext; p++)
		n += is_block(p);
	return n;
}

unsigned
cover_blocks(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TEXT_MAX; i++)
		n += reached[i];
	return n;
}

void
cover_print_missed(void)
{
	for (const uint8_t *p = __executable_start; p + 5 < etext; p++) {
		if (is_block(p) && !reached[p + 5 - __executable_start])
			printf("%lx\n", (unsigned long)(uintptr_t)p);
	}
}
