// SPDX-License-Identifier: MIT
// Texts put together in a buffer of the caller's: each function writes at p, ends
// with no zero, and returns where the next one starts.  The caller knows how long
// the result can be: a number has at most 20 characters.
#pragma once

#include <stdint.h>

static inline char *
put_text(char *p, const char *text)
{
	while (*text != '\0')
		*p++ = *text++;
	return p;
}

// Decimal.
static inline char *
put_number(char *p, uint64_t n)
{
	char digits[20];
	unsigned i = 0;

	do
		digits[i++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (i > 0)
		*p++ = digits[--i];
	return p;
}
