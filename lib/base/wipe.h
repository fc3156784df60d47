// SPDX-License-Identifier: MIT
// Clear a secret: unlike a memset before the end of a lifetime, the compiler
// cannot leave it out.
#pragma once

#include <string.h>

static inline void
wipe(void *p, size_t n)
{
	memset(p, 0, n);
	__asm__ volatile("" : : "r"(p) : "memory");
}
