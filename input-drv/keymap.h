// SPDX-License-Identifier: MIT
// Key codes to characters.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <session/keys.h>

struct keymap_state { bool shift, altgr, caps, num; };

// The character (Unicode scalar value) that a key types, 0 if none.  Only
// printable ones: Enter, Tab and the like are keys, not text.
uint32_t keymap_text(uint32_t key, struct keymap_state state);
