// SPDX-License-Identifier: MIT
// The US layout as a table; another layout is another table.

#include "keymap.h"

enum { LEVEL_PLAIN, LEVEL_SHIFT, LEVEL_ALTGR, LEVEL_ALTGR_SHIFT, LEVELS };

struct key_text {
	uint16_t level[LEVELS];
	bool     caps;          // CapsLock acts as Shift
	bool     keypad;        // only with NumLock
};

#define LETTER(small) { .level = { small, small - 'a' + 'A' }, .caps = true }
#define PAD(character) { .level = { character, character }, .keypad = true }

static const struct key_text us[128] = {
	[KEY_1] = { .level = { '1', '!' } }, { .level = { '2', '@' } }, { .level = { '3', '#' } },
	{ .level = { '4', '$' } }, { .level = { '5', '%' } }, { .level = { '6', '^' } },
	{ .level = { '7', '&' } }, { .level = { '8', '*' } }, { .level = { '9', '(' } },
	{ .level = { '0', ')' } }, { .level = { '-', '_' } }, { .level = { '=', '+' } },
	[KEY_Q] = LETTER('q'), LETTER('w'), LETTER('e'), LETTER('r'), LETTER('t'),
	LETTER('y'), LETTER('u'), LETTER('i'), LETTER('o'), LETTER('p'),
	{ .level = { '[', '{' } }, { .level = { ']', '}' } },
	[KEY_A] = LETTER('a'), LETTER('s'), LETTER('d'), LETTER('f'), LETTER('g'),
	LETTER('h'), LETTER('j'), LETTER('k'), LETTER('l'),
	{ .level = { ';', ':' } }, { .level = { '\'', '"' } }, { .level = { '`', '~' } },
	[KEY_LEFTSHIFT + 1] = { .level = { '\\', '|' } },
	LETTER('z'), LETTER('x'), LETTER('c'), LETTER('v'), LETTER('b'), LETTER('n'), LETTER('m'),
	{ .level = { ',', '<' } }, { .level = { '.', '>' } }, { .level = { '/', '?' } },
	[KEY_SPACE] = { .level = { ' ', ' ' } },
	[KEY_102ND] = { .level = { '\\', '|' } },
	[KEY_KP7] = PAD('7'), PAD('8'), PAD('9'), { .level = { '-', '-' } },
	[KEY_KP4] = PAD('4'), PAD('5'), PAD('6'), { .level = { '+', '+' } },
	[KEY_KP1] = PAD('1'), PAD('2'), PAD('3'), PAD('0'), PAD('.'),
	[KEY_KPASTERISK] = { .level = { '*', '*' } },
	[KEY_KPSLASH] = { .level = { '/', '/' } },
};

uint32_t
keymap_text(uint32_t key, struct keymap_state state)
{
	const struct key_text *k = &us[key & 127];

	if (key >= 128 || (k->keypad && !state.num))
		return 0;
	bool shift = state.shift != (k->caps && state.caps);
	return k->level[(state.altgr ? LEVEL_ALTGR : LEVEL_PLAIN) + shift];
}
