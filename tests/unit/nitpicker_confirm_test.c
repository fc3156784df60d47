// SPDX-License-Identifier: MIT
// Confirmation: the table against all combinations of its facts, and what makes each fact,
// alone and with each other one, on a world where nothing else stands in the way.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <session/reset.h>
#include "nitpicker_world.h"

enum { REST = CONFIRM_LEAST_MS };

static const struct rect home = { 0, 40, 40, 40 };

static void
test_table(void **state)
{
	unsigned holds = 0;

	(void)state;
	assert_int_equal(CONFIRM_FACTS, 14);
	for (uint32_t facts = 0; facts < 1u << CONFIRM_FACTS; facts++)
		holds += confirm_holds(facts);
	assert_int_equal(holds, 1);
	assert_true(confirm_holds(0x3f));       // the six that must be, none of the others
}

static void
wait_ms(uint64_t ms)
{
	world->np.now += ms * KHZ;
}

// Session 0 is trusted, focused by a click into its view, and all has rested.
static void
open_question(void)
{
	world_open_row(1);
	world->np.now = 1000000;
	world_point(10, 50);
	wait_ms(REST);
	world_click(BTN_LEFT);
	wait_ms(REST);
}

static void
key(uint32_t code)
{
	world_event(INPUT_PRESS, code, 0, 0);
	world_event(INPUT_RELEASE, code, 0, 0);
}

static void
do_xray(void)
{
	if (!world->np.xray)
		key(KEY_F12);
}

static void
do_leave(void)
{
	do_xray();
	wait_ms(REST);
	key(KEY_F12);
	wait_ms(REST - 1);
}

static void
do_kill(void)
{
	if (!world->np.kill)
		key(KEY_F11);
}

static void
do_chord(void)
{
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	world->np.xray = false;         // whatever else it does
	wait_ms(4 * REST);
}

static void do_pick(void) { world->np.spot = world->session[1]; }

static void
do_glass(void)
{
	(void)!world_call(0, GUI_BUFFER, 3, (uint64_t[]){ 40, 40, 1 });
	wait_ms(REST);
}

static void
do_cover(void)
{
	(void)!world_view(1, 1, (struct rect){ 39, 79, 1, 1 }, 0, 0);
	wait_ms(REST);
}

static void
do_uncover(void)
{
	(void)!world_view(1, 1, (struct rect){ 20, 60, 1, 1 }, 0, 0);
	wait_ms(REST);
	(void)!world_view(1, 1, (struct rect){ 0, 0, 0, 0 }, 0, 0);
	wait_ms(REST - 1);
}

static void
do_outside(void)
{
	(void)!world_view(0, 0, (struct rect){ -1, 40, 40, 40 }, 0, 0);
	wait_ms(REST);
}

static void
do_under_strip(void)
{
	(void)!world_view(0, 0, (struct rect){ 0, STRIP - 1, 40, 40 }, 0, 0);
	wait_ms(REST);
}

static void
do_move(void)
{
	(void)!world_view(0, 0, (struct rect){ 1, 40, 40, 40 }, 0, 0);
	wait_ms(REST - 1);
}

static void
do_turn(void)
{
	(void)!world_view(0, 0, (struct rect){ 0, 40, 40, 40 }, 1, 0);
	wait_ms(REST - 1);
}

static void
do_restack(void)
{
	(void)!world_view(1, 1, (struct rect){ 20, 60, 30, 30 }, 0, 0);
	(void)!world_stack(0, 0, GUI_FRONT);
	wait_ms(REST - 1);
}

static void
do_new(void)
{
	(void)!world_view(0, 0, (struct rect){ 0, 0, 0, 0 }, 0, 0);
	(void)!world_view(0, 0, home, 0, 0);
	wait_ms(REST - 1);
}

static void
do_refocus(void)
{
	route_focus(&world->np, world->session[1]);
	wait_ms(REST);
	route_focus(&world->np, world->session[0]);
	wait_ms(REST - 1);
}

static void do_unfocus(void) { route_focus(&world->np, world->session[1]); }

static void
do_hold(void)
{
	world_event(INPUT_PRESS, KEY_LEFTSHIFT, 0, 0);
	world_event(INPUT_PRESS, KEY_ENTER, 0, 0);
}

// Pressed inside and released elsewhere, or pressed elsewhere.
static void
do_drag_out(void)
{
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	world_point(10, 110);
	world_event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	world_point(10, 50);
	wait_ms(REST);
}

static void
do_strip(void)
{
	world_point(10, 5);
	world_click(BTN_LEFT);
	world_point(10, 50);
	wait_ms(REST);
}

// The pointer has just come: a click that was aimed at something else.
static void
do_arrive(void)
{
	world_point(10, 110);
	world_point(10, 50);
	wait_ms(REST - 1);
}

// A click before the rest is over begins it anew: who clicks in a rhythm never confirms.
static void
do_rhythm(void)
{
	do_move();
	for (int i = 0; i < 10; i++) {
		world_click(BTN_LEFT);
		wait_ms(REST - 1);
	}
}

static void
do_legacy(void)
{
	world->plan[0].flags = 0;
}

static void
do_mode(void)
{
	nitpicker_screen(&world->np, world->np.screen);
	world_settle();
	wait_ms(REST - 1);
}

static void
do_reset(void)
{
	(void)!world_call(0, SESSION_RESET, 0, NULL);
	(void)!world_buffer(0, 40, 40);
	(void)!world_view(0, 0, home, 0, 0);
	wait_ms(REST);
}

static void (*const spoils[])(void) = {
	do_xray, do_kill, do_chord, do_pick, do_glass, do_cover, do_legacy,     // these last
	do_leave, do_uncover, do_outside, do_under_strip, do_move, do_turn, do_restack, do_new,
	do_refocus, do_unfocus, do_hold, do_drag_out, do_strip, do_arrive, do_rhythm, do_mode,
	do_reset,
};
enum { SPOILS = sizeof spoils / sizeof spoils[0], LASTING = 7 };

static void
test_each(void **state)
{
	(void)state;
	open_question();
	assert_int_equal(world_confirm(0, 0, 0), OK);
	assert_int_equal(world_confirm(0, 0, REST), OK);
	assert_int_equal(world_confirm(0, 0, REST + 1), ERR_REFUSED);
	assert_int_equal(world_confirm(0, 1, 0), ERR_ARG);
	assert_int_equal(world_confirm(0, 0, UINT64_MAX), ERR_ARG);
	world_close();
	for (unsigned i = 0; i < SPOILS; i++) {
		open_question();
		spoils[i]();
		if (world_confirm(0, 0, 0) != ERR_REFUSED)
			fail_msg("way %u is no obstacle", i);
		world_close();
	}
}

// Two obstacles never make up for each other.
static void
test_pairs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LASTING; i++)
		for (unsigned k = 0; k < SPOILS; k++) {
			open_question();
			spoils[i]();
			spoils[k]();
			if (world_confirm(0, 0, 0) == OK)
				fail_msg("way %u and then %u confirm", i, k);
			world_close();
		}
}

// Each obstacle goes away, and so it holds again after the rest.
static void
test_over(void **state)
{
	(void)state;
	open_question();
	do_cover();
	(void)!world_view(1, 1, (struct rect){ 40, 79, 1, 1 }, 0, 0);
	assert_int_equal(world_confirm(0, 0, 0), ERR_REFUSED);
	wait_ms(REST);
	assert_int_equal(world_confirm(0, 0, 0), OK);
	do_xray();
	key(KEY_F12);
	assert_int_equal(world_confirm(0, 0, 0), ERR_REFUSED);
	wait_ms(REST);
	assert_int_equal(world_confirm(0, 0, 0), OK);
	do_hold();
	assert_int_equal(world_confirm(0, 0, 0), ERR_REFUSED);
	world_event(INPUT_RELEASE, KEY_LEFTSHIFT, 0, 0);
	assert_int_equal(world_confirm(0, 0, 0), OK);           // Enter is what answers
	world_event(INPUT_RELEASE, KEY_ENTER, 0, 0);
	do_arrive();
	assert_int_equal(world_confirm(0, 0, 0), OK);           // no click answers
	world_close();
}

// A legacy session learns nothing by asking.
static void
test_no_oracle(void **state)
{
	(void)state;
	open_question();
	world_point(60, 50);
	world_click(BTN_LEFT);
	wait_ms(2 * REST);
	assert_int_equal(world_confirm(1, 0, 0), ERR_REFUSED);
	world_close();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), cmocka_unit_test(test_each),
		cmocka_unit_test(test_pairs), cmocka_unit_test(test_over),
		cmocka_unit_test(test_no_oracle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
