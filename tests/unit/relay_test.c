// SPDX-License-Identifier: MIT
// A window's events as a driver would send them: whatever comes, the pointer inside
// is where ours is, and nothing stays held.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <session/keys.h>
#include "apps/legacy/screen/relay.h"

enum { W = 100, H = 60 };

static struct input_ring ring;
static struct relay relay;

// What the one inside believes.
static struct { struct input_end end; int32_t x, y; uint8_t held[KEY_COUNT]; } inside;

static int
setup(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof ring);
	memset(&inside, 0, sizeof inside);
	relay = (struct relay){ .ring = { &ring, 0, 0 }, .width = W, .height = H };
	inside.end = (struct input_end){ &ring, 0, 0 };
	inside.x = W / 2, inside.y = H / 2;
	return 0;
}

static int32_t
within(int32_t n, int32_t end)
{
	return n < 0 ? 0 : n >= end ? end - 1 : n;
}

static void
read_all(void)
{
	struct input_event ev;

	while (input_get(&inside.end, &ev)) {
		if (ev.type == INPUT_RELATIVE)
			inside.x = within(inside.x + ev.x, W),
			inside.y = within(inside.y + ev.y, H);
		else if (ev.type == INPUT_RESET)
			memset(inside.held, 0, sizeof inside.held);
		else if (ev.type == INPUT_PRESS || ev.type == INPUT_RELEASE)
			inside.held[ev.code] = ev.type == INPUT_PRESS;
	}
}

static void
send(uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	relay_event(&relay, &(struct input_event){ type, 0, code, x, y });
}

static void
expect_at(int32_t x, int32_t y)
{
	read_all();
	assert_int_equal(inside.x, x);
	assert_int_equal(inside.y, y);
}

static void
pointer_follows(void **state)
{
	(void)state;
	send(INPUT_MOTION, 0, 30, 20), expect_at(30, 20);
	send(INPUT_MOTION, 0, 31, 20), expect_at(31, 20);
	send(INPUT_MOTION, 0, -5, 20), expect_at(31, 20);       // outside, nothing held
	send(INPUT_PRESS, BTN_LEFT, -5, 20), expect_at(31, 20);
	assert_false(inside.held[BTN_LEFT]);
	send(INPUT_RELEASE, BTN_LEFT, 50, 20), expect_at(31, 20);
	send(INPUT_PRESS, BTN_LEFT, 40, 40), expect_at(40, 40);
	assert_true(inside.held[BTN_LEFT]);
	send(INPUT_MOTION, 0, 500, -9), expect_at(W - 1, 0);    // dragged out
	send(INPUT_RELEASE, BTN_LEFT, 500, -9), read_all();
	assert_false(inside.held[BTN_LEFT]);
}

static void
keys_and_focus(void **state)
{
	(void)state;
	send(INPUT_PRESS, KEY_A, 0, 0), read_all();
	assert_true(inside.held[KEY_A]);
	send(INPUT_FOCUS, 0, 0, 0), read_all();
	assert_false(inside.held[KEY_A]);
	relay_key(&relay, KEY_F12);
	struct input_event ev;

	assert_true(input_get(&inside.end, &ev));
	assert_int_equal(ev.type, INPUT_PRESS);
	assert_int_equal(ev.code, KEY_F12);
	assert_true(input_get(&inside.end, &ev));
	assert_int_equal(ev.type, INPUT_RELEASE);
	assert_false(input_get(&inside.end, &ev));
}

// The one inside sleeps while the ring overflows; then both agree again.
static void
full_ring(void **state)
{
	(void)state;
	send(INPUT_MOTION, 0, 10, 10);
	send(INPUT_PRESS, BTN_LEFT, 10, 10);
	for (int32_t i = 0; i < 3 * INPUT_SLOTS; i++)
		send(INPUT_MOTION, 0, i % W, i % H);
	send(INPUT_RELEASE, BTN_LEFT, 1, 1);    // lost
	read_all();
	send(INPUT_MOTION, 0, 70, 33), expect_at(70, 33);
	assert_false(inside.held[BTN_LEFT]);
}

static void
random_events(void **state)
{
	uint8_t down[KEY_COUNT] = { 0 };

	(void)state;
	srand(3);
	for (unsigned n = 0; n < 200000; n++) {
		uint32_t code = rand() % 3 != 0 ? BTN_LEFT + (uint32_t)rand() % 5 :
		                (uint32_t)rand() % 100;
		int32_t x = rand() % (2 * W) - W / 2, y = rand() % (2 * H) - H / 2;
		uint16_t type = (uint16_t)(rand() % 3 == 0 ? INPUT_PRESS :
		                           rand() % 2 ? INPUT_RELEASE : INPUT_MOTION);

		if (type != INPUT_MOTION && down[code] == (type == INPUT_PRESS))
			continue;       // nitpicker never sends this
		if (type != INPUT_MOTION)
			down[code] = type == INPUT_PRESS;
		send(type, code, x, y);
		if (rand() % (n / 1000 % 2 ? 3 : 700) == 0)
			read_all();
		if (n % 1000 == 999) {
			for (uint32_t k = 0; k < KEY_COUNT; k++)
				if (down[k])
					send(INPUT_RELEASE, k, 5, 5), down[k] = 0;
			read_all();
			send(INPUT_MOTION, 0, 9, 9), expect_at(9, 9);
			for (uint32_t k = 0; k < KEY_COUNT; k++)
				assert_false(inside.held[k]);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(pointer_follows, setup),
		cmocka_unit_test_setup(keys_and_focus, setup),
		cmocka_unit_test_setup(full_ring, setup),
		cmocka_unit_test_setup(random_events, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
