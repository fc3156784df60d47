// SPDX-License-Identifier: MIT
// Where the policy files' events go.
#pragma once

#include <session/input.h>
#include <session/keys.h>

// Given by the program: an event happened.  Codes, x and y as in session/input.h.
void emit(enum input_type type, uint32_t code, int32_t x, int32_t y);
