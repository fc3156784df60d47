// SPDX-License-Identifier: MIT
// NUL-terminated strings.

#include <stdint.h>
#include <string.h>

size_t
strlen(const char *s)
{
	size_t n = 0;

	// The empty statement keeps the compiler from making this a call of strlen.
	for (; s[n] != '\0'; n++)
		__asm__ volatile("");
	return n;
}

int
strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
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
