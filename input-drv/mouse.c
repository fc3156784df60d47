// SPDX-License-Identifier: MIT
// Mouse packets.  A lost byte shifts all that follow: what cannot be a first
// byte is skipped, what cannot be a wheel byte ends the packet, and a rest
// after a pause begins a new one.  A mouse that never fits was exchanged for
// one that nobody has set up.

#include "mouse.h"

enum {
	FIRST_ALWAYS = 1 << 3, FIRST_X_SIGN = 1 << 4, FIRST_Y_SIGN = 1 << 5,
	FIRST_OVERFLOW = 3 << 6,
	GAP_PACKET = 500,       // ms
	MISFITS_MAX = 16,       // bytes in succession
	BUTTONS = 5,
};

static unsigned
buttons(struct mouse *m, uint8_t now, struct input_event *out)
{
	static const uint16_t code[BUTTONS] = {
		BTN_LEFT, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE, BTN_EXTRA,
	};
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

// The fourth byte: with three buttons the wheel, sign-extended; with five its
// low four bits, then buttons 4 and 5, then two zeroes.
static bool
is_fourth(const struct mouse *m, uint8_t byte)
{
	int8_t wheel = (int8_t)(byte << 4);

	return m->five ? (byte & 0xc0) == 0 : (int8_t)byte == wheel >> 4;
}

static unsigned
packet(struct mouse *m, struct input_event *out)
{
	uint8_t first = m->packet[0], fourth = m->size == 4 ? m->packet[3] : 0;
	int32_t x = m->packet[1] - (first & FIRST_X_SIGN ? 256 : 0);
	int32_t y = m->packet[2] - (first & FIRST_Y_SIGN ? 256 : 0);
	int32_t wheel = (fourth & 15) - (fourth & 8 ? 16 : 0);
	uint8_t pressed = (uint8_t)((first & 7) | (m->five ? (fourth & 0x30) >> 1 : 0));
	unsigned n = 0;

	// motion first: a button acts where the pointer has arrived.  After an
	// overflow the numbers mean nothing.
	if ((first & FIRST_OVERFLOW) == 0 && (x != 0 || y != 0))
		out[n++] = (struct input_event){ .type = INPUT_RELATIVE, .view = 0xffff,
		                                 .x = x, .y = -y };
	n += buttons(m, pressed, out + n);
	if (wheel != 0)
		out[n++] = (struct input_event){ .type = INPUT_WHEEL, .view = 0xffff, .y = wheel };
	return n;
}

// This byte belongs to no packet that could be.
static unsigned
misfit(struct mouse *m, struct input_event *out)
{
	m->have = 0;
	if (++m->misfits < MISFITS_MAX)
		return 0;
	m->misfits = 0;
	m->again = true;
	return buttons(m, 0, out);
}

unsigned
mouse_byte(struct mouse *m, uint8_t byte, uint32_t gap, struct input_event out[MOUSE_EVENTS])
{
	if (gap > GAP_PACKET)
		m->have = 0;
	if ((m->have == 0 && (byte & FIRST_ALWAYS) == 0) || (m->have == 3 && !is_fourth(m, byte)))
		return misfit(m, out);
	m->packet[m->have++] = byte;
	if (m->have == 2 && m->packet[0] == 0xaa && byte == 0x00) {
		m->have = 0;            // what a mouse says after power-on
		m->again = true;
		return buttons(m, 0, out);
	}
	if (m->have < m->size)
		return 0;
	m->have = m->misfits = 0;
	return packet(m, out);
}
