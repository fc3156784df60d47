// SPDX-License-Identifier: MIT
// Log lines of a word and some numbers, for the programs of the system tests.
#pragma once

#include <string.h>
#include <sys/startup.h>

static inline size_t
say_number(char *at, int64_t n)
{
	char digits[20];
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
	size_t d = 0, length = 0;

	do {
		digits[d++] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		at[length++] = '-';
	while (d > 0)
		at[length++] = digits[--d];
	return length;
}

// "word 1 2 3"; what is too long is left out.
static inline void
say(const char *word, const int64_t *number, size_t count)
{
	char line[256];
	size_t n = strlen(word);

	n = n < 64 ? n : 64;
	memcpy(line, word, n);
	for (size_t i = 0; i < count && n < sizeof line - 24; i++) {
		line[n++] = ' ';
		n += say_number(line + n, number[i]);
	}
	line[n] = '\0';
	log_line(line);
}

static inline void
say1(const char *word, int64_t number)
{
	say(word, &number, 1);
}
