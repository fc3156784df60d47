// SPDX-License-Identifier: MIT
// Held keys, repeat, locks.  A release may get lost on the wire: the next make
// code of that key then comes when it can be no repetition, and counts as a
// release and a new press.

#include "keyboard.h"

enum {
	GAP_SEQUENCE = 500,     // ms: a rest of an old sequence is not continued
	GAP_REPEAT   = 2500,    // ms: longer than any keyboard's delay before it repeats
	KEYBOARD_PLUGGED = 0xaa,
};

static bool
is_held(const struct keyboard *k, uint32_t key)
{
	return k->held[key / 64] >> key % 64 & 1;
}

static void
set_held(struct keyboard *k, uint32_t key, bool held)
{
	uint64_t bit = 1ull << key % 64;

	k->held[key / 64] = held ? k->held[key / 64] | bit : k->held[key / 64] & ~bit;
}

static struct input_event
event(enum input_type type, uint32_t code)
{
	return (struct input_event){ .type = (uint16_t)type, .view = 0xffff, .code = code };
}

// With NumLock off the keypad moves the cursor.  A key that is down keeps its meaning.
static uint32_t
pad_key(struct keyboard *k, uint32_t key, bool made)
{
	static const uint8_t cursor[KEY_KPDOT - KEY_KP7 + 1] = {
		KEY_HOME, KEY_UP, KEY_PAGEUP, 0, KEY_LEFT, 0, KEY_RIGHT, 0, KEY_END, KEY_DOWN,
		KEY_PAGEDOWN, KEY_INSERT, KEY_DELETE,
	};
	unsigned i = key - KEY_KP7;

	if (key < KEY_KP7 || key > KEY_KPDOT || cursor[i] == 0)
		return key;
	if (made && !is_held(k, k->moves >> i & 1 ? cursor[i] : key))
		k->moves = (uint16_t)((k->moves & ~(1u << i)) | (uint32_t)!k->num << i);
	return k->moves >> i & 1 ? cursor[i] : key;
}

static unsigned
release_all(struct keyboard *k, struct input_event *out)
{
	unsigned n = 0;

	for (uint32_t key = 0; key < KEYBOARD_KEYS; key++)
		if (is_held(k, key))
			out[n++] = event(INPUT_RELEASE, key);
	k->held[0] = k->held[1] = 0;
	return n;
}

// What the key types now.  Keys pressed with Ctrl, Alt or Meta are shortcuts.
static uint32_t
text_of(const struct keyboard *k, uint32_t key)
{
	struct keymap_state state = {
		.shift = is_held(k, KEY_LEFTSHIFT) || is_held(k, KEY_RIGHTSHIFT),
		.altgr = is_held(k, KEY_RIGHTALT), .caps = k->caps, .num = k->num,
	};

	if (is_held(k, KEY_LEFTCTRL) || is_held(k, KEY_RIGHTCTRL) || is_held(k, KEY_LEFTALT) ||
	    is_held(k, KEY_LEFTMETA) || is_held(k, KEY_RIGHTMETA))
		return 0;
	return keymap_text(k->map, key, state);
}

// May be pressed between the two keys of a pair.
static bool
is_modifier(uint32_t key)
{
	return key == KEY_LEFTSHIFT || key == KEY_RIGHTSHIFT || key == KEY_RIGHTALT ||
	       key == KEY_CAPSLOCK || key == KEY_NUMLOCK || key == KEY_COMPOSE;
}

static unsigned
type(struct keyboard *k, uint32_t key, bool repeat, struct input_event *out)
{
	uint32_t text = text_of(k, key), typed[COMPOSE_MAX];
	unsigned n;

	if (text == 0) {
		if (!is_modifier(key))
			k->compose = (struct compose){ 0 };
		return 0;
	}
	if (repeat && k->compose.first == text)
		return 0;               // a dead key that is held too long
	n = compose_text(&k->compose, text, typed);
	for (unsigned i = 0; i < n; i++)
		out[i] = event(INPUT_TEXT, typed[i]);
	return n;
}

static void
one_shot(struct keyboard *k, uint32_t key)
{
	if (key == KEY_CAPSLOCK)
		k->caps = !k->caps;
	else if (key == KEY_NUMLOCK)
		k->num = !k->num;
	else if (key == KEY_SCROLLLOCK)
		k->scroll = !k->scroll;
	else if (key == KEY_COMPOSE)
		compose_key(&k->compose);
}

static unsigned
make(struct keyboard *k, uint32_t key, bool may_repeat, struct input_event *out)
{
	bool held = is_held(k, key), repeat = held && may_repeat && key == k->last;
	unsigned n = 0;

	k->last = key;
	if (held && !repeat)
		out[n++] = event(INPUT_RELEASE, key);
	out[n++] = event(repeat ? INPUT_REPEAT : INPUT_PRESS, key);
	if (!repeat)
		one_shot(k, key);
	// Pause sends its make and break codes at once: it is never held
	if (key == KEY_PAUSE)
		out[n++] = event(INPUT_RELEASE, key);
	else
		set_held(k, key, true);
	return n + type(k, key, repeat, out + n);
}

unsigned
keyboard_byte(struct keyboard *k, uint8_t byte, uint32_t gap,
              struct input_event out[KEYBOARD_EVENTS])
{
	uint32_t key;

	if (gap > GAP_SEQUENCE)
		scancode_restart(&k->scan);
	// what a keyboard says after power-on is also the release of a shift
	if (byte == KEYBOARD_PLUGGED && k->scan.prefix == 0 && !is_held(k, KEY_LEFTSHIFT)) {
		scancode_restart(&k->scan);
		k->again = true;
		return release_all(k, out);
	}
	switch (scancode_byte(&k->scan, byte, &key)) {
	case SCANCODE_MAKE:
		return make(k, pad_key(k, key, true), gap <= GAP_REPEAT, out);
	case SCANCODE_BREAK:
		key = pad_key(k, key, false);
		if (!is_held(k, key))
			return 0;
		set_held(k, key, false);
		out[0] = event(INPUT_RELEASE, key);
		return 1;
	case SCANCODE_OVERRUN:
		return release_all(k, out);
	case SCANCODE_NONE:
		break;
	}
	return 0;
}

uint8_t
keyboard_leds(const struct keyboard *k)
{
	return (uint8_t)(k->scroll | k->num << 1 | k->caps << 2);
}
