// SPDX-License-Identifier: MIT
// Moves a core's window by its title bar.
#pragma once

#include "window.h"

struct core_drag { bool held; int32_t x, y; };  // x, y: of the pointer, less the window's

// The next event that is not for the title bar; false when there are no more.  The
// window has moved if it had to.
bool core_event(struct core_window *w, struct core_drag *d, struct input_event *ev);
