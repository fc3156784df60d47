// SPDX-License-Identifier: MIT
// The modes a driver can set: only the boot loader's (fixed.c), or what the
// card's BIOS offers (vesa.c).
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <session/fb.h>

enum { MODES_MAX = 64 };

// Fill in the modes whose frame is at this physical address and has at most `size`
// bytes.  modes[0] was the boot loader's, which is set afterwards.  Returns how many.
unsigned modes_find(uint64_t frame, uint64_t size, struct fb_mode modes[MODES_MAX]);

// Set one of these.  False: it cannot be, and what is shown now is uncertain.
bool modes_set(unsigned i);
