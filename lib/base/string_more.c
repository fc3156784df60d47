// SPDX-License-Identifier: MIT
// Of string.h what not every program calls.

#include <stdint.h>
#include <string.h>

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

int
strncmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

		if (x != y)
			return x - y;
		if (x == '\0')
			break;
	}
	return 0;
}

char *
strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(uintptr_t)s;
		if (*s == '\0')
			return NULL;
	}
}
