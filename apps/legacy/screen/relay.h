// SPDX-License-Identifier: MIT
// Events of a window as a driver would send them: relative motion, and nothing lost
// without a word.  The one inside has a pointer of its own, which must lie under
// ours: it is moved to the upper left corner first, and then by differences.
#pragma once

#include <session/input.h>

struct relay {
	struct input_end ring;          // of the one inside
	int32_t width, height;          // of its screen
	bool homed, lost;
	int32_t x, y;                   // its pointer, once homed
	unsigned held;                  // buttons that went down inside
	bool pushed;                    // something new is in the ring
};

// An event whose position, if it has one, counts from the corner of the screen inside.
void relay_event(struct relay *r, const struct input_event *ev);

// A key, down and up, as if the user had pressed it.
void relay_key(struct relay *r, uint32_t code);
