// SPDX-License-Identifier: MIT
// Key codes to characters, by the layout the user has.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <session/keys.h>

enum { KEYMAP_KEYS = 128, KEYMAPS = 3 };
enum keymap_level { LEVEL_PLAIN, LEVEL_SHIFT, LEVEL_ALTGR, LEVEL_ALTGR_SHIFT, LEVELS };

struct key_text {
	uint16_t level[LEVELS];
	bool     caps;          // CapsLock acts as Shift
	bool     keypad;        // only with NumLock
};

// A key that says nothing in `keys` is as in `base`.
struct keymap { char name[4]; const struct key_text *keys, *base; };

struct keymap_state { bool shift, altgr, caps, num; };

extern const struct keymap keymaps[KEYMAPS];    // the first is the American one

// By its name, of which `size` bytes are given; NULL if there is no such layout.
const struct keymap *keymap_find(const char *name, size_t size);

// The character (Unicode scalar value) that a key types, 0 if none.  Only
// printable ones: Enter, Tab and the like are keys, not text.  A dead key has a
// combining character (compose.h).
uint32_t keymap_text(const struct keymap *map, uint32_t key, struct keymap_state state);
