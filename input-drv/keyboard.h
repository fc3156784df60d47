// SPDX-License-Identifier: MIT
// The keyboard's state: which keys are down, which locks are on; bytes to
// events.
#pragma once

#include <session/input.h>
#include "compose.h"
#include "keymap.h"
#include "scancode.h"

struct keyboard {
	struct scancode scan;
	uint64_t held[2];       // one bit per key code
	uint32_t last;          // key of the last make code, the only one that repeats
	bool     caps, num, scroll;
	uint16_t moves;         // keys of the keypad that move the cursor, from KEY_KP7 on
	bool     again;         // it was plugged in anew: set it up and clear this
	struct compose compose;
	const struct keymap *map;
};

enum { KEYBOARD_KEYS = 128, KEYBOARD_EVENTS = KEYBOARD_KEYS };

// Feed one byte that came `gap` milliseconds after the previous one.  Returns
// how many events are in out.  Between two PRESS of a key there is always its
// RELEASE, REPEAT comes only between PRESS and RELEASE, TEXT directly after the
// PRESS or REPEAT that typed it, two of them if a pair of keys means nothing.
unsigned keyboard_byte(struct keyboard *k, uint8_t byte, uint32_t gap,
                       struct input_event out[KEYBOARD_EVENTS]);

// Lock lights, as the keyboard's command 0xed wants them.
uint8_t keyboard_leds(const struct keyboard *k);
