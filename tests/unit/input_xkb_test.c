// SPDX-License-Identifier: MIT
// The 105 keys against what others say of them: key codes and characters by the X
// keyboard extension's data (layouts us, gb, de for a pc105), dead keys and Compose
// by X's table for UTF-8, scan codes by the table of Microsoft's Keyboard Scan Code
// Specification 1.3a, which is below and makes this long.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon-compose.h>
#include <xkbcommon/xkbcommon.h>
#include "input-drv/keyboard.h"

enum { KEYS = 105, EVDEV = 8, PRINTABLE_DEL = 0x7f };

// X's name of a key, its make code in sets 1 and 2.
static const struct { const char *name, *set1, *set2; } table[] = {
	{ "ESC", "\x01", "\x76" }, { "FK01", "\x3b", "\x05" }, { "FK02", "\x3c", "\x06" },
	{ "FK03", "\x3d", "\x04" }, { "FK04", "\x3e", "\x0c" }, { "FK05", "\x3f", "\x03" },
	{ "FK06", "\x40", "\x0b" }, { "FK07", "\x41", "\x83" }, { "FK08", "\x42", "\x0a" },
	{ "FK09", "\x43", "\x01" }, { "FK10", "\x44", "\x09" }, { "FK11", "\x57", "\x78" },
	{ "FK12", "\x58", "\x07" }, { "PRSC", "\xe0\x2a\xe0\x37", "\xe0\x12\xe0\x7c" },
	{ "SCLK", "\x46", "\x7e" },
	{ "PAUS", "\xe1\x1d\x45\xe1\x9d\xc5", "\xe1\x14\x77\xe1\xf0\x14\xf0\x77" },

	{ "TLDE", "\x29", "\x0e" }, { "AE01", "\x02", "\x16" }, { "AE02", "\x03", "\x1e" },
	{ "AE03", "\x04", "\x26" }, { "AE04", "\x05", "\x25" }, { "AE05", "\x06", "\x2e" },
	{ "AE06", "\x07", "\x36" }, { "AE07", "\x08", "\x3d" }, { "AE08", "\x09", "\x3e" },
	{ "AE09", "\x0a", "\x46" }, { "AE10", "\x0b", "\x45" }, { "AE11", "\x0c", "\x4e" },
	{ "AE12", "\x0d", "\x55" }, { "BKSP", "\x0e", "\x66" },
	{ "INS", "\xe0\x52", "\xe0\x70" }, { "HOME", "\xe0\x47", "\xe0\x6c" },
	{ "PGUP", "\xe0\x49", "\xe0\x7d" }, { "NMLK", "\x45", "\x77" },
	{ "KPDV", "\xe0\x35", "\xe0\x4a" }, { "KPMU", "\x37", "\x7c" }, { "KPSU", "\x4a", "\x7b" },

	{ "TAB", "\x0f", "\x0d" }, { "AD01", "\x10", "\x15" }, { "AD02", "\x11", "\x1d" },
	{ "AD03", "\x12", "\x24" }, { "AD04", "\x13", "\x2d" }, { "AD05", "\x14", "\x2c" },
	{ "AD06", "\x15", "\x35" }, { "AD07", "\x16", "\x3c" }, { "AD08", "\x17", "\x43" },
	{ "AD09", "\x18", "\x44" }, { "AD10", "\x19", "\x4d" }, { "AD11", "\x1a", "\x54" },
	{ "AD12", "\x1b", "\x5b" }, { "RTRN", "\x1c", "\x5a" },
	{ "DELE", "\xe0\x53", "\xe0\x71" }, { "END", "\xe0\x4f", "\xe0\x69" },
	{ "PGDN", "\xe0\x51", "\xe0\x7a" }, { "KP7", "\x47", "\x6c" }, { "KP8", "\x48", "\x75" },
	{ "KP9", "\x49", "\x7d" }, { "KPAD", "\x4e", "\x79" },

	{ "CAPS", "\x3a", "\x58" }, { "AC01", "\x1e", "\x1c" }, { "AC02", "\x1f", "\x1b" },
	{ "AC03", "\x20", "\x23" }, { "AC04", "\x21", "\x2b" }, { "AC05", "\x22", "\x34" },
	{ "AC06", "\x23", "\x33" }, { "AC07", "\x24", "\x3b" }, { "AC08", "\x25", "\x42" },
	{ "AC09", "\x26", "\x4b" }, { "AC10", "\x27", "\x4c" }, { "AC11", "\x28", "\x52" },
	{ "BKSL", "\x2b", "\x5d" }, { "KP4", "\x4b", "\x6b" }, { "KP5", "\x4c", "\x73" },
	{ "KP6", "\x4d", "\x74" },

	{ "LFSH", "\x2a", "\x12" }, { "LSGT", "\x56", "\x61" }, { "AB01", "\x2c", "\x1a" },
	{ "AB02", "\x2d", "\x22" }, { "AB03", "\x2e", "\x21" }, { "AB04", "\x2f", "\x2a" },
	{ "AB05", "\x30", "\x32" }, { "AB06", "\x31", "\x31" }, { "AB07", "\x32", "\x3a" },
	{ "AB08", "\x33", "\x41" }, { "AB09", "\x34", "\x49" }, { "AB10", "\x35", "\x4a" },
	{ "RTSH", "\x36", "\x59" }, { "UP", "\xe0\x48", "\xe0\x75" }, { "KP1", "\x4f", "\x69" },
	{ "KP2", "\x50", "\x72" }, { "KP3", "\x51", "\x7a" }, { "KPEN", "\xe0\x1c", "\xe0\x5a" },

	{ "LCTL", "\x1d", "\x14" }, { "LWIN", "\xe0\x5b", "\xe0\x1f" }, { "LALT", "\x38", "\x11" },
	{ "SPCE", "\x39", "\x29" }, { "RALT", "\xe0\x38", "\xe0\x11" },
	{ "RWIN", "\xe0\x5c", "\xe0\x27" }, { "COMP", "\xe0\x5d", "\xe0\x2f" },
	{ "RCTL", "\xe0\x1d", "\xe0\x14" }, { "LEFT", "\xe0\x4b", "\xe0\x6b" },
	{ "DOWN", "\xe0\x50", "\xe0\x72" }, { "RGHT", "\xe0\x4d", "\xe0\x74" },
	{ "KP0", "\x52", "\x70" }, { "KPDL", "\x53", "\x71" },
};
_Static_assert(sizeof table / sizeof table[0] == KEYS, "105 keys");

// Where our layouts differ, and why.  Elsewhere AltGr may give nothing with us,
// where the key has no third print.
enum { PLAIN = 0, SHIFT = 1, ALTGR = 2, CAPS = 4, NUM = 8, ALL = 16 };
static const struct { const char *layout, *key; unsigned with; uint32_t ours; } differ[] = {
	{ "de", "AE11", ALTGR | SHIFT, 0x1e9e },        // DIN 2137: capital sharp s is here,
	{ "de", "AE11", ALTGR | SHIFT | CAPS, 0x1e9e },
	{ "de", "AE11", CAPS, 0xdf },                   // and not a matter of CapsLock
	{ "de", "AB07", ALTGR | CAPS, 0xb5 },           // CapsLock does not disable AltGr
};

static struct xkb_context *context;
static struct xkb_keymap *xkb, *xkb_more;       // with AltGr as the latter, too
static struct keyboard kbd;
static struct input_event got[300];
static unsigned count;

void
emit(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	assert_in_range(count, 0, 299);
	got[count++] = (struct input_event){ (uint16_t)type, 0xffff, code, x, y };
}

static void
load(const char *layout)
{
	// Windows' British layout has accents and a broken bar there
	const char *variant = strcmp(layout, "gb") == 0 ? "extd" : NULL;
	const struct xkb_rule_names names = { "evdev", "pc105", layout, NULL, NULL };
	const struct xkb_rule_names more = { "evdev", "pc105", layout, variant, NULL };

	xkb_keymap_unref(xkb), xkb_keymap_unref(xkb_more);
	xkb = xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
	xkb_more = xkb_keymap_new_from_names(context, &more, XKB_KEYMAP_COMPILE_NO_FLAGS);
	assert_true(xkb != NULL && xkb_more != NULL);
}

static uint32_t
code_of(const char *name)
{
	xkb_keycode_t code = xkb_keymap_key_by_name(xkb, name);

	assert_int_not_equal(code, XKB_KEYCODE_INVALID);
	return code - EVDEV;
}

static int
setup(void **state)
{
	(void)state;
	context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	assert_non_null(context);
	load("us");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	xkb_keymap_unref(xkb), xkb_keymap_unref(xkb_more);
	xkb_context_unref(context);
	return 0;
}

static void
make(const char *bytes)
{
	for (; *bytes != '\0'; bytes++)
		keyboard_byte(&kbd, (uint8_t)*bytes, 0);
}

// The break code that belongs to a make code: the parts in reverse order.
static void
release(const char *bytes, bool set2)
{
	size_t n = strlen(bytes);

	if ((uint8_t)bytes[0] == 0xe1)
		return;                 // Pause has none
	while (n > 0) {
		bool enhanced = n >= 2 && (uint8_t)bytes[n - 2] == 0xe0;
		uint8_t last = (uint8_t)bytes[n - 1];

		if (enhanced)
			keyboard_byte(&kbd, 0xe0, 0);
		if (set2)
			keyboard_byte(&kbd, 0xf0, 0);
		keyboard_byte(&kbd, set2 ? last : last | 0x80, 0);
		n -= enhanced ? 2 : 1;
	}
}

static void
check_event(unsigned i, enum input_type type, uint32_t code)
{
	assert_true(i < count);
	assert_int_equal(got[i].type, type);
	assert_int_equal(got[i].code, code);
}

static void
one_key(unsigned i, bool set2)
{
	const char *bytes = set2 ? table[i].set2 : table[i].set1;
	uint32_t code = code_of(table[i].name);
	bool pause = strcmp(table[i].name, "PAUS") == 0;

	kbd = (struct keyboard){ .num = true, .map = &keymaps[0], .scan.set2 = set2 };
	count = 0;
	make(bytes);
	check_event(0, INPUT_PRESS, code);
	if (!pause) {
		assert_true(kbd.held[code]);
		unsigned first = count;

		make(bytes);                            // typematic
		check_event(first, INPUT_REPEAT, code);
	}
	release(bytes, set2);
	check_event(count - 1, INPUT_RELEASE, code);
	for (unsigned k = 0; k < KEYMAP_KEYS; k++)
		assert_false(kbd.held[k]);
}

static void
test_scan_codes(void **state)
{
	(void)state;
	load("us");
	for (unsigned i = 0; i < KEYS; i++)
		one_key(i, false), one_key(i, true);
}

// Print with Alt and Pause with Ctrl held have codes of their own.
static void
test_other_codes(void **state)
{
	static const struct { const char *bytes, *name; bool set2; } other[] = {
		{ "\x38\x54\xd4\xb8", "PRSC", false }, { "\x11\x84\xf0\x84\xf0\x11", "PRSC", true },
		{ "\x1d\xe0\x46\xe0\xc6\x9d", "PAUS", false },
		{ "\x14\xe0\x7e\xe0\xf0\x7e\xf0\x14", "PAUS", true },
		// the shift is let go around a cursor key, but only as a compatibility
		{ "\x2a\xe0\xaa\xe0\x48\xe0\xc8\xe0\x2a\xaa", "UP", false },
		{ "\x12\xe0\xf0\x12\xe0\x75\xe0\xf0\x75\xe0\x12\xf0\x12", "UP", true },
	};

	(void)state;
	load("us");
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
		kbd = (struct keyboard){ .num = true, .map = &keymaps[0],
		                         .scan.set2 = other[i].set2 };
		count = 0;
		make(other[i].bytes);
		assert_int_equal(count, 4);
		check_event(1, INPUT_PRESS, code_of(other[i].name));
		check_event(2, INPUT_RELEASE, code_of(other[i].name));
		assert_int_equal(got[3].code, got[0].code);
	}
}

static xkb_keysym_t
symbol(struct xkb_keymap *map, uint32_t code, unsigned with)
{
	struct xkb_state *s = xkb_state_new(map);
	xkb_mod_mask_t pressed = 0, locked = 0;

	assert_non_null(s);
	if (with & SHIFT)
		pressed |= 1u << xkb_keymap_mod_get_index(map, XKB_MOD_NAME_SHIFT);
	if (with & ALTGR)
		pressed |= 1u << xkb_keymap_mod_get_index(map, "Mod5");
	if (with & CAPS)
		locked |= 1u << xkb_keymap_mod_get_index(map, XKB_MOD_NAME_CAPS);
	if (with & NUM)
		locked |= 1u << xkb_keymap_mod_get_index(map, XKB_MOD_NAME_NUM);
	xkb_state_update_mask(s, pressed, 0, locked, 0, 0, 0);
	xkb_keysym_t one = xkb_state_key_get_one_sym(s, code + EVDEV);

	xkb_state_unref(s);
	return one;
}

// A dead key is its combining character.
static uint32_t
character(xkb_keysym_t s)
{
	static const struct { xkb_keysym_t symbol; uint32_t character; } dead[] = {
		{ XKB_KEY_dead_grave, 0x300 }, { XKB_KEY_dead_acute, 0x301 },
		{ XKB_KEY_dead_circumflex, 0x302 },
	};
	uint32_t c = xkb_keysym_to_utf32(s);

	for (size_t i = 0; i < sizeof dead / sizeof dead[0]; i++)
		if (dead[i].symbol == s)
			return dead[i].character;
	return c < ' ' || c == PRINTABLE_DEL ? 0 : c;
}

static const uint32_t *
deviation(const char *layout, const char *key, unsigned with)
{
	for (size_t i = 0; i < sizeof differ / sizeof differ[0]; i++)
		if (strcmp(differ[i].layout, layout) == 0 && strcmp(differ[i].key, key) == 0 &&
		    differ[i].with == (with & ~(unsigned)NUM))
			return &differ[i].ours;
	return NULL;
}

// Returns whether the key types something, here and there.
static bool
same_character(const struct keymap *map, const char *layout, unsigned i, unsigned with)
{
	const struct keymap_state keys = {
		.shift = with & SHIFT, .altgr = with & ALTGR,
		.caps = with & CAPS, .num = with & NUM,
	};
	uint32_t code = code_of(table[i].name), ours = keymap_text(map, code, keys);
	uint32_t theirs = character(symbol(xkb, code, with));
	const uint32_t *differs = deviation(layout, table[i].name, with);

	if (differs != NULL ? ours == *differs && ours != theirs :
	    ours == theirs || (with & ALTGR &&
	    (ours == 0 || ours == character(symbol(xkb_more, code, with)))))
		return ours != 0;
	fail_msg("%s, %s with %u: U+%04X instead of U+%04X", layout, table[i].name, with, ours,
	         theirs);
	return false;
}

static void
test_characters(void **state)
{
	static const char *const layouts[KEYMAPS] = { "us", "gb", "de" };
	// us: 47 keys and space, keypad 15; the ISO key; with AltGr what is printed
	static const unsigned plain[KEYMAPS] = { 64, 64, 64 }, third[KEYMAPS] = { 1, 8, 13 };

	(void)state;
	for (unsigned l = 0; l < KEYMAPS; l++) {
		unsigned typing = 0, more = 0;

		load(layouts[l]);
		for (unsigned i = 0; i < KEYS; i++) {
			for (unsigned with = 0; with < ALL; with++)
				same_character(&keymaps[l], layouts[l], i, with);
			typing += same_character(&keymaps[l], layouts[l], i, NUM);
			more += same_character(&keymaps[l], layouts[l], i, ALTGR);
		}
		assert_int_equal(typing, plain[l]);
		assert_int_equal(more, third[l]);
	}
}

// The key that has this symbol by itself.
static uint32_t
code_of_symbol(const char *wanted)
{
	for (unsigned i = 0; i < KEYS; i++) {
		char name[64];

		xkb_keysym_get_name(symbol(xkb, code_of(table[i].name), 0), name, sizeof name);
		if (strcmp(name, wanted) == 0)
			return code_of(table[i].name);
	}
	return 0;
}

// NumLock off, or Shift: KP_Home is Home.
static void
test_keypad(void **state)
{
	unsigned moving = 0;

	(void)state;
	load("us");
	for (unsigned i = 0; i < KEYS; i++)
		for (unsigned with = 0; with < ALL; with++) {
			char name[64];

			xkb_keysym_get_name(symbol(xkb, code_of(table[i].name),
			                           with & (SHIFT | NUM)), name, sizeof name);
			if (with & (ALTGR | CAPS) || strncmp(table[i].name, "KP", 2) != 0)
				continue;
			uint32_t code = strncmp(name, "KP_", 3) == 0 && name[4] != 0 ?
				code_of_symbol(name + 3) : 0;

			if (code == 0 || strcmp(name, "KP_Enter") == 0)
				code = code_of(table[i].name);
			moving += code != code_of(table[i].name);
			kbd = (struct keyboard){ .num = with & NUM, .map = &keymaps[0] };
			kbd.held[KEY_LEFTSHIFT] = with & SHIFT;
			count = 0;
			make(table[i].set1);
			check_event(0, INPUT_PRESS, code);
			release(table[i].set1, false);
			check_event(count - 1, INPUT_RELEASE, code);
		}
	assert_int_equal(moving, 3 * 10);       // all but the 5
}

static uint32_t
composed(struct xkb_compose_table *t, xkb_keysym_t first, xkb_keysym_t second, xkb_keysym_t third)
{
	struct xkb_compose_state *s = xkb_compose_state_new(t, XKB_COMPOSE_STATE_NO_FLAGS);
	uint32_t c = 0;

	xkb_compose_state_feed(s, first);
	xkb_compose_state_feed(s, second);
	if (third != 0)
		xkb_compose_state_feed(s, third);
	if (xkb_compose_state_get_status(s) == XKB_COMPOSE_COMPOSED)
		c = xkb_keysym_to_utf32(xkb_compose_state_get_one_sym(s));
	xkb_compose_state_unref(s);
	return c;
}

// Dead keys that layouts have, over every letter: the same, and all that Latin-1 has.
static void
test_dead_keys(void **state)
{
	static const struct { uint32_t dead; xkb_keysym_t symbol; } keys[] = {
		{ 0x300, XKB_KEY_dead_grave }, { 0x301, XKB_KEY_dead_acute },
		{ 0x302, XKB_KEY_dead_circumflex },
	};
	struct xkb_compose_table *t = xkb_compose_table_new_from_locale(context, "en_US.UTF-8",
		XKB_COMPOSE_COMPILE_NO_FLAGS);
	unsigned same = 0;

	(void)state;
	assert_non_null(t);
	for (unsigned d = 0; d < 3; d++)
		for (uint32_t letter = 'A'; letter <= 'z'; letter++) {
			struct compose c = { 0 };
			uint32_t out[COMPOSE_MAX], theirs = composed(t, keys[d].symbol,
				xkb_utf32_to_keysym(letter), 0);

			assert_int_equal(compose_text(&c, keys[d].dead, out), 0);
			unsigned n = compose_text(&c, letter, out);

			if (letter > 'Z' && letter < 'a')
				continue;
			if (n == 1)
				assert_int_equal(out[0], theirs);
			else
				assert_true(theirs == 0 || theirs > 0xff);
			same += n == 1;
		}
	assert_int_equal(same, 10 + 24 + 24);
	xkb_compose_table_unref(t);
}

// Each pair after Compose is one of X's, but for two hyphens, where X wants a third key.
static void
test_compose(void **state)
{
	struct xkb_compose_table *t = xkb_compose_table_new_from_locale(context, "en_US.UTF-8",
		XKB_COMPOSE_COMPILE_NO_FLAGS);
	unsigned same = 0;

	(void)state;
	assert_non_null(t);
	for (uint32_t first = ' '; first < PRINTABLE_DEL; first++)
		for (uint32_t second = '!'; second < PRINTABLE_DEL; second++) {
			struct compose c = { 0 };
			uint32_t out[COMPOSE_MAX];

			compose_key(&c);
			if (compose_text(&c, first, out) != 0 ||
			    compose_text(&c, second, out) != 1 ||
			    out[0] == first || (first == '-' && second == '-'))
				continue;       // no pair; or an accent twice, or with a space
			uint32_t theirs = composed(t, XKB_KEY_Multi_key, xkb_utf32_to_keysym(first),
			                           xkb_utf32_to_keysym(second));
			if (theirs != out[0])
				fail_msg("Compose %c %c: U+%04X instead of U+%04X", (int)first,
				         (int)second, out[0], theirs);
			same++;
		}
	assert_int_equal(same, 136);
	xkb_compose_table_unref(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_codes), cmocka_unit_test(test_other_codes),
		cmocka_unit_test(test_characters), cmocka_unit_test(test_keypad),
		cmocka_unit_test(test_dead_keys), cmocka_unit_test(test_compose),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
