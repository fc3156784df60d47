// SPDX-License-Identifier: MIT
// Moves a core's window by its title bar.
#pragma once

#include "window.h"

struct core_drag { bool held; int32_t x, y; };

// The next event that is not for the title bar; false when there are no more: then
// the window has moved if it had to.  To be called until false, INPUT_SLOTS times
// at most: positions count from where the window was at the first call.
bool core_event(struct core_window *w, struct core_drag *d, struct input_event *ev);
