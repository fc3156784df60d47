// SPDX-License-Identifier: MIT
// Mouse packets.  A lost byte shifts all that follow: what cannot be a first
// byte is skipped, what cannot be a wheel byte ends the packet, and a rest
// after a pause begins a new one.

#include "mouse.h"

enum {
	FIRST_ALWAYS = 1 << 3, FIRST_X_SIGN = 1 << 4, FIRST_Y_SIGN = 1 << 5,
	FIRST_OVERFLOW = 3 << 6,
	GAP_PACKET = 500,       // ms
	BUTTONS = 3,
};

static unsigned
buttons(struct mouse *m, uint8_t now, struct input_event *out)
{
	static const uint16_t code[BUTTONS] = { BTN_LEFT, BTN_RIGHT, BTN_MIDDLE };
	uint8_t changed = m->buttons ^ now;
	unsigned n = 0;

	m->buttons = now;
	for (unsigned b = 0; b < BUTTONS; b++) {
		if ((changed >> b & 1) == 0)
			continue;
		out[n++] = (struct input_event){
			.type = now >> b & 1 ? INPUT_PRESS : INPUT_RELEASE,
			.view = 0xffff, .code = code[b],
		};
	}
	return n;
}

static unsigned
packet(struct mouse *m, struct input_event *out)
{
	uint8_t first = m->packet[0];
	int32_t x = m->packet[1] - (first & FIRST_X_SIGN ? 256 : 0);
	int32_t y = m->packet[2] - (first & FIRST_Y_SIGN ? 256 : 0);
	int32_t wheel = m->size == 4 ? (int8_t)m->packet[3] : 0;
	unsigned n = 0;

	// motion first: a button acts where the pointer has arrived.  After an
	// overflow the numbers mean nothing.
	if ((first & FIRST_OVERFLOW) == 0 && (x != 0 || y != 0))
		out[n++] = (struct input_event){ .type = INPUT_RELATIVE, .view = 0xffff,
		                                 .x = x, .y = -y };
	n += buttons(m, first & 7, out + n);
	if (wheel != 0)
		out[n++] = (struct input_event){ .type = INPUT_WHEEL, .view = 0xffff, .y = wheel };
	return n;
}

unsigned
mouse_byte(struct mouse *m, uint8_t byte, uint32_t gap, struct input_event out[MOUSE_EVENTS])
{
	if (gap > GAP_PACKET)
		m->have = 0;
	if (m->have == 0 && (byte & FIRST_ALWAYS) == 0)
		return 0;
	if (m->have == 3 && (int8_t)byte != (int8_t)(byte << 4) >> 4) {
		// no wheel turns that far: this belongs to another packet
		m->have = 0;
		return 0;
	}
	m->packet[m->have++] = byte;
	if (m->have == 2 && m->packet[0] == 0xaa && byte == 0x00) {
		m->have = 0;            // what a mouse says after power-on
		m->again = true;
		return buttons(m, 0, out);
	}
	if (m->have < m->size)
		return 0;
	m->have = 0;
	return packet(m, out);
}
