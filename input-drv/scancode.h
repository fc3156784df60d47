// SPDX-License-Identifier: MIT
// Scan codes to key codes: set 1 (as the controller translates it), or set 2
// (where it does not).
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <session/keys.h>

struct scancode {
	bool    set2;
	uint8_t prefix, first, released;        // of an unfinished sequence
};

// The keyboard's answer to a command; no key has this code.
enum { SCANCODE_ACK = 0xfa };

enum scancode_kind { SCANCODE_NONE, SCANCODE_MAKE, SCANCODE_BREAK, SCANCODE_OVERRUN };

// Forget an unfinished sequence.
void scancode_restart(struct scancode *s);

// Feed one byte.  SCANCODE_MAKE and _BREAK: *key is a key code below 128.
// SCANCODE_OVERRUN: the keyboard lost count of what is held.
enum scancode_kind scancode_byte(struct scancode *s, uint8_t byte, uint32_t *key);
