// SPDX-License-Identifier: MIT
// What counts as a change of a view: who waits until one has been at rest, or not covered,
// relies on it.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "nitpicker_world.h"

static const struct rect home = { 50, 40, 40, 40 };

static struct view *
view_of(unsigned s, uint32_t i)
{
	return &world->session[s]->views[i];
}

static uint32_t
screen(int32_t x, int32_t y)
{
	return world->screen[y * SCREEN_W + x] & 0xffffff;
}

static int
setup(void **state)
{
	(void)state;
	world_open_row(3);
	world->np.now = 1000;
	assert_int_equal(world_view(1, 0, home, 1, 2), OK);
	return 0;
}

// Another part of the buffer is a change and is shown; the same part again is none.
static void
test_turned(void **state)
{
	static const struct { int32_t bx, by; } turns[] = {
		{ 2, 2 }, { 2, 3 }, { -5, 3 }, { -5, -7 }, { 0, 0 },
	};
	const struct view *v = view_of(1, 0);

	(void)state;
	for (unsigned i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		int32_t bx = turns[i].bx, by = turns[i].by;
		uint64_t before = ++world->np.now;

		assert_int_equal(world_view(1, 0, home, bx, by), OK);
		assert_int_equal(v->since, before);
		for (int32_t y = 10; y < 30; y++)
			for (int32_t x = 10; x < 30; x++)
				assert_int_equal(screen(home.x + x, home.y + y), world->pixels[1]
				                 [(y + by) * 40 + x + bx] & 0xffffff);
		world->np.now++;
		assert_int_equal(world_view(1, 0, home, bx, by), OK);
		assert_int_equal(v->since, before);
	}
	world->np.now++;
	assert_int_equal(world_view(1, 0, (struct rect){ 51, 40, 40, 40 }, 0, 0), OK);
	assert_int_equal(v->since, world->np.now);
}

// Views that touch do not cover each other; a pixel more, and the one above does, and
// whatever it does is a change of the one below.
static void
test_neighbours(void **state)
{
	static const struct { int32_t x, y; } towards[] = {
		{ 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 },
	};
	const struct view *v = view_of(1, 0);

	(void)state;
	assert_int_equal(world_view(2, 0, (struct rect){ 0, 0, 0, 0 }, 0, 0), OK);
	for (unsigned i = 0; i < sizeof towards / sizeof towards[0]; i++)
		for (int32_t over = 0; over <= 1; over++) {
			const struct rect r = { home.x - towards[i].x * (40 - over),
			                        home.y - towards[i].y * (40 - over), 40, 40 };

			assert_int_equal(world_view(0, 0, home, 0, 0), OK);
			assert_int_equal(world_stack(0, 0, GUI_FRONT), OK);
			assert_false(stack_unobscured(v));
			assert_int_equal(world_view(0, 0, r, 0, 0), OK);
			assert_int_equal(stack_unobscured(v), over == 0);
			uint64_t before = v->since;

			world->np.now += 10;
			assert_int_equal(world_view(0, 0, r, 3, 3), OK);
			assert_int_equal(v->since, before);     // its own pixels only
			assert_int_equal(world_view(0, 0, (struct rect){ 0, 0, 0, 0 }, 0, 0), OK);
			assert_int_equal(v->since, over ? world->np.now : before);
			assert_true(stack_unobscured(v));
		}
}

// A view that is nowhere to be seen has no label, one that is has one inside of itself.
static void
test_labels(void **state)
{
	struct rect l;

	(void)state;
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	l = view_of(1, 0)->label;
	assert_true(l.w > 0 && l.h > 0 && rect_equal(rect_and(l, home), l));
	assert_int_equal(world_view(0, 0, home, 0, 0), OK);
	assert_int_equal(world_stack(0, 0, GUI_FRONT), OK);
	l = view_of(1, 0)->label;
	assert_int_equal(l.w * l.h, 0);
	assert_int_equal(world_view(0, 0, (struct rect){ 0, 0, 0, 0 }, 0, 0), OK);
	assert_true(view_of(1, 0)->label.w > 0);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_turned), CASE(test_neighbours), CASE(test_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
