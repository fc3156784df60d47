// SPDX-License-Identifier: MIT
// The serial port that takes the signed messages.
#pragma once

#include <stdbool.h>
#include <stddef.h>

void uart_init(void);

// Write all bytes; false if the port stopped taking them.
bool uart_write(const void *bytes, size_t len);
