// SPDX-License-Identifier: MIT
// 16550 at COM1 (National Semiconductor PC16550D data sheet), polled.
#include <x86/uart.h>
#include <x86/x86.h>

enum { COM1 = 0x3f8, IER = 1, FCR = 2, LCR = 3, MCR = 4, LSR = 5, THR_EMPTY = 0x20 };

void
uart_init(void)
{
	outb(COM1 + IER, 0);
	outb(COM1 + LCR, 0x80);         // divisor 1: 115200 baud
	outb(COM1, 1);
	outb(COM1 + IER, 0);
	outb(COM1 + LCR, 3);            // 8N1
	outb(COM1 + FCR, 7);
	outb(COM1 + MCR, 3);
}

void
uart_putc(char c)
{
	// A line that never gets ready must not hang the kernel.
	for (unsigned i = 0; i < 100000 && !(inb(COM1 + LSR) & THR_EMPTY); i++)
		;
	outb(COM1, (uint8_t)c);
}
