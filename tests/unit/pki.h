// SPDX-License-Identifier: MIT
// For tests of the signing engine: files of tests/pki.sh, random numbers, an
// allocator that fails when told to (link with -Wl,--wrap=arena_alloc).
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <base/arena.h>

#define PKI "build/unit/pki/"

struct file { unsigned char data[16384 + 1]; size_t size; };

static inline struct file
load(const char *name)
{
	struct file f = { .size = 0 };
	char path[256];
	FILE *in;

	snprintf(path, sizeof path, PKI "%s", name);
	in = fopen(path, "rb");
	if (in == NULL)
		fail_msg("cannot read %s", path);
	f.size = fread(f.data, 1, sizeof f.data, in);
	fclose(in);
	return f;
}

static inline int
make_pki(void **state)
{
	(void)state;
	return system("tests/pki.sh " PKI);
}

static uint32_t seed = 1;

static inline uint32_t
random_below(size_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((seed >> 8) % n);
}

// Flip a bit, set a byte, cut or stretch: one to three times.
static inline void
mutate(struct file *f)
{
	for (unsigned n = 1 + random_below(3); n > 0 && f->size > 0; n--) {
		unsigned char *at = &f->data[random_below(f->size)];

		switch (random_below(8)) {
		case 0:
			f->size = random_below(f->size);
			break;
		case 1:
			*at = (unsigned char)random_below(256);
			break;
		case 2:
			*at = random_below(2) ? 0x80 : 0xff;
			break;
		default:
			*at ^= (unsigned char)(1 << random_below(8));
		}
	}
}

// The allocation with this number from now on fails; 0 for none.
static unsigned fail_allocation;

void *__real_arena_alloc(struct arena *a, size_t n);
void *__wrap_arena_alloc(struct arena *a, size_t n);
void *
__wrap_arena_alloc(struct arena *a, size_t n)
{
	if (fail_allocation != 0 && --fail_allocation == 0) {
		a->failed++;
		return NULL;
	}
	return __real_arena_alloc(a, n);
}
