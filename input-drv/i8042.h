// SPDX-License-Identifier: MIT
// The PS/2 controller: its two ports and how its devices are set up.  Every
// wait is bounded; what does not answer is left alone.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Set up the controller and the keyboard with its lights (as command 0xed wants
// them).  False if there is no controller.
bool i8042_init(uint8_t leds);

// Set up the mouse.  Returns the bytes of its packets: 4 with a wheel, 3
// without, 0 if there is none.
uint8_t i8042_init_mouse(void);

// Take the next byte, if one is waiting.
bool i8042_read(uint8_t *byte, bool *from_mouse);

// Send a byte to the keyboard without waiting for its answer.
void i8042_keyboard_send(uint8_t byte);
