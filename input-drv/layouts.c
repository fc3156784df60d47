// SPDX-License-Identifier: MIT
// The layouts as tables: the American one in full, the others where they differ
// from it.  Sources: the keyboards' own printing; ISO/IEC 9995-3 for dead keys.

#include "keymap.h"

// A dead key has the combining character: it goes over the letter typed next.
enum { GRAVE = 0x300, ACUTE = 0x301, CIRCUMFLEX = 0x302 };

// The first one gives the key code, those after it count up.
#define K(...)        { .level = { __VA_ARGS__ } }
#define LETTER(small) { .level = { small, small - 'a' + 'A' }, .caps = true }
#define PAIR(...)     { .level = { __VA_ARGS__ }, .caps = true }
#define PAD(digit)    { .level = { digit }, .keypad = true }

static const struct key_text us[KEYMAP_KEYS] = {
	[KEY_1] = K('1', '!'), K('2', '@'), K('3', '#'), K('4', '$'), K('5', '%'), K('6', '^'),
	K('7', '&'), K('8', '*'), K('9', '('), K('0', ')'), K('-', '_'), K('=', '+'),
	[KEY_Q] = LETTER('q'), LETTER('w'), LETTER('e'), LETTER('r'), LETTER('t'), LETTER('y'),
	LETTER('u'), LETTER('i'), LETTER('o'), LETTER('p'), K('[', '{'), K(']', '}'),
	[KEY_A] = LETTER('a'), LETTER('s'), LETTER('d'), LETTER('f'), LETTER('g'), LETTER('h'),
	LETTER('j'), LETTER('k'), LETTER('l'), K(';', ':'), K('\'', '"'), K('`', '~'),
	[KEY_BACKSLASH] = K('\\', '|'), LETTER('z'), LETTER('x'), LETTER('c'), LETTER('v'),
	LETTER('b'), LETTER('n'), LETTER('m'), K(',', '<'), K('.', '>'), K('/', '?'),
	[KEY_SPACE] = K(' ', ' ', ' ', ' '),
	[KEY_102ND] = K('<', '>'),
	[KEY_KP7] = PAD('7'), PAD('8'), PAD('9'), K('-', '-'),
	[KEY_KP4] = PAD('4'), PAD('5'), PAD('6'), K('+', '+'),
	[KEY_KP1] = PAD('1'), PAD('2'), PAD('3'), PAD('0'), PAD('.'),
	[KEY_KPASTERISK] = K('*', '*'), [KEY_KPSLASH] = K('/', '/'),
};

static const struct key_text uk[KEYMAP_KEYS] = {
	[KEY_1 + 1] = K('2', '"'), K('3', u'£'), K('4', '$', u'€'),
	[KEY_Q + 2] = PAIR('e', 'E', u'é', u'É'),
	[KEY_Q + 6] = PAIR('u', 'U', u'ú', u'Ú'), PAIR('i', 'I', u'í', u'Í'),
	PAIR('o', 'O', u'ó', u'Ó'),
	[KEY_A] = PAIR('a', 'A', u'á', u'Á'),
	[KEY_APOSTROPHE] = K('\'', '@'), K('`', u'¬', u'¦'),
	[KEY_BACKSLASH] = K('#', '~'),
	[KEY_102ND] = K('\\', '|'),
};

static const struct key_text de[KEYMAP_KEYS] = {
	[KEY_1 + 1] = K('2', '"', u'²'), K('3', u'§', u'³'),
	[KEY_1 + 5] = K('6', '&'), K('7', '/', '{'), K('8', '(', '['), K('9', ')', ']'),
	K('0', '=', '}'), K(u'ß', '?', '\\', u'ẞ'), K(ACUTE, GRAVE),
	[KEY_Q] = PAIR('q', 'Q', '@'), [KEY_Q + 2] = PAIR('e', 'E', u'€'),
	[KEY_Q + 5] = LETTER('z'), [KEY_Q + 10] = PAIR(u'ü', u'Ü'), K('+', '*', '~'),
	[KEY_SEMICOLON] = PAIR(u'ö', u'Ö'), PAIR(u'ä', u'Ä'), K(CIRCUMFLEX, u'°'),
	[KEY_BACKSLASH] = K('#', '\''), LETTER('y'),
	[KEY_M] = PAIR('m', 'M', u'µ'), K(',', ';'), K('.', ':'), K('-', '_'),
	[KEY_102ND] = K('<', '>', '|'),
	[KEY_KPDOT] = PAD(','),
};

const struct keymap keymaps[KEYMAPS] = { { "us", us, us }, { "uk", uk, us }, { "de", de, us } };
