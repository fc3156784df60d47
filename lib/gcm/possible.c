// SPDX-License-Identifier: MIT
// Asks the processor (Intel SDM, volume 2, CPUID leaf 1).  In a file of its own: the
// others are compiled for processors that have what is asked for.
#include "gcm.h"

bool
gcm_possible(void)
{
	const uint32_t wanted = 1u << 1 | 1u << 9 | 1u << 19 | 1u << 25;        // PCLMULQDQ,
	                                                        // SSSE3, SSE4.1, AES
	uint32_t a = 1, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return (c & wanted) == wanted;
}
