// SPDX-License-Identifier: MIT
// The keyboard's state: which keys are down, which locks are on; bytes to
// events.
#pragma once

#include "compose.h"
#include "emit.h"
#include "keymap.h"
#include "scancode.h"

enum { KEYPAD_KEYS = KEY_KPDOT - KEY_KP7 + 1 };

struct keyboard {
	struct scancode scan;
	bool     held[KEYMAP_KEYS];
	bool     moves[KEYPAD_KEYS];    // keys of the keypad that are down as a cursor key
	uint32_t last;          // key of the last make code, the only one that repeats
	bool     caps, num, scroll;
	bool     again;         // it was plugged in again: set it up and clear this
	struct compose compose;
	const struct keymap *map;
};

// One byte that came `gap` milliseconds after the previous one; emits what it means.
// Between two PRESS of a key there is always its RELEASE, REPEAT comes only between
// PRESS and RELEASE, TEXT directly after the PRESS or REPEAT that typed it, two of
// them if a pair of keys means nothing.
void keyboard_byte(struct keyboard *k, uint8_t byte, uint32_t gap);

// Lock lights, as the keyboard's command 0xed wants them.
uint8_t keyboard_leds(const struct keyboard *k);
