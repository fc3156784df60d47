// SPDX-License-Identifier: MIT
// Whatever bytes come, the events that go out are consistent.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "input-drv/keyboard.h"
#include "input-drv/mouse.h"

static struct keyboard kbd;
static struct mouse mouse = { .size = 4 };
static bool held[KEY_COUNT];             // by the events so far
static struct input_event previous;
static unsigned count, most;            // events of this byte, of any byte

enum { RANDOM_BYTES = 1500000 };

static uint32_t seed = 7;

static uint32_t
any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 9;
}

// A model of what a receiver may rely on.
static void
check_consistent(const struct input_event *e)
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
		assert_true((e->code >= 0x20 && e->code <= 0x7e) ||
		            (e->code >= 0xa0 && e->code < 0x300) ||
		            (e->code >= 0x1e00 && e->code <= 0x20ff));
		assert_true(previous.type == INPUT_PRESS || previous.type == INPUT_REPEAT ||
		            previous.type == INPUT_TEXT);
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

void
emit(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	const struct input_event e = { (uint16_t)type, 0xffff, code, x, y };

	check_consistent(&e);
	previous = e;
	most = ++count > most ? count : most;
}

static void
start(void)
{
	memset(held, 0, sizeof held);
	previous = (struct input_event){ 0 };
	most = 0;
}

// Arbitrary bytes, in one scan code set and one layout.
static void
random_keyboard(bool set2, const struct keymap *map)
{
	start();
	kbd = (struct keyboard){ .num = true, .scan = { .set2 = set2 }, .map = map };
	for (int i = 0; i < RANDOM_BYTES; i++) {
		// few bytes that release everything, so that many keys are held at times
		uint8_t byte = (uint8_t)(any() % 254 + 1);
		if (any() % 1000 == 0)
			byte = 0xff;
		else if (byte == 0xaa && any() % 8 != 0)
			byte = 0x55;
		count = 0;
		keyboard_byte(&kbd, byte, any() % 100 ? 0 : any() % 4000);
	}
	assert_true(most > 10);
	// everything can be let go: each key's release arrives or an overrun comes
	keyboard_byte(&kbd, 0xff, 0);
	for (int key = 0; key < KEY_COUNT; key++)
		assert_false(held[key]);
}

static void
test_random_keyboard(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYMAPS; i++)
		random_keyboard(false, &keymaps[i]), random_keyboard(true, &keymaps[i]);
}

static void
test_random_mouse(void **state)
{
	int replugged = 0;
	(void)state;

	start();
	for (int i = 0; i < 3 * RANDOM_BYTES; i++) {
		count = 0;
		mouse_byte(&mouse, (uint8_t)any(), any() % 100 ? 0 : any() % 1000);
		assert_in_range(count, 0, 7);           // motion, five buttons, the wheel
		if (mouse.again) {
			for (int key = 0; key < KEY_COUNT; key++)
				assert_false(held[key]);
			replugged++;
			mouse = (struct mouse){ .size = any() % 2 ? 3 : 4, .five = any() % 2 };
		}
	}
	assert_true(replugged > 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_keyboard), cmocka_unit_test(test_random_mouse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
