// SPDX-License-Identifier: MIT
// The modes a driver can set: only the boot loader's (fixed.c), or what the
// card's BIOS offers (vesa.c).
#pragma once

#include <abi/kip.h>
#include <session/fb.h>

// What the frame is limited to.
struct modes_frame { uint64_t addr, size; };

// Learn the modes; the boot loader's is in *boot and set afterwards.
void modes_init(struct modes_frame frame, const struct fb_mode *boot);

// Mode number `i`, counted from 0; false when there are no more.
bool modes_get(unsigned i, struct fb_mode *mode);

// Set it.  False: it cannot be, and what is shown now is uncertain.
bool modes_set(unsigned i);
