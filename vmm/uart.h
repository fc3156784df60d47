// SPDX-License-Identifier: MIT
// The guest's serial port: a 16550A at 0x3f8, line 4.  What it sends are lines of the system's
// log; nothing is ever received.
#pragma once

void uart_init(void);

// What has no end yet is a line: the guest waits, a prompt for example.
void uart_flush(void);
