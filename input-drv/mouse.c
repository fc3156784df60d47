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
	BUTTONS = 5, PACKET_MIN = 3,
};

static void
buttons(struct mouse *m, uint8_t now)
{
	static const uint16_t code[BUTTONS] = {
		BTN_LEFT, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE, BTN_EXTRA,
	};
	uint8_t changed = m->buttons ^ now;

	m->buttons = now;
	for (unsigned b = 0; b < BUTTONS; b++)
		if (changed >> b & 1)
			emit(now >> b & 1 ? INPUT_PRESS : INPUT_RELEASE, code[b], 0, 0);
}

// The fourth byte: with three buttons the wheel, sign-extended; with five its
// low four bits, then buttons 4 and 5, then two zeroes.
static bool
is_fourth(const struct mouse *m, uint8_t byte)
{
	int8_t wheel = (int8_t)(byte << 4);

	return m->five ? (byte & 0xc0) == 0 : (int8_t)byte == wheel >> 4;
}

static void
packet(struct mouse *m)
{
	uint8_t first = m->packet[0], fourth = m->size == 4 ? m->packet[3] : 0;
	int32_t x = m->packet[1] - (first & FIRST_X_SIGN ? 256 : 0);
	int32_t y = m->packet[2] - (first & FIRST_Y_SIGN ? 256 : 0);
	int32_t wheel = (fourth & 15) - (fourth & 8 ? 16 : 0);

	// motion first: a button acts where the pointer has arrived.  After an
	// overflow the numbers mean nothing.
	if ((first & FIRST_OVERFLOW) == 0 && (x != 0 || y != 0))
		emit(INPUT_RELATIVE, 0, x, -y);
	buttons(m, (uint8_t)((first & 7) | (m->five ? (fourth & 0x30) >> 1 : 0)));
	if (wheel != 0)
		emit(INPUT_WHEEL, 0, 0, wheel);
}

// The mouse is not as it was set up.
static void
start_again(struct mouse *m)
{
	m->have = m->misfits = 0;
	m->again = true;
	buttons(m, 0);
}

void
mouse_byte(struct mouse *m, uint8_t byte, uint32_t gap)
{
	if (gap > GAP_PACKET)
		m->have = 0;
	// a byte that belongs to no packet that could be
	if ((m->have == 0 && (byte & FIRST_ALWAYS) == 0) || (m->have == 3 && !is_fourth(m, byte))) {
		m->have = 0;
		if (++m->misfits == MISFITS_MAX)
			start_again(m);
		return;
	}
	m->packet[m->have++] = byte;
	// what a mouse says after power-on
	if (m->have == 2 && m->packet[0] == 0xaa && byte == 0x00)
		start_again(m);
	if (m->have >= PACKET_MIN && m->have >= m->size) {
		m->have = m->misfits = 0;
		packet(m);
	}
}
