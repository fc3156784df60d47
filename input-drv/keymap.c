// SPDX-License-Identifier: MIT
// Look-ups in the tables of layouts.c.

#include <string.h>
#include "keymap.h"

const struct keymap *
keymap_find(const char *name, size_t size)
{
	for (size_t i = 0; i < KEYMAPS; i++)
		if (size == strlen(keymaps[i].name) && memcmp(name, keymaps[i].name, size) == 0)
			return &keymaps[i];
	return NULL;
}

static const struct key_text *
lookup(const struct keymap *map, uint32_t key)
{
	const struct key_text *k = &map->keys[key];

	// no layout has a key that types only with a modifier
	return k->level[LEVEL_PLAIN] != 0 ? k : &map->base[key];
}

uint32_t
keymap_text(const struct keymap *map, uint32_t key, struct keymap_state state)
{
	if (key >= KEYMAP_KEYS)
		return 0;
	const struct key_text *k = lookup(map, key);
	unsigned level = state.altgr ? LEVEL_ALTGR : LEVEL_PLAIN;

	if (k->keypad && !state.num)
		return 0;
	// capitals only where there are some: CapsLock does not disable AltGr
	bool caps = k->caps && state.caps && k->level[level + 1] != 0;

	return k->level[level + (state.shift != caps)];
}
