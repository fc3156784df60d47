// SPDX-License-Identifier: MIT
// input-drv's policy: scan codes, held keys and repeat, text, mouse packets;
// whatever bytes come, what goes out is consistent.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "input-drv/keyboard.h"
#include "input-drv/mouse.h"

static struct keyboard kbd;
static struct mouse mouse;
static struct input_event got[KEYBOARD_EVENTS];
static char line[2000];         // events in words, for comparison

static int
setup(void **state)
{
	(void)state;
	kbd = (struct keyboard){ .num = true };
	mouse = (struct mouse){ .size = 4 };
	return 0;
}

static void
print(unsigned n)
{
	static const char *const name[INPUT_TYPES] = {
		"?", "press", "release", "repeat", "text", "motion", "move", "wheel",
	};
	size_t at = strlen(line);

	for (unsigned i = 0; i < n; i++) {
		struct input_event *e = &got[i];

		assert_in_range(e->type, INPUT_PRESS, INPUT_WHEEL);
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s ", at > 0 ? " " : "",
		                       name[e->type]);
		if (e->type == INPUT_RELATIVE)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%d,%d", e->x, e->y);
		else if (e->type == INPUT_WHEEL)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%d", e->y);
		else if (e->type == INPUT_TEXT)
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%c", (char)e->code);
		else
			at += (size_t)snprintf(line + at, sizeof(line) - at, "%u", e->code);
	}
}

static void
keys(const char *bytes, size_t n, const char *expected)
{
	line[0] = '\0';
	for (size_t i = 0; i < n; i++)
		print(keyboard_byte(&kbd, (uint8_t)bytes[i], 0, got));
	assert_string_equal(line, expected);
}
#define KEYS(bytes, expected) keys(bytes, sizeof(bytes) - 1, expected)

static void
packets(const char *bytes, size_t n, const char *expected)
{
	line[0] = '\0';
	for (size_t i = 0; i < n; i++)
		print(mouse_byte(&mouse, (uint8_t)bytes[i], 0, got));
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
	KEYS("\x56\xd6", "press 86 text \\ release 86");
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
	KEYS("\x47\xc7\x4e\xce", "press 71 release 71 press 78 text + release 78");
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
test_whole_us_layout(void **state)
{
	static const char plain[] = "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ ";
	static const char shifted[] = "!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:\"~|ZXCVBNM<>? ";
	static const uint8_t first[][2] = {
		{ 2, 13 }, { 16, 27 }, { 30, 41 }, { 43, 53 }, { 57, 57 },
	};
	size_t n = 0;
	(void)state;

	for (size_t r = 0; r < sizeof(first) / sizeof(first[0]); r++) {
		for (uint32_t key = first[r][0]; key <= first[r][1]; key++, n++) {
			assert_int_equal(keymap_text(key, (struct keymap_state){ 0 }), plain[n]);
			assert_int_equal(keymap_text(key, (struct keymap_state){ .shift = true }),
			                 shifted[n]);
		}
	}
	assert_int_equal(n, strlen(plain));
	for (uint32_t key = 128; key < 400; key++)
		assert_int_equal(keymap_text(key, (struct keymap_state){ .num = true }), 0);
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
	print(keyboard_byte(&kbd, 0x58, 2501, got));
	assert_string_equal(line, "release 88 press 88");
	line[0] = '\0';
	print(keyboard_byte(&kbd, 0x58, 2500, got));
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
	print(keyboard_byte(&kbd, 0x48, 501, got));
	assert_string_equal(line, "press 72 text 8");
}

static uint32_t seed = 7;

static uint32_t
any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 9;
}

// A model of what a receiver may rely on.
static void
check_consistent(bool *held, const struct input_event *e, const struct input_event *previous)
{
	switch (e->type) {
	case INPUT_PRESS:
		assert_in_range(e->code, 1, KEY_COUNT - 1);
		assert_false(held[e->code]);
		held[e->code] = true;
		break;
	case INPUT_RELEASE:
		assert_in_range(e->code, 1, KEY_COUNT - 1);
		assert_true(held[e->code]);
		held[e->code] = false;
		break;
	case INPUT_REPEAT:
		assert_in_range(e->code, 1, 127);
		assert_true(held[e->code]);
		break;
	case INPUT_TEXT:
		assert_in_range(e->code, 0x20, 0x7e);
		assert_true(previous->type == INPUT_PRESS || previous->type == INPUT_REPEAT);
		break;
	case INPUT_RELATIVE:
		assert_in_range(e->x + 256, 0, 511);
		assert_in_range(e->y + 256, 0, 512);
		break;
	case INPUT_WHEEL:
		assert_in_range(e->y + 8, 0, 15);
		assert_int_not_equal(e->y, 0);
		break;
	default:
		fail_msg("event of type %u", e->type);
	}
}

static void
test_random_keyboard(void **state)
{
	bool held[KEY_COUNT] = { false };
	struct input_event previous = { 0 };
	unsigned most = 0;
	(void)state;

	for (int i = 0; i < 1000000; i++) {
		// few overruns, so that many keys are held at times
		uint8_t byte = (uint8_t)(any() % 1000 == 0 ? 0xff : 1 + any() % 254);
		unsigned n = keyboard_byte(&kbd, byte, any() % 100 ? 0 : any() % 4000, got);

		assert_in_range(n, 0, KEYBOARD_EVENTS);
		most = n > most ? n : most;
		for (unsigned k = 0; k < n; k++) {
			check_consistent(held, &got[k], &previous);
			previous = got[k];
		}
	}
	assert_true(most > 20);
	// everything can be let go: each key's release arrives or an overrun comes
	unsigned n = keyboard_byte(&kbd, 0xff, 0, got);
	for (unsigned k = 0; k < n; k++)
		check_consistent(held, &got[k], &previous);
	for (int key = 0; key < KEY_COUNT; key++)
		assert_false(held[key]);
}

static void
test_random_mouse(void **state)
{
	bool held[KEY_COUNT] = { false };
	int replugged = 0;
	(void)state;

	for (int i = 0; i < 1000000; i++) {
		unsigned n = mouse_byte(&mouse, (uint8_t)any(), any() % 100 ? 0 : any() % 1000, got);

		assert_in_range(n, 0, MOUSE_EVENTS);
		for (unsigned k = 0; k < n; k++)
			check_consistent(held, &got[k], NULL);
		if (mouse.again) {
			replugged++;
			mouse = (struct mouse){ .size = any() % 2 ? 3 : 4 };
		}
	}
	assert_true(replugged > 0);
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
	print(mouse_byte(&mouse, 0x08, 501, got));
	assert_string_equal(line, "");
	MOUSE("\x02\x00\x00", "move 2,0 release 272");
}

static void
test_mouse_plugged_again(void **state)
{
	(void)state;
	MOUSE("\x0b\x00\x00\x00", "press 272 press 273");
	MOUSE("\xaa\x00", "release 272 release 273");
	assert_true(mouse.again);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_plain_keys), TEST(test_repeat), TEST(test_enhanced_keys),
		TEST(test_print_and_pause), TEST(test_shift_and_locks),
		TEST(test_shortcuts_type_nothing), TEST(test_whole_us_layout),
		TEST(test_lost_release), TEST(test_overrun_and_stale_prefix),
		TEST(test_random_keyboard), TEST(test_random_mouse), TEST(test_mouse),
		TEST(test_mouse_resync), TEST(test_mouse_plugged_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
