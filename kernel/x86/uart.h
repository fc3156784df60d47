// SPDX-License-Identifier: MIT
// COM1, transmit only: the kernel's log.  Nothing here waits.
#pragma once

#include <stdbool.h>
#include <x86/x86.h>

enum { COM1 = 0x3f8, UART_LINE = 4 };   // its interrupt line is the kernel's own

void uart_init(void);

// How many bytes it takes now: 0, or as many as its transmit buffer has.
unsigned uart_room(void);

// One of them.
static inline void
uart_send(char c)
{
	outb(COM1, (uint8_t)c);
}

// Interrupt, or do not, whenever there is room.
void uart_ask(bool interrupt);
