// SPDX-License-Identifier: MIT
// 16550 at COM1 (National Semiconductor PC16550D data sheet).
#include <x86/uart.h>
#include <x86/x86.h>

enum {
	IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5,
	IER_ROOM = 2, IIR_FIFO = 0xc0, LSR_ROOM = 0x20, FIFO = 16,
};

static unsigned buffer;                 // bytes

void
uart_init(void)
{
	uart_ask(false);
	outb(COM1 + LCR, 0x80);         // divisor 1: 115200 baud
	outb(COM1, 1);
	outb(COM1 + IER, 0);
	outb(COM1 + LCR, 3);            // 8N1
	outb(COM1 + FCR, 7);
	outb(COM1 + MCR, 0x0b);         // interrupts reach the line
	buffer = (inb(COM1 + IIR) & IIR_FIFO) == IIR_FIFO ? FIFO : 1;
}

unsigned
uart_room(void)
{
	return inb(COM1 + LSR) & LSR_ROOM ? buffer : 0;
}

void
uart_ask(bool interrupt)
{
	outb(COM1 + IER, interrupt ? IER_ROOM : 0);
}
