// SPDX-License-Identifier: MIT
// IN, OUT and their string forms (AMD APM volume 2, 15.10.2).  A long string is done in pieces, so
// that interrupts come in between as on a processor.
#include <string.h>
#include "bus.h"
#include "machine.h"

enum {
	IN = 1 << 0, STRING = 1 << 2, REPEAT = 1 << 3, SIZE_SHIFT = 4, PORT_SHIFT = 16,
	DIRECTION = 1 << 10, PIECE = 1024,
};

// One item of a string; false: its memory is not there.
static bool
item(struct machine *m, uint16_t port, unsigned bytes, bool in)
{
	uint64_t *at = in ? &m->s->regs.rdi : &m->s->regs.rsi;
	uint8_t *byte[4];
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++) {
		byte[i] = guest_range(&m->ram, machine_translate(m, *at + i), 1);
		if (byte[i] == NULL)
			return false;
	}
	if (in)
		v = bus_in(port, bytes);
	for (unsigned i = 0; i < bytes; i++) {
		if (in)
			*byte[i] = (uint8_t)(v >> 8 * i);
		else
			v |= (uint32_t)*byte[i] << 8 * i;
	}
	if (!in)
		bus_out(port, bytes, v);
	*at += m->s->regs.rflags & DIRECTION ? -(uint64_t)bytes : bytes;
	return true;
}

static enum outcome
string(struct machine *m, uint16_t port, unsigned bytes, bool in, bool repeat)
{
	uint64_t *left = &m->s->regs.rcx;

	for (unsigned n = 0; n < PIECE && (!repeat || *left > 0); n++) {
		if (!item(m, port, bytes, in)) {
			m->why = "string I/O with memory that is not there";
			return DEAD;
		}
		if (!repeat)
			break;
		--*left;
	}
	if (!repeat || *left == 0)
		m->s->regs.rip = m->s->info2;
	return GO_ON;
}

enum outcome
exit_io(struct machine *m)
{
	uint64_t info = m->s->info1, *rax = &m->s->regs.rax;
	uint16_t port = (uint16_t)(info >> PORT_SHIFT);
	unsigned bytes = info >> SIZE_SHIFT & 7;
	uint32_t mask = bytes == 4 ? ~0u : bytes == 2 ? 0xffff : 0xff;

	m->s->shadow = 0;
	if (info & STRING)
		return string(m, port, bytes & 4 ? 4 : bytes & 2 ? 2 : 1, info & IN, info & REPEAT);
	if (!(info & IN))
		bus_out(port, bytes, (uint32_t)*rax & mask);
	else if (bytes == 4)
		*rax = bus_in(port, bytes);
	else
		*rax = (*rax & ~(uint64_t)mask) | (bus_in(port, bytes) & mask);
	m->s->regs.rip = m->s->info2;
	return GO_ON;
}
