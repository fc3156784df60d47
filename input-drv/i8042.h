// SPDX-License-Identifier: MIT
// The PS/2 controller: its two ports and how its devices are set up.  Every
// wait is bounded; what does not answer is left alone.  What a device says
// while another one is set up is kept for i8042_read: no key is lost.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "mouse.h"

enum { I8042_NOTHING = -1, I8042_MOUSE = 0x100 };

// Set up the controller.  False if there is none.
// *set2: its bytes are scan code set 2, because it does not translate.
bool i8042_init(bool *set2);

// Set up the keyboard with its lights (as command 0xed wants them).  False if none answers.
bool i8042_init_keyboard(uint8_t leds);

// Set the lights alone.
void i8042_set_leds(uint8_t leds);

// Set up the mouse; of size 0 if there is none.
struct mouse i8042_init_mouse(void);

// Take the next byte, plus I8042_MOUSE if it is the mouse's; or I8042_NOTHING.
int i8042_read(void);
