// SPDX-License-Identifier: MIT
// input-drv's policy: scan codes, held keys and repeat, dead keys, mouse packets.
// Layouts are in input_keymap_test.c, arbitrary bytes in input_random_test.c.

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "input-drv/keyboard.h"
#include "input-drv/mouse.h"

static struct keyboard kbd;
static struct mouse mouse;
static struct input_event got[KEYMAP_KEYS];
static unsigned count;
static char line[4000];         // events in words, for comparison

void
emit(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	assert_in_range(count, 0, KEYMAP_KEYS - 1);
	got[count++] = (struct input_event){ (uint16_t)type, 0xffff, code, x, y };
}

static int
setup(void **state)
{
	(void)state;
	kbd = (struct keyboard){ .num = true, .map = &keymaps[0] };
	mouse = (struct mouse){ .size = 4 };
	return 0;
}

static void
print(void)
{
	static const char *const name[INPUT_TYPES] = {
		"?", "press", "release", "repeat", "text", "motion", "move", "wheel",
	};
	size_t at = strlen(line);

	for (unsigned i = 0; i < count; i++) {
		struct input_event *e = &got[i];

		assert_in_range(e->type, INPUT_PRESS, INPUT_WHEEL);
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s ", at > 0 ? " " : "",
		                       name[e->type]);
		if (e->type == INPUT_RELATIVE)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%d,%d", e->x, e->y);
		else if (e->type == INPUT_WHEEL)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%d", e->y);
		else if (e->type == INPUT_TEXT)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%lc",
			                       (wint_t)e->code);
		else
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%u", e->code);
	}
	count = 0;
}

static void
key_byte(uint8_t byte, uint32_t gap)
{
	keyboard_byte(&kbd, byte, gap);
	print();
}

static void
packet_byte(uint8_t byte, uint32_t gap)
{
	mouse_byte(&mouse, byte, gap);
	print();
}

static void
keys(const char *bytes, size_t n, const char *expected)
{
	line[0] = '\0';
	for (size_t i = 0; i < n; i++)
		key_byte((uint8_t)bytes[i], 0);
	assert_string_equal(line, expected);
}
#define KEYS(bytes, expected) keys(bytes, sizeof(bytes) - 1, expected)

static void
packets(const char *bytes, size_t n, const char *expected)
{
	line[0] = '\0';
	for (size_t i = 0; i < n; i++)
		packet_byte((uint8_t)bytes[i], 0);
	assert_string_equal(line, expected);
}
#define MOUSE(bytes, expected) packets(bytes, sizeof(bytes) - 1, expected)

static void
test_plain_keys(void **state)
{
	(void)state;
	KEYS("\x1e\x9e", "press 30 text a release 30");
	KEYS("\x1c\x9c", "press 28 release 28");
	KEYS("\x01\x81", "press 1 release 1");
	KEYS("\x57\xd7\x58\xd8", "press 87 release 87 press 88 release 88");
	KEYS("\x46\xc6", "press 70 release 70");
	KEYS("\x56\xd6", "press 86 text < release 86");
	KEYS("\x55\xd5\x7f\x59", "");                           // no such keys
}

static void
test_repeat(void **state)
{
	(void)state;
	KEYS("\x1e\x1e\x1e\x9e\x9e",
	     "press 30 text a repeat 30 text a repeat 30 text a release 30");
	KEYS("\x48\x48\xc8", "press 72 text 8 repeat 72 text 8 release 72");
}

static void
test_enhanced_keys(void **state)
{
	(void)state;
	KEYS("\xe0\x48\xe0\xc8", "press 103 release 103");
	KEYS("\xe0\x2a\xe0\x53\xe0\xd3\xe0\xaa", "press 111 release 111"); // with false shifts
	KEYS("\xe0\x1c\xe0\x9c", "press 96 release 96");
	KEYS("\xe0\x5b\xe0\xdb\xe0\x5c\xe0\xdc\xe0\x5d\xe0\xdd",
	     "press 125 release 125 press 126 release 126 press 127 release 127");
	KEYS("\xe0\x10\xe0\x90", "");
	KEYS("\xe0\xfa\x48\xfa\xe0\xfa\xfa\xc8", "press 103 release 103");  // among answers
}

static void
test_print_and_pause(void **state)
{
	(void)state;
	KEYS("\xe0\x2a\xe0\x37\xe0\xb7\xe0\xaa", "press 99 release 99");
	KEYS("\x38\x54\xd4\xb8", "press 56 press 99 release 99 release 56");
	KEYS("\xe1\x1d\x45\xe1\x9d\xc5", "press 119 release 119");
	KEYS("\xe1\x1d\x45\xe1\x9d\xc5", "press 119 release 119");
	KEYS("\x1d\xe0\x46\xe0\xc6\x9d", "press 29 press 119 release 119 release 29");
	KEYS("\xe1\x1d\x1e\x1e\x9e", "press 30 text a release 30");    // cut short: 1e is lost
	KEYS("\xe1\xe0\x48\xe0\xc8", "press 103 release 103");
}

static void
test_shift_and_locks(void **state)
{
	(void)state;
	KEYS("\x2a\x1e\x9e\x02\x82\xaa",
	     "press 42 press 30 text A release 30 press 2 text ! release 2 release 42");
	KEYS("\x36\x28\xa8\xb6", "press 54 press 40 text \" release 40 release 54");
	KEYS("\x3a\x3a\xba", "press 58 repeat 58 release 58");
	KEYS("\x1e\x9e\x03\x83", "press 30 text A release 30 press 3 text 2 release 3");
	KEYS("\x2a\x1e\x9e\xaa", "press 42 press 30 text a release 30 release 42");
	assert_int_equal(keyboard_leds(&kbd), 6);
	KEYS("\x3a\xba\x45\xc5", "press 58 release 58 press 69 release 69");
	assert_int_equal(keyboard_leds(&kbd), 0);
	KEYS("\x47\xc7\x4e\xce", "press 102 release 102 press 78 text + release 78");
	// what it was when it went down it is until it comes up, beside the real one, too
	KEYS("\x47\x45\xc5\x47\xc7\x47\xc7", "press 102 press 69 release 69 release 102 press 102 "
	     "release 102 press 71 text 7 release 71");
	KEYS("\x45\xc5\x47\xe0\x47\xc7\xe0\xc7", "press 69 release 69 press 102 repeat 102 "
	     "release 102");
	KEYS("\x4c\xcc", "press 76 release 76");
	KEYS("\x46\xc6", "press 70 release 70");
	assert_int_equal(keyboard_leds(&kbd), 1);
}

static void
test_shortcuts_type_nothing(void **state)
{
	(void)state;
	KEYS("\x1d\x1e\x9e\x9d", "press 29 press 30 release 30 release 29");
	KEYS("\x38\x1e\x9e\xb8", "press 56 press 30 release 30 release 56");
	KEYS("\xe0\x5b\x1e\x9e\xe0\xdb", "press 125 press 30 release 30 release 125");
	KEYS("\x1e\x9e", "press 30 text a release 30");
}

static void
test_dead_keys(void **state)
{
	(void)state;
	kbd.map = keymap_find("de", 2);
	KEYS("\x0d\x8d\x12\x92", "press 13 release 13 press 18 text é release 18");
	KEYS("\x29\xa9\x2a\x1e\x9e\xaa",        // with Shift in between
	     "press 41 release 41 press 42 press 30 text Â release 30 release 42");
	KEYS("\x0d\x8d\x10\x90", "press 13 release 13 press 16 text ´ text q release 16");
	KEYS("\x0d\x8d\x39\xb9", "press 13 release 13 press 57 text ´ release 57");
	KEYS("\x0d\x8d\x0d\x8d", "press 13 release 13 press 13 text ´ release 13");
	KEYS("\x0d\x8d\x29\xa9", "press 13 release 13 press 41 text ´ text ^ release 41");
	KEYS("\x0d\x0d\x0d\x8d\x12\x92",        // held too long
	     "press 13 repeat 13 repeat 13 release 13 press 18 text é release 18");
	KEYS("\x0d\x8d\x1c\x9c\x12\x92",        // Enter: not any more
	     "press 13 release 13 press 28 release 28 press 18 text e release 18");
	KEYS("\xe0\x38\x10\x90\xe0\xb8", "press 100 press 16 text @ release 16 release 100");
}

static void
test_compose(void **state)
{
	(void)state;
	KEYS("\xe0\x5d\xe0\xdd\x28\xa8\x12\x92",
	     "press 127 release 127 press 40 release 40 press 18 text é release 18");
	KEYS("\xe0\x5d\xe0\xdd\x1f\x9f\x1f\x9f",
	     "press 127 release 127 press 31 release 31 press 31 text ß release 31");
	KEYS("\xe0\x5d\xe0\xdd\x0d\x8d\x12\x92",
	     "press 127 release 127 press 13 release 13 press 18 text € release 18");
	KEYS("\xe0\x5d\xe0\xdd\x25\xa5", "press 127 release 127 press 37 text k release 37");
	KEYS("\xe0\x5d\xe0\xdd\x1f\x9f\x25\xa5",        // no pair: both, once
	     "press 127 release 127 press 31 release 31 press 37 text s text k release 37");
	KEYS("\x28\xa8\x12\x92", "press 40 text ' release 40 press 18 text e release 18");
}

static void
test_set_2(void **state)
{
	(void)state;
	kbd.scan.set2 = true;
	KEYS("\x1c\xf0\x1c", "press 30 text a release 30");
	KEYS("\x83\xf0\x83", "press 65 release 65");                          // F7
	KEYS("\x07\xf0\x07\x78\xf0\x78", "press 88 release 88 press 87 release 87");
	KEYS("\x7e\xf0\x7e", "press 70 release 70");
	KEYS("\xe0\x75\xe0\xf0\x75", "press 103 release 103");
	KEYS("\xe0\x12\xe0\x7c\xe0\xf0\x7c\xe0\xf0\x12", "press 99 release 99"); // Print
	KEYS("\x11\x84\xf0\x84\xf0\x11", "press 56 press 99 release 99 release 56");
	KEYS("\xe1\x14\x77\xe1\xf0\x14\xf0\x77", "press 119 release 119");      // Pause
	KEYS("\x12\xf0\xfa\x12", "press 42 release 42");                      // among answers
	KEYS("\xf0\xe5\x1c\xf0\x1c", "press 30 text a release 30");            // garbage
	KEYS("\x1c\x00", "press 30 text a release 30");                       // overrun
	assert_true(kbd.scan.set2);
}

// Each key has one code in each set, and they mean the same.
static void
test_sets_agree(void **state)
{
	struct scancode two = { .set2 = true };
	bool seen[128] = { false };
	unsigned keys_found = 0;
	uint32_t key;
	(void)state;

	for (unsigned enhanced = 0; enhanced < 2; enhanced++) {
		for (unsigned byte = 1; byte < 0x85; byte++) {
			if (enhanced)
				scancode_byte(&two, 0xe0, &key);
			if (scancode_byte(&two, (uint8_t)byte, &key) != SCANCODE_MAKE)
				continue;
			keys_found += !seen[key];
			seen[key] = true;
		}
	}
	assert_int_equal(keys_found, 105 - 1 + 1);      // Pause's code is that of Ctrl+Pause
}

static void
test_plugged_again(void **state)
{
	(void)state;
	KEYS("\x2a\xaa", "press 42 release 42");
	assert_false(kbd.again);
	KEYS("\x1e\x1f\xaa", "press 30 text a press 31 text s release 30 release 31");
	assert_true(kbd.again);
	kbd.again = false;
	KEYS("\xe0\x2a\xe0\x53\xe0\xd3\xe0\xaa", "press 111 release 111");
	assert_false(kbd.again);
}

static void
test_lost_release(void **state)
{
	(void)state;
	// F12's release is lost; another key, then F12 again: no repetition
	KEYS("\x58\x1e\x9e\x58\xd8", "press 88 press 30 text a release 30 release 88 press 88 "
	     "release 88");
	// or much later
	KEYS("\x58", "press 88");
	line[0] = '\0';
	key_byte(0x58, 2501);
	assert_string_equal(line, "release 88 press 88");
	line[0] = '\0';
	key_byte(0x58, 2500);
	assert_string_equal(line, "repeat 88");
}

static void
test_overrun_and_stale_prefix(void **state)
{
	(void)state;
	KEYS("\x1e\x2a\xff\x9e\xaa", "press 30 text a press 42 release 30 release 42");
	KEYS("\xe0\x00\x48\xc8", "press 72 text 8 release 72");
	KEYS("\xe0", "");
	line[0] = '\0';
	key_byte(0x48, 501);
	assert_string_equal(line, "press 72 text 8");
}

static void
test_mouse(void **state)
{
	(void)state;
	MOUSE("\x08\x05\x03\x00", "move 5,-3");
	MOUSE("\x38\xff\xfe\x00", "move -1,2");
	MOUSE("\x09\x00\x00\x00", "press 272");
	MOUSE("\x0f\x01\x00\x00", "move 1,0 press 273 press 274");
	MOUSE("\x08\x00\x00\x01", "release 272 release 273 release 274 wheel 1");
	MOUSE("\x08\x00\x00\xff", "wheel -1");
	MOUSE("\x18\x00\x00\x00", "move -256,0");
	mouse.size = 3;
	MOUSE("\x08\x05\x03\x09\x00\x00", "move 5,-3 press 272");
}

static void
test_mouse_resync(void **state)
{
	(void)state;
	MOUSE("\x00\x07\x08\x05\x03\x00", "move 5,-3");         // not first bytes
	MOUSE("\x48\x7f\x7f\x00\x89\x01\x01\x00", "press 272");   // overflow: no motion
	MOUSE("\x08\x00\x00\x7f", "");                            // no wheel turns that far
	MOUSE("\x08\x01", "");                                    // then bytes are lost
	line[0] = '\0';
	packet_byte(0x08, 501);
	assert_string_equal(line, "");
	MOUSE("\x02\x00\x00", "move 2,0 release 272");
}

static void
test_five_buttons(void **state)
{
	(void)state;
	mouse.five = true;
	MOUSE("\x08\x00\x00\x10", "press 275");
	MOUSE("\x09\x00\x00\x30", "press 272 press 276");
	MOUSE("\x08\x02\x00\x2f", "move 2,0 release 272 release 275 wheel -1");
	MOUSE("\x08\x00\x00\x01", "release 276 wheel 1");
	MOUSE("\x08\x00\x00\x88", "");                          // two bits that are never set
	MOUSE("\x08\x00\x00\x41", "");
	MOUSE("\x08\x01\x00\x08", "move 1,0 wheel -8");
}

// A mouse that was exchanged without a word sends packets of three bytes.
static void
test_mouse_exchanged(void **state)
{
	(void)state;
	MOUSE("\x09\x00\x00\x00", "press 272");
	for (int i = 0; i < 100 && !mouse.again; i++) {
		for (int k = 0; k < 3; k++)
			packet_byte(k == 0 ? 0x08 : k == 1, 0);
	}
	assert_true(mouse.again);
	assert_int_equal(mouse.buttons, 0);
}

static void
test_mouse_plugged_again(void **state)
{
	(void)state;
	MOUSE("\x0b\x00\x00\x00", "press 272 press 273");
	MOUSE("\xaa\x00", "release 272 release 273");
	assert_true(mouse.again);
	mouse = (struct mouse){ 0 };            // there was none before
	MOUSE("\x00\xaa", "");
	assert_false(mouse.again);
	MOUSE("\x00", "");
	assert_true(mouse.again);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return 1;
	static const struct CMUnitTest tests[] = {
		TEST(test_plain_keys), TEST(test_repeat), TEST(test_enhanced_keys),
		TEST(test_print_and_pause), TEST(test_shift_and_locks),
		TEST(test_shortcuts_type_nothing),
		TEST(test_dead_keys), TEST(test_compose), TEST(test_set_2), TEST(test_sets_agree),
		TEST(test_plugged_again), TEST(test_five_buttons), TEST(test_mouse_exchanged),
		TEST(test_lost_release), TEST(test_overrun_and_stale_prefix),
		TEST(test_mouse),
		TEST(test_mouse_resync), TEST(test_mouse_plugged_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
