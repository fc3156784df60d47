// SPDX-License-Identifier: MIT
// lib/base/random.c with its two questions to the processor weak, so that random_test.c
// answers them.
#include <stdint.h>
#include <string.h>
#include <base/random.h>

int have_rdrand(void);
int rdrand(uint64_t *out);

#define static __attribute__((weak))
#include "lib/base/random.c"
