// SPDX-License-Identifier: MIT
// Dead keys and Compose: two keys that type one character.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct compose {
	uint32_t first;         // waits for a second character; 0: none
	bool     announced;     // Compose was pressed: the next character waits
};

enum { COMPOSE_MAX = 2 };

// The Compose key: the next two characters are one.
void compose_key(struct compose *c);

// A key types `text`.  Returns how many characters that gives now: none while a
// dead key waits, two when the pair means nothing.  None of them is a
// combining character.
unsigned compose_text(struct compose *c, uint32_t text, uint32_t out[COMPOSE_MAX]);
