// SPDX-License-Identifier: MIT
// A driver's events as nitpicker would send them; and there and back: what relay.c
// makes of a gui session's events becomes the same events again.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <session/keys.h>
#include <window/bare.h>
#include "apps/legacy/screen/relay.h"

enum { W = 100, H = 60 };

static struct bare bare;

static void
expect(struct input_event in, struct input_event want)
{
	struct input_event out;

	assert_true(bare_event(&bare, &in, &out));
	assert_memory_equal(&out, &want, sizeof out);
}

static void
each_kind(void **state)
{
	struct input_event out;

	(void)state;
	bare = (struct bare){ W, H, 50, 30 };
	expect((struct input_event){ INPUT_RELATIVE, 0xffff, 0, 7, -3 },
	       (struct input_event){ INPUT_MOTION, 0, 0, 57, 27 });
	expect((struct input_event){ INPUT_RELATIVE, 0xffff, 0, INT32_MAX, INT32_MIN },
	       (struct input_event){ INPUT_MOTION, 0, 0, W - 1, 0 });
	expect((struct input_event){ INPUT_PRESS, 0xffff, BTN_LEFT, 0, 0 },
	       (struct input_event){ INPUT_PRESS, 0, BTN_LEFT, W - 1, 0 });
	expect((struct input_event){ INPUT_PRESS, 0xffff, KEY_A, 0, 0 },
	       (struct input_event){ INPUT_PRESS, 0xffff, KEY_A, 0, 0 });
	expect((struct input_event){ INPUT_WHEEL, 0xffff, 0, 0, -2 },
	       (struct input_event){ INPUT_WHEEL, 0xffff, 0, 0, -2 });
	expect((struct input_event){ INPUT_TEXT, 0xffff, 0x20ac, 0, 0 },
	       (struct input_event){ INPUT_TEXT, 0xffff, 0x20ac, 0, 0 });
	expect((struct input_event){ INPUT_RESET, 0xffff, 0, 0, 0 },
	       (struct input_event){ INPUT_FOCUS, 0xffff, 1, 0, 0 });
	for (uint16_t type = INPUT_TYPES; type < 300; type++)
		assert_false(bare_event(&bare, &(struct input_event){ type, 0, 0, 0, 0 }, &out));
}

static void
there_and_back(void **state)
{
	static struct input_ring ring;
	struct relay relay = { .ring = { &ring, 0, 0 }, .width = W, .height = H };
	struct input_end end = { &ring, 0, 0 };

	(void)state;
	bare = (struct bare){ W, H, 50, 30 };
	srand(5);
	for (unsigned n = 0; n < 20000; n++) {
		struct input_event ev = { INPUT_MOTION, 0, 0, rand() % W, rand() % H };
		struct input_event raw, out = { 0 };
		bool button = rand() % 4 == 0;

		if (button)
			ev.type = n % 2 ? INPUT_PRESS : INPUT_RELEASE, ev.code = BTN_LEFT;
		if (ev.type == INPUT_RELEASE && !relay.held)
			continue;
		if (ev.type == INPUT_PRESS && relay.held)
			continue;
		relay_event(&relay, &ev);
		while (input_get(&end, &raw))
			assert_true(bare_event(&bare, &raw, &out));
		assert_int_equal(bare.x, ev.x);
		assert_int_equal(bare.y, ev.y);
		if (button) {
			assert_int_equal(out.type, ev.type);
			assert_int_equal(out.x, ev.x);
			assert_int_equal(out.y, ev.y);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind), cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
