// SPDX-License-Identifier: MIT
// As the guest sees it (National Semiconductor, PC16550D data sheet): always ready to send.
#include <stdbool.h>
#include <stdint.h>
#include <session/log.h>
#include <sys/startup.h>
#include "bus.h"
#include "pic.h"
#include "uart.h"

enum {
	PORT = 0x3f8, LINE = 4,
	DATA = 0, IER, IIR, LCR, MCR, LSR, MSR, SCRATCH,
	DLAB = 0x80, IER_THR = 2, IIR_NONE = 1, IIR_THR = 2, IIR_FIFO = 0xc0, FIFO = 1, LOOP = 0x10,
	LSR_IDLE = 0x60, LSR_DATA = 1, MSR_READY = 0xb0,
};

static uint8_t regs[8], divisor[2], fifo, looped;
static bool thr_empty, received;
static char line[LOG_TEXT_MAX + 1];
static unsigned length;

void
uart_flush(void)
{
	if (length == 0)
		return;
	line[length] = '\0';
	length = 0;
	log_line(line);
}

static void
send(char c)
{
	if (c == '\r')
		return;
	if (c != '\n')
		line[length++] = c;
	if (c == '\n' || length == LOG_TEXT_MAX)
		uart_flush();
}

static void
update(void)
{
	pic_set(LINE, (thr_empty && regs[IER] & IER_THR) || (received && regs[IER] & 1));
}

static void
out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	unsigned r = port & 7;
	uint8_t v = (uint8_t)value;

	(void)self, (void)bytes;
	if (r <= IER && regs[LCR] & DLAB) {
		divisor[r] = v;
		return;
	}
	if (r == DATA) {
		if (regs[MCR] & LOOP)
			looped = v, received = true;
		else
			send((char)v);
		thr_empty = true;
	} else if (r == IER) {
		thr_empty |= v & IER_THR && !(regs[IER] & IER_THR);
		regs[IER] = v & 0xf;
	} else if (r == IIR) {
		fifo = v;
		received &= !(v & 2);
	} else if (r != LSR && r != MSR) {
		regs[r] = v;
	}
	update();
}

static uint32_t
identify(void)
{
	uint32_t v = fifo & FIFO ? IIR_FIFO : 0;

	if (received && regs[IER] & 1)
		return v | 4;
	if (!thr_empty || !(regs[IER] & IER_THR))
		return v | IIR_NONE;
	thr_empty = false;
	return v | IIR_THR;
}

// In loop mode outputs are inputs: DTR, RTS, OUT1, OUT2 as DSR, CTS, RI, DCD.
static uint32_t
modem(void)
{
	unsigned m = regs[MCR];

	return m & LOOP ? (m & 1) << 5 | (m & 2) << 3 | (m & 4) << 4 | (m & 8) << 4 : MSR_READY;
}

static uint32_t
in(void *self, uint16_t port, unsigned bytes)
{
	unsigned r = port & 7;
	uint32_t v = regs[r];

	(void)self, (void)bytes;
	if (r <= IER && regs[LCR] & DLAB)
		return divisor[r];
	if (r == DATA)
		v = received ? looped : 0, received = false;
	else if (r == IIR)
		v = identify();
	else if (r == LSR)
		v = LSR_IDLE | (received ? LSR_DATA : 0u);
	else if (r == MSR)
		v = modem();
	update();
	return v;
}

void
uart_init(void)
{
	static struct port_device device = { PORT, 8, in, out, NULL };

	uart_flush();
	for (unsigned i = 0; i < 8; i++)
		regs[i] = 0;
	fifo = 0;
	thr_empty = received = false;
	bus_add(&device);
}
