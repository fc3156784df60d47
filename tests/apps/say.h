// SPDX-License-Identifier: MIT
// Log lines of a word and some numbers, for the programs of the system tests.
#pragma once

#include <string.h>
#include <base/put.h>
#include <sys/startup.h>

// "word 1 2 3"; what is too long is left out.
static inline void
say(const char *word, const int64_t *number, size_t count)
{
	char line[256];
	size_t n = strlen(word);

	n = n < 64 ? n : 64;
	memcpy(line, word, n);
	char *p = line + n;

	for (size_t i = 0; i < count && (size_t)(p - line) < sizeof line - 24; i++) {
		p = put_text(p, number[i] < 0 ? " -" : " ");
		p = put_number(p, number[i] < 0 ? -(uint64_t)number[i] : (uint64_t)number[i]);
	}
	*p = '\0';
	log_line(line);
}

static inline void
say1(const char *word, int64_t number)
{
	say(word, &number, 1);
}
