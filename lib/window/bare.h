// SPDX-License-Identifier: MIT
// Events of a driver as they would come from nitpicker to a session whose only view,
// number 0, is the whole screen.
#pragma once

#include <session/input.h>

struct bare {
	int32_t width, height;          // of the screen
	int32_t x, y;                   // pointer
};

// One event becomes at most one; false: none.
bool bare_event(struct bare *b, const struct input_event *in, struct input_event *out);
