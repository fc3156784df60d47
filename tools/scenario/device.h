// SPDX-License-Identifier: MIT
// What a right to hardware really is: a table of port ranges, physical memory and interrupt
// lines of a PC, with what their holder can do besides what they are for.  What is not in the
// table is unknown, and unknown is taken for the worst.
#pragma once

#include "tools/scenario/scenario.h"

enum right_kind { RIGHT_PORTS, RIGHT_INTERRUPT, RIGHT_MEMORY, RIGHT_DMA, RIGHT_FRAMEBUFFER };

enum {
	POWER_ALL = 1,          // reaches memory of others: by DMA, as RAM, or through processors
	POWER_RESET = 2,        // stops the machine or starts it again
	POWER_INTERRUPTS = 4,   // makes, hides or redirects interrupts of others
	POWER_UNKNOWN = 8,      // partly or wholly not in the table
};

// One right of a component, as the scenario gives it and as the table judges it.
struct right {
	enum right_kind kind;
	uint64_t first, last;           // ports, line or physical addresses; 0, 0 for the others
	bool read_only;
	const char *reason, *reviewed;  // why it breaks nobody else; who has checked that, and when
	unsigned powers;                // POWER_*
	const char *what;               // of the table: the worst of what it touches
	char text[64];                  // "ports 0x60 to 0x64"
};

// The rights of a component one after the other; false when there are no more.
bool component_right(const struct component *k, unsigned index, struct right *out);

// Why no reason can keep the holder out of this property's goals; NULL if one can.
const char *right_breaks(const struct right *right, enum property property);

// A reason, and somebody who has checked it?
bool right_excused(const struct right *right);

// The device of which both rights are parts; NULL if there is none.
const char *right_shared(const struct right *a, const struct right *b);

// "who, YYYY-MM-DD"
bool review_good(const char *text);
