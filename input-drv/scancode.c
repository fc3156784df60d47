// SPDX-License-Identifier: MIT
// Scan code set 1.  A byte is a key, with bit 7 its release.  0xe0 announces a
// key of the enhanced keyboard, 0xe1 the two bytes of Pause.

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
	*s = (struct scancode){ 0 };
	return finish(whole ? KEY_PAUSE : 0, byte, key);
}

enum scancode_kind
scancode_byte(struct scancode *s, uint8_t byte, uint32_t *key)
{
	uint8_t prefix = s->prefix, code = byte & 0x7f;

	*key = 0;
	if (byte == SCANCODE_ACK)
		return SCANCODE_NONE;           // may come within a sequence
	if (byte == 0x00 || byte == 0xff) {
		*s = (struct scancode){ 0 };
		return SCANCODE_OVERRUN;
	}
	if (byte == 0xe0 || byte == 0xe1) {
		*s = (struct scancode){ .prefix = byte };
		return SCANCODE_NONE;
	}
	if (prefix == 0xe1)
		return pause_byte(s, byte, key);
	s->prefix = 0;
	if (prefix == 0xe0)
		return finish(enhanced[code], byte, key);
	return finish(code <= PLAIN_LAST ? code : beyond[code], byte, key);
}
