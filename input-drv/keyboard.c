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
shifted(const struct keyboard *k)
{
	return k->held[KEY_LEFTSHIFT] || k->held[KEY_RIGHTSHIFT];
}

// With NumLock off, or with Shift, the keypad moves the cursor.  A key that is down
// keeps its meaning.
static uint32_t
pad_key(struct keyboard *k, uint32_t key, bool made)
{
	static const uint8_t cursor[KEYPAD_KEYS] = {
		KEY_HOME, KEY_UP, KEY_PAGEUP, 0, KEY_LEFT, 0, KEY_RIGHT, 0, KEY_END, KEY_DOWN,
		KEY_PAGEDOWN, KEY_INSERT, KEY_DELETE,
	};
	unsigned i = key - KEY_KP7;

	if (i >= KEYPAD_KEYS || cursor[i] == 0)
		return key;
	if (made && !k->held[k->moves[i] ? cursor[i] : key])
		k->moves[i] = !k->num || shifted(k);
	return k->moves[i] ? cursor[i] : key;
}

static void
release(struct keyboard *k, uint32_t key)
{
	if (k->held[key])
		emit(INPUT_RELEASE, key, 0, 0);
	k->held[key] = false;
}

static void
release_all(struct keyboard *k)
{
	for (uint32_t key = 0; key < KEYMAP_KEYS; key++)
		release(k, key);
}

// What the key types now.  Keys pressed with Ctrl, Alt or Meta are shortcuts.
static uint32_t
text_of(const struct keyboard *k, uint32_t key)
{
	const bool *held = k->held;
	struct keymap_state state = {
		.shift = shifted(k), .altgr = held[KEY_RIGHTALT], .caps = k->caps, .num = k->num,
	};

	if (held[KEY_LEFTCTRL] || held[KEY_RIGHTCTRL] || held[KEY_LEFTALT] ||
	    held[KEY_LEFTMETA] || held[KEY_RIGHTMETA])
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

static void
type(struct keyboard *k, uint32_t key, bool repeat)
{
	uint32_t text = text_of(k, key), typed[COMPOSE_MAX];

	if (text == 0 && !is_modifier(key))
		k->compose = (struct compose){ 0 };
	if (text == 0 || (repeat && k->compose.first == text))
		return;                 // the latter: a dead key that is held too long
	for (unsigned i = 0, n = compose_text(&k->compose, text, typed); i < n; i++)
		emit(INPUT_TEXT, typed[i], 0, 0);
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

static void
make(struct keyboard *k, uint32_t key, bool may_repeat)
{
	bool repeat = k->held[key] && may_repeat && key == k->last;

	k->last = key;
	if (!repeat) {
		release(k, key);
		one_shot(k, key);
	}
	k->held[key] = true;
	emit(repeat ? INPUT_REPEAT : INPUT_PRESS, key, 0, 0);
	type(k, key, repeat);
	if (key == KEY_PAUSE)           // makes and breaks at once: it is never held
		release(k, key);
}

void
keyboard_byte(struct keyboard *k, uint8_t byte, uint32_t gap)
{
	uint32_t key;

	if (gap > GAP_SEQUENCE)
		scancode_restart(&k->scan);
	// what a keyboard says after power-on is also the release of a shift
	if (byte == KEYBOARD_PLUGGED && k->scan.prefix == 0 && !k->held[KEY_LEFTSHIFT]) {
		scancode_restart(&k->scan);
		k->again = true;
		release_all(k);
		return;
	}
	switch (scancode_byte(&k->scan, byte, &key)) {
	case SCANCODE_MAKE:
		make(k, pad_key(k, key, true), gap <= GAP_REPEAT);
		break;
	case SCANCODE_BREAK:
		release(k, pad_key(k, key, false));
		break;
	case SCANCODE_OVERRUN:
		release_all(k);
		break;
	case SCANCODE_NONE:
		break;
	}
}

uint8_t
keyboard_leds(const struct keyboard *k)
{
	return (uint8_t)(k->scroll | k->num << 1 | k->caps << 2);
}
