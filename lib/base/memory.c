// SPDX-License-Identifier: MIT
// Copying and filling memory, also called by code that the compiler makes.
// String instructions: few, small, and no state besides general registers.

#include <stdint.h>
#include <string.h>

void *
memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	void *to = dst;
	size_t words = n / 8, rest = n % 8;

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(src), "+c"(words) : : "memory");
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(src), "+c"(rest) : : "memory");
	return dst;
}

void *
memset(void *dst, int byte, size_t n)
{
	uint64_t fill = (uint8_t)byte * 0x0101010101010101ull;
	void *to = dst;
	size_t words = n / 8, rest = n % 8;

	__asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(fill) : "memory");
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(rest) : "a"(fill) : "memory");
	return dst;
}
