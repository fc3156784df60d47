// SPDX-License-Identifier: MIT
// VESA BIOS Extensions (VBE Core Functions Standard 3.0): which modes there are,
// and setting one.  Calls the BIOS through bios.h.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { VESA_MODES = 64 };

struct vesa_mode { uint16_t number; uint32_t width, height, pitch; };

// Ask the BIOS for its modes of 32 bits per pixel whose linear frame is at
// `addr` and not larger than `size`.  Returns how many there are.
unsigned vesa_modes(uint64_t addr, uint64_t size, struct vesa_mode modes[VESA_MODES]);

// Set a mode, with what the frame contains kept.
bool vesa_set(const struct vesa_mode *mode);
