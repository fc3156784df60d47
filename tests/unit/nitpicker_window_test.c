// SPDX-License-Identifier: MIT
// lib/window: what the pointer does to a frame, in named cases and at random.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <draw/theme.h>
#include <session/keys.h>
#include <window/window.h>

static const struct rect screen = { 0, 24, 800, 576 };
static struct window w;

static int
setup(void **state)
{
	(void)state;
	w = (struct window){ .title = "A window", .view = 3, .r = { 100, 100, 300, 200 },
	                     .min_w = 120, .min_h = 80, .max_w = 400, .max_h = 300 };
	return 0;
}

// The pointer at x, y of the screen; view 0 lies at 40, 50.
static enum window_result
event(uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	bool over = x >= w.r.x && y >= w.r.y && x < w.r.x + w.r.w && y < w.r.y + w.r.h;
	struct input_event ev = { type, over ? w.view : 0xffff, code, x - 40, y - 50 };

	return window_event(&w, screen, 40, 50, &ev);
}

static void
expect(int32_t x, int32_t y, int32_t width, int32_t height)
{
	assert_int_equal(w.r.x, x);
	assert_int_equal(w.r.y, y);
	assert_int_equal(w.r.w, width);
	assert_int_equal(w.r.h, height);
}

static void
test_move(void **state)
{
	(void)state;
	event(INPUT_PRESS, BTN_LEFT, 150, 110);
	assert_int_equal(event(INPUT_MOTION, 0, 160, 130), WINDOW_CHANGED);
	expect(110, 120, 300, 200);
	assert_int_equal(event(INPUT_MOTION, 0, 160, 130), WINDOW_IGNORED);
	event(INPUT_MOTION, 0, -5000, -5000);           // within reach
	expect(48 - 300, 24, 300, 200);
	event(INPUT_MOTION, 0, 150, 110);               // where it was taken
	expect(100, 100, 300, 200);
	event(INPUT_RELEASE, BTN_LEFT, 150, 110);
	event(INPUT_MOTION, 0, 170, 110);
	expect(100, 100, 300, 200);
}

static void
test_resize(void **state)
{
	(void)state;
	event(INPUT_PRESS, BTN_LEFT, 398, 298);         // the corner
	event(INPUT_MOTION, 0, 418, 308);
	expect(100, 100, 320, 210);
	event(INPUT_MOTION, 0, 0, 0);
	expect(100, 100, 120, 80);
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	event(INPUT_PRESS, BTN_LEFT, 101, 140);         // the left edge
	event(INPUT_MOTION, 0, 51, 150);
	expect(50, 100, 170, 80);
	event(INPUT_MOTION, 0, -700, 150);              // the right edge stays
	expect(-180, 100, 400, 80);
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
}

static void
test_close(void **state)
{
	(void)state;
	assert_int_equal(event(INPUT_MOTION, 0, 390, 110), WINDOW_REDRAW);
	assert_true(w.over_close);
	event(INPUT_PRESS, BTN_LEFT, 390, 110);
	event(INPUT_MOTION, 0, 390, 160);
	assert_int_not_equal(event(INPUT_RELEASE, BTN_LEFT, 390, 160), WINDOW_CLOSED);
	event(INPUT_PRESS, BTN_RIGHT, 390, 110);
	assert_int_not_equal(event(INPUT_RELEASE, BTN_RIGHT, 390, 110), WINDOW_CLOSED);
	event(INPUT_PRESS, BTN_LEFT, 390, 110);
	assert_int_equal(event(INPUT_RELEASE, BTN_LEFT, 390, 110), WINDOW_CLOSED);
}

static void
test_content(void **state)
{
	struct input_event ev = { INPUT_PRESS, 3, BTN_LEFT, 111 - 40, 140 - 50 };

	(void)state;
	assert_int_equal(window_event(&w, screen, 40, 50, &ev), WINDOW_CONTENT);
	assert_int_equal(ev.x, 111 - 100 - 1);
	assert_int_equal(ev.y, 140 - 100 - THEME_TITLE_HEIGHT);
	// dragging from inside moves nothing, wherever it goes
	assert_int_equal(event(INPUT_MOTION, 0, 150, 105), WINDOW_CONTENT);
	assert_int_equal(event(INPUT_RELEASE, BTN_LEFT, 390, 110), WINDOW_CONTENT);
	expect(100, 100, 300, 200);
	assert_int_equal(event(INPUT_FOCUS, 1, 0, 0), WINDOW_REDRAW);
	assert_true(w.focused);
	// another window of the client lies there
	ev = (struct input_event){ INPUT_PRESS, 1, BTN_LEFT, 150 - 40, 110 - 50 };
	assert_int_equal(window_event(&w, screen, 40, 50, &ev), WINDOW_IGNORED);
	assert_int_equal(w.grip, WINDOW_NONE);
}

static void
test_parts(void **state)
{
	(void)state;
	assert_int_equal(window_part(&w, -1, 50), WINDOW_NONE);
	assert_int_equal(window_part(&w, 50, -1), WINDOW_NONE);
	assert_int_equal(window_part(&w, 300, 50), WINDOW_NONE);
	assert_int_equal(window_part(&w, 50, 200), WINDOW_NONE);
	assert_int_equal(window_part(&w, 299, 100), WINDOW_RIGHT);
	assert_int_equal(window_part(&w, 0, 100), WINDOW_LEFT);
	assert_int_equal(window_part(&w, 10, 199), WINDOW_LEFT | WINDOW_BOTTOM);
	assert_int_equal(window_part(&w, 290, 199), WINDOW_RIGHT | WINDOW_BOTTOM);
	assert_int_equal(window_part(&w, 0, 190), WINDOW_LEFT | WINDOW_BOTTOM);
	w.min_w = w.max_w = 300, w.min_h = w.max_h = 200;
	assert_int_equal(window_part(&w, 299, 199), WINDOW_INSIDE);
}

// Only the left button takes hold, once; the mark of the close button goes when
// the pointer does.
static void
test_buttons(void **state)
{
	(void)state;
	event(INPUT_PRESS, BTN_RIGHT, 150, 110);
	event(INPUT_MOTION, 0, 170, 130);
	expect(100, 100, 300, 200);
	event(INPUT_PRESS, BTN_LEFT, 150, 110);
	event(INPUT_PRESS, BTN_LEFT, 390, 110);
	event(INPUT_RELEASE, BTN_RIGHT, 150, 110);
	event(INPUT_MOTION, 0, 170, 130);
	expect(120, 120, 300, 200);
	event(INPUT_RELEASE, BTN_LEFT, 170, 130);
	event(INPUT_MOTION, 0, 410, 130);
	assert_true(w.over_close);
	event(INPUT_PRESS, BTN_LEFT, 410, 130);
	assert_int_equal(event(INPUT_MOTION, 0, 200, 250), WINDOW_REDRAW);
	assert_false(w.over_close);
	event(INPUT_RELEASE, BTN_LEFT, 200, 250);
	event(INPUT_MOTION, 0, 410, 130);
	event(INPUT_MOTION, 0, 200, 250);
	assert_false(w.over_close);
	event(INPUT_MOTION, 0, 410, 130);
	assert_int_equal(event(INPUT_LEAVE, 0, 0, 0), WINDOW_REDRAW);
	assert_false(w.over_close);
	event(INPUT_FOCUS, 1, 0, 0);
	event(INPUT_FOCUS, 0, 0, 0);
	assert_false(w.focused);
}

// Whatever comes, the limits hold.
static void
test_any_events(void **state)
{
	(void)state;
	srandom(1);
	for (unsigned n = 0; n < 500000; n++) {
		uint32_t code = (uint32_t[]){ BTN_LEFT, BTN_RIGHT, KEY_A }[random() % 3];
		struct input_event ev = {
			(uint16_t)(random() % INPUT_TYPES), random() % 4 ? 3 : 0xffff, code,
			(int32_t)(random() % 1200) - 200, (int32_t)(random() % 1000) - 200,
		};

		(void)window_event(&w, screen, 0, 0, &ev);
		assert_in_range(w.r.w, 120, 400);
		assert_in_range(w.r.h, 80, 300);
		assert_true(w.r.x + w.r.w >= 48 && w.r.x <= 800 - 48);
		assert_true(w.r.y >= 24 && w.r.y + THEME_TITLE_HEIGHT <= 600);
		assert_true(window_part(&w, 200, 5) <=
		            (WINDOW_BOTTOM | WINDOW_RIGHT | WINDOW_LEFT));
	}
}

// A small screen, a large one, the first again.
static void
test_screens(void **state)
{
	static const struct rect little = { 0, 24, 250, 150 }, large = { 0, 24, 1600, 1176 };

	(void)state;
	w.r.x = 600, w.r.y = 450;
	window_screen(&w, screen);
	expect(500, 400, 300, 200);
	window_screen(&w, little);
	expect(0, 24, 250, 150);
	window_screen(&w, large);               // as the client wanted it
	expect(600, 450, 300, 200);
	event(INPUT_PRESS, BTN_LEFT, 650, 460);
	event(INPUT_MOTION, 0, 1250, 1060);
	event(INPUT_RELEASE, BTN_LEFT, 1250, 1060);
	expect(800 - 48, 600 - 28, 300, 200);   // as far as `screen` lets the user
	w.r.x = 1200, w.r.y = 900;
	window_screen(&w, screen);
	expect(500, 400, 300, 200);
	window_screen(&w, large);               // as the user wanted it
	expect(1200, 900, 300, 200);
	w.min_w = 600, w.max_w = 600;
	window_screen(&w, (struct rect){ 0, 24, 320, 176 });
	expect(0, 24, 600, 176);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_move, setup),
		cmocka_unit_test_setup(test_resize, setup),
		cmocka_unit_test_setup(test_close, setup),
		cmocka_unit_test_setup(test_content, setup),
		cmocka_unit_test_setup(test_parts, setup),
		cmocka_unit_test_setup(test_buttons, setup),
		cmocka_unit_test_setup(test_any_events, setup),
		cmocka_unit_test_setup(test_screens, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
