// SPDX-License-Identifier: MIT
// The screen as the boot loader left it: why the machine does not start is
// written there, too, until user-level programs drive it.
#pragma once

#include <frame.h>
#include <stdbool.h>

// Use this one.  Pitch in bytes; width and height in pixels of 15 to 32 bits; or, bits == 0, in
// characters of VGA's text mode.  False, and nothing changes: it makes no sense, or is not
// below 4 GiB.  Until the first call: VGA's text memory, 80 x 25.
bool screen_use(paddr_t addr, uint32_t pitch, uint32_t width, uint32_t height, unsigned bits);

// White on black, from the upper left corner.  What has no room is left out.  False: the
// screen is to be cleared before, and a piece of that is done; ask again.
bool screen_putc(char c);

// Leave it alone from now on.
void screen_end(void);
