// SPDX-License-Identifier: MIT
// Scan code set 1: a byte is a key, with bit 7 its release; 0xe0 announces a key
// of the enhanced keyboard, 0xe1 the two bytes of Pause.  Scan code set 2 becomes
// set 1 by the table that is also in the controllers which do that themselves.

#include "scancode.h"

// The plain codes 0x01..0x53 are the key codes themselves.
enum { PLAIN_LAST = 0x53 };

static const uint8_t beyond[128] = {
	[0x54] = KEY_SYSRQ,             // Print with Alt held
	[0x56] = KEY_102ND, [0x57] = KEY_F11, [0x58] = KEY_F12,
};

static const uint8_t enhanced[128] = {
	[0x1c] = KEY_KPENTER, [0x1d] = KEY_RIGHTCTRL, [0x35] = KEY_KPSLASH, [0x37] = KEY_SYSRQ,
	[0x38] = KEY_RIGHTALT, [0x46] = KEY_PAUSE,      // Pause with Ctrl held
	[0x47] = KEY_HOME, [0x48] = KEY_UP, [0x49] = KEY_PAGEUP, [0x4b] = KEY_LEFT,
	[0x4d] = KEY_RIGHT, [0x4f] = KEY_END, [0x50] = KEY_DOWN, [0x51] = KEY_PAGEDOWN,
	[0x52] = KEY_INSERT, [0x53] = KEY_DELETE,
	[0x5b] = KEY_LEFTMETA, [0x5c] = KEY_RIGHTMETA, [0x5d] = KEY_COMPOSE,
	// 0x2a and 0x36 are shifts that the keyboard invents around these keys
};

// Set 2 codes in set 1; IBM PS/2 Hardware Interface Technical Reference, keyboard
// and auxiliary device controller, scan code translation.
static const uint8_t set1[] = {
	0xff, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58,
	0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59,
	0x65, 0x38, 0x2a, 0x70, 0x1d, 0x10, 0x02, 0x5a,
	0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b,
	0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05, 0x04, 0x5c,
	0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d,
	0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e,
	0x6a, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f,
	0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60,
	0x6c, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0c, 0x61,
	0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e,
	0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63, 0x76,
	0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b,
	0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f,
	0x52, 0x53, 0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45,
	0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54,
	0x7f, 0x7f, 0x7f, 0x41, 0x54,           // the last two are keys again
};

void
scancode_restart(struct scancode *s)
{
	*s = (struct scancode){ .set2 = s->set2 };
}

// One byte of set 2 as set 1 has it; false if that needs a further one.
static bool
translate(struct scancode *s, uint8_t *byte)
{
	uint8_t released = s->released;

	if (*byte == SCANCODE_ACK)
		return true;
	s->released = *byte == 0xf0 ? 0x80 : 0;
	if (*byte >= sizeof set1)
		return *byte == 0xe0 || *byte == 0xe1 || *byte == 0xff;
	*byte = set1[*byte] | released;
	return true;
}

static enum scancode_kind
finish(uint32_t code, uint8_t byte, uint32_t *key)
{
	*key = code;
	if (code == 0)
		return SCANCODE_NONE;
	return byte & 0x80 ? SCANCODE_BREAK : SCANCODE_MAKE;
}

// The second and third byte of 0xe1 sequences: 1d 45 or 9d c5, else garbage.
static enum scancode_kind
pause_byte(struct scancode *s, uint8_t byte, uint32_t *key)
{
	if (s->first == 0 && (byte & 0x7f) == 0x1d) {
		s->first = byte;
		return SCANCODE_NONE;
	}
	bool whole = s->first != 0 && byte == (0x45 | (s->first & 0x80));
	scancode_restart(s);
	return finish(whole ? KEY_PAUSE : 0, byte, key);
}

enum scancode_kind
scancode_byte(struct scancode *s, uint8_t byte, uint32_t *key)
{
	*key = 0;
	if (s->set2 && !translate(s, &byte))
		return SCANCODE_NONE;
	uint8_t prefix = s->prefix, code = byte & 0x7f;

	if (byte == SCANCODE_ACK)
		return SCANCODE_NONE;           // may come within a sequence
	if (byte == 0x00 || byte == 0xff) {
		scancode_restart(s);
		return SCANCODE_OVERRUN;
	}
	if (byte == 0xe0 || byte == 0xe1) {
		scancode_restart(s);
		s->prefix = byte;
		return SCANCODE_NONE;
	}
	if (prefix == 0xe1)
		return pause_byte(s, byte, key);
	s->prefix = 0;
	if (prefix == 0xe0)
		return finish(enhanced[code], byte, key);
	return finish(code <= PLAIN_LAST ? code : beyond[code], byte, key);
}
