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

// Backwards in a loop (volatile and asm: the compiler would make it a call of
// memmove): `std; rep movs` would run with the direction flag set
// when an interrupt comes.
void *
memmove(void *dst, const void *src, size_t n)
{
	unsigned char *to = dst;
	const unsigned char *from = src;
	uint64_t word;

	if ((uintptr_t)to - (uintptr_t)from >= n)
		return memcpy(dst, src, n);
	for (; n % 8 != 0; n--)
		*(volatile unsigned char *)&to[n - 1] = from[n - 1];
	for (; n != 0; n -= 8) {
		__asm__ volatile("mov %1, %0" : "=r"(word) : "m"(from[n - 8]) : "memory");
		__asm__ volatile("mov %1, %0" : "=m"(to[n - 8]) : "r"(word) : "memory");
	}
	return dst;
}

int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	for (size_t i = 0; i < n; i++)
		if (p[i] != q[i])
			return p[i] - q[i];
	return 0;
}
