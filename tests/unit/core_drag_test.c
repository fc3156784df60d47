// SPDX-License-Identifier: MIT
// A core's window and the pointer that drags it: positions count from where the window
// was when the button was pressed, however late the core sees the events.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <core/drag.h>
#include <session/keys.h>

static struct input_ring ring;
static struct core_window window;
static struct core_drag hold;
static unsigned shown;

void
core_show(struct core_window *w, int32_t x, int32_t y)
{
	w->r.x = x, w->r.y = y < 24 ? 24 : y;
	shown++;
}

static void
put(uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	static struct input_end end = { .ring = &ring };

	assert_true(input_put(&end, (struct input_event){ type, 0, code, x, y }));
}

// All that waits; returns how many events were not for the title bar.
static unsigned
handle(void)
{
	struct input_event ev;
	unsigned n = 0;

	while (core_event(&window, &hold, &ev))
		n++;
	return n;
}

static void
check_place(int32_t x, int32_t y)
{
	assert_int_equal(window.r.x, x);
	assert_int_equal(window.r.y, y);
}

static void
test_drag(void **state)
{
	(void)state;
	window.r = (struct rect){ 100, 100, 300, 200 };
	window.input.ring = &ring;
	put(INPUT_PRESS, BTN_LEFT, 50, 10);
	assert_int_equal(handle(), 0);
	put(INPUT_MOTION, 0, 60, 12);
	put(INPUT_MOTION, 0, 70, 14);
	assert_int_equal(handle(), 0);
	check_place(120, 104);
	assert_int_equal(shown, 1);
	put(INPUT_MOTION, 0, 75, 14);           // the window has moved, and does not jump
	assert_int_equal(handle(), 0);
	check_place(125, 104);
	put(INPUT_MOTION, 0, 75, -500);         // no higher, and back
	assert_int_equal(handle(), 0);
	check_place(125, 24);
	put(INPUT_MOTION, 0, 50, 10);
	put(INPUT_RELEASE, BTN_LEFT, 50, 10);
	put(INPUT_MOTION, 0, 90, 90);           // no longer held
	assert_int_equal(handle(), 1);
	check_place(100, 100);
}

static void
test_twice_at_once(void **state)
{
	(void)state;
	check_place(100, 100);
	put(INPUT_PRESS, BTN_LEFT, 50, 10);
	put(INPUT_MOTION, 0, 60, 10);
	put(INPUT_RELEASE, BTN_LEFT, 60, 10);
	// nitpicker does not know yet that the window has moved
	put(INPUT_PRESS, BTN_LEFT, 60, 10);
	put(INPUT_MOTION, 0, 60, 30);
	put(INPUT_RELEASE, BTN_LEFT, 60, 30);
	assert_int_equal(handle(), 0);
	check_place(110, 120);
}

static void
test_not_the_title_bar(void **state)
{
	(void)state;
	check_place(110, 120);
	put(INPUT_PRESS, BTN_RIGHT, 50, 10);
	put(INPUT_PRESS, BTN_LEFT, 50, 100);
	put(INPUT_MOTION, 0, 80, 100);
	put(INPUT_RELEASE, BTN_LEFT, 80, 100);
	assert_int_equal(handle(), 4);
	put(INPUT_PRESS, BTN_LEFT, 50, 10);
	put(INPUT_FOCUS, 0, 0, 0);              // whatever becomes of the release
	put(INPUT_MOTION, 0, 80, 10);
	assert_int_equal(handle(), 2);
	check_place(110, 120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drag), cmocka_unit_test(test_twice_at_once),
		cmocka_unit_test(test_not_the_title_bar),
	};

	return cmocka_run_group_tests_name("core_drag", tests, NULL, NULL);
}
