// SPDX-License-Identifier: MIT
// A 16550 at COM2, polled.

#include <stdint.h>
#include <sys/sys.h>
#include "uart.h"

enum { BASE = 0x2f8, DATA = BASE, IRQS = BASE + 1, FIFO = BASE + 2, LINE = BASE + 3,
       MODEM = BASE + 4, STATUS = BASE + 5 };
enum { STATUS_EMPTY = 1 << 5, FIFO_SIZE = 16, WAIT_MS = 2000 };

static void
out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t
in(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static bool
wait_empty(void)
{
	for (uint64_t end = sys_in_ms(WAIT_MS); (in(STATUS) & STATUS_EMPTY) == 0; )
		if (sys_now() > end)
			return false;
	return true;
}

void
uart_init(void)
{
	out(IRQS, 0);
	out(LINE, 0x80);                // divisor 1: 115200 baud
	out(DATA, 1);
	out(IRQS, 0);
	out(LINE, 0x03);                // 8 bits, no parity, 1 stop bit
	out(FIFO, 0x07);
	out(MODEM, 0x03);
	// firmware writes there, too, and leaves its last line open
	(void)uart_write("\n", 1);
}

bool
uart_write(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++) {
		if (i % FIFO_SIZE == 0 && !wait_empty())
			return false;
		out(DATA, p[i]);
	}
	return true;
}
