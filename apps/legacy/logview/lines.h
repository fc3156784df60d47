// SPDX-License-Identifier: MIT
// The lines of a log that is never full: the newest are kept.  Long texts are broken
// into several lines; what is not printable ASCII becomes a visible escape.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINES_MAX = 512, LINE_WIDTH = 100, LINE_INDENT = 10 };

struct log_line {
	uint32_t ms;                    // when, of the first line of a text
	bool     first;
	uint8_t  length;
	uint8_t  escapes[(LINE_WIDTH + 7) / 8]; // bit by character: part of an escape
	char     text[LINE_WIDTH];
};

struct lines {
	uint64_t total;                 // ever
	struct log_line line[LINES_MAX];
};

// How many there are now, and the i-th of them, the oldest first.
uint32_t lines_count(const struct lines *l);
const struct log_line *lines_get(const struct lines *l, uint32_t i);

// A text of a client's.
void lines_add(struct lines *l, uint32_t ms, const char *text, size_t n);

// "12.345", six places; returns its length, at most 11.
size_t lines_time(uint32_t ms, char text[11]);
