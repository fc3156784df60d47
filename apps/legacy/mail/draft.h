// SPDX-License-Identifier: MIT
// A draft: the bytes of one message, and what the list shows of it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DRAFT_NAME = 32, DRAFT_FIELD = 160, DRAFT_OUT_NAME = 65 };

struct draft {
	const char *bytes;
	size_t      size;
	size_t      body;       // offset of the first byte behind the header
	char        name[DRAFT_NAME];
	// unfolded, without control characters, NUL-terminated, cut if long
	char        from[DRAFT_FIELD], to[DRAFT_FIELD];
	char        subject[DRAFT_FIELD], date[DRAFT_FIELD];
};

// Looks at bytes, which stay where they are as long as the draft is used.
void draft_open(struct draft *d, const char *name, const void *bytes, size_t size);

// The display name of an address field, or the address.  Points into it.
const char *draft_person(const char *field, size_t *len);

// Day and time of a date field without weekday, seconds and zone.  Points into it.
const char *draft_day(const char *field, size_t *len);

// The message as it travels: a draft all of whose lines end in a bare LF gets
// CRLF, everything else goes exactly as it is.  Returns its size, 0 if it does
// not fit.
size_t draft_wire(const struct draft *d, void *out, size_t room);

// The signed message's file name: letters, digits, '.', '_', '-'; one of the first two first.
void draft_out_name(const struct draft *d, char out[DRAFT_OUT_NAME]);
