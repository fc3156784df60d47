// SPDX-License-Identifier: MIT
// PS/2 mouse packets to events; three bytes, or four with a wheel, which may
// also tell of buttons 4 and 5.
#pragma once

#include "emit.h"

struct mouse {
	uint8_t size;           // bytes of a packet: 3 or 4; 0: no mouse, but one may be plugged in
	bool    five;           // the fourth byte has two buttons
	uint8_t have;           // bytes of the current one
	uint8_t packet[4];
	uint8_t misfits;        // bytes since the last good packet that were none
	uint8_t buttons;        // bit 0 left, 1 right, 2 middle, 3 and 4 at the side
	bool    again;          // it was plugged in again: set it up and clear this
};

// One byte that came `gap` milliseconds after the previous one; emits what it means.
void mouse_byte(struct mouse *m, uint8_t byte, uint32_t gap);
