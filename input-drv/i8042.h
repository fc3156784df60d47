// SPDX-License-Identifier: MIT
// The PS/2 controller: its two ports and how its devices are set up.  Every
// wait is bounded; what does not answer is left alone.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct i8042_mouse { uint8_t size; bool five; };       // of packets; 0: no mouse

// Set up the controller, then i8042_init_keyboard.  False if there is none.
// *set2: its bytes are scan code set 2, because it does not translate.
bool i8042_init(uint8_t leds, bool *set2);

// Set up the keyboard with its lights (as command 0xed wants them).
void i8042_init_keyboard(uint8_t leds);

// Set up the mouse.
struct i8042_mouse i8042_init_mouse(void);

// Take the next byte, if one is waiting.
bool i8042_read(uint8_t *byte, bool *from_mouse);

// Send a byte to the keyboard without waiting for its answer.
void i8042_keyboard_send(uint8_t byte);
