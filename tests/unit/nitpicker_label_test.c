// SPDX-License-Identifier: MIT
// Who is who cannot be crowded out: the legend and the labels of X-ray mode, the frames and
// the strip of normal mode, whatever views a client piles up.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <session/reset.h>
#include "nitpicker_world.h"

enum { WIDE = 640, HIGH = 400 };

static uint32_t
at(int32_t x, int32_t y)
{
	return world->screen[y * WIDE + x] & 0xffffff;
}

static void
expect_text(const char *text, int32_t x, int32_t y, uint32_t fg, uint32_t bg)
{
	if (!world_shows_text(text, x, y, fg, bg))
		fail_msg("no \"%s\" at %d,%d", text, x, y);
}

static void
toggle(void)
{
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	world_event(INPUT_RELEASE, KEY_F12, 0, 0);
}

static int
setup(void **state)
{
	(void)state;
	world_seed(5);
	world_open(WIDE, HIGH, 64, WIDE * HIGH);
	for (unsigned s = 0; s < SESSIONS; s++)
		assert_int_equal(world_buffer(s, WIDE, HIGH), OK);
	assert_int_equal(world_view(0, 0, (struct rect){ 40, 60, 300, 200 }, 0, 0), OK);
	assert_int_equal(world_view(1, 0, (struct rect){ 200, 120, 350, 240 }, 0, 0), OK);
	return 0;
}

// Every session is in the legend, with colour, label and lines, whatever covers the screen.
static void
expect_legend(void)
{
	struct rect l = world->np.still.legend;

	assert_int_equal(l.y + l.h, HIGH);
	for (unsigned s = 0; s < SESSIONS; s++) {
		struct rect e = world->session[s]->entry;
		bool views = world->session[s]->has_views;
		uint32_t colour = world->session[s]->colour;

		expect_text(world->plan[s].label, e.x + 6, e.y + 2, views ? COLOUR_BLACK : colour,
		            views ? colour : COLOUR_BLACK);
		assert_ptr_equal(legend_at(&world->np, e.x, e.y), world->session[s]);
		for (unsigned k = 0; k < s; k++)
			assert_true(rect_empty(rect_and(e, world->session[k]->entry)));
	}
}

// How much of the screen does each session cover?
static void
count(int32_t n[SESSIONS])
{
	memset(n, 0, SESSIONS * sizeof *n);
	for (int32_t y = STRIP; y < world->np.still.legend.y; y++)
		for (int32_t x = 0; x < WIDE; x++) {
			const struct view *v = stack_at(&world->np, x, y);

			for (unsigned s = 0; s < SESSIONS && v != NULL; s++)
				n[s] += v->session == world->session[s];
		}
}

// A label with all of its name, on its own view or above everything.
static void
expect_named(unsigned s)
{
	const struct session *p = world->session[s];
	struct rect l = p->label;
	int32_t w = (int32_t)strlen(p->plan->label) * GLYPH_W + 2 * LABEL_INDENT;

	for (const struct view *v = world->np.still.top; v != NULL; v = v->still.below)
		if (v->session == p && v->label.w >= w && rect_empty(l))
			l = v->label;
	if (rect_empty(l))
		fail_msg("%s covers the screen without a label", p->plan->label);
	expect_text(p->plan->label, l.x + LABEL_INDENT, l.y + (l.h - GLYPH_H) / 2, COLOUR_BLACK,
	            p->colour);
}

static struct rect
stripe(uint32_t i)
{
	return (struct rect){ 0, STRIP + (int32_t)i * 15, WIDE, 1 };
}

static struct rect
over_window(uint32_t i)
{
	return (struct rect){ 40, 60 + (int32_t)i * 9, 300, 2 };
}

static struct rect
upright(uint32_t i)
{
	return (struct rect){ (int32_t)i * 11, STRIP, 1, HIGH };
}

static struct rect
anywhere(uint32_t i)
{
	(void)i;
	return (struct rect){ (int32_t)world_random(WIDE), (int32_t)world_random(HIGH),
	                      (int32_t)world_random(200), (int32_t)world_random(20) };
}

// No arrangement of views takes the labels away.
static void
test_not_crowded_out(void **state)
{
	static struct rect (*const place[])(uint32_t) = { stripe, over_window, upright, anywhere };

	(void)state;
	snprintf(world->plan[1].tcb, sizeof world->plan[1].tcb, "12,345 lines");
	world_point(WIDE - 1, STRIP);
	for (unsigned n = 0; n < 24 * world_rounds(); n++) {
		int32_t covers[SESSIONS];

		for (uint32_t i = 0; i < 62; i++) {
			unsigned s = n % 8 < 4 ? 1 : 1 + world_random(3);

			(void)!world_view(1, i + 2, (struct rect){ 0, 0, 0, 0 }, 0, 0);
			assert_int_equal(world_view(s, i + 2, place[n % 4](i), 0, 0), OK);
		}
		toggle();
		expect_legend();
		count(covers);
		for (unsigned s = 0; s < SESSIONS; s++)
			if (covers[s] > WIDE * world->np.still.body.h / 100)
				expect_named(s);
		toggle();
	}
}

// In normal mode a view has a thin frame of its session's colour, whatever the client paints
// and refreshes; children inside of their parents have none.
static void
test_frame(void **state)
{
	(void)state;
	assert_int_equal(world_view(1, 1, (struct rect){ 10, 300, 30, 30 }, 0, 0), OK);
	assert_int_equal(world_child(1, 2, 1, (struct rect){ 2, 2, 20, 20 }, 0, 0), OK);
	assert_int_equal(world_child(1, 3, 1, (struct rect){ 20, 20, 20, 20 }, 0, 0), OK);
	world_point(WIDE - 1, STRIP);
	for (unsigned n = 0; n < 2; n++) {
		memset(world->pixels[1], 0x77, WIDE * HIGH * 4);
		assert_int_equal(world_refresh(1, (struct rect){ 0, 0, WIDE, HIGH }), OK);
		for (int32_t d = 0; d < 3; d++) {
			uint32_t want = d < 2 ? world->session[1]->colour : 0x777777;

			assert_int_equal(at(200 + d, 200), want);
			assert_int_equal(at(549 - d, 200), want);
			assert_int_equal(at(400, 120 + d), want);
			assert_int_equal(at(400, 359 - d), want);
			assert_int_equal(at(30 + d, 330), want);
		}
		assert_int_equal(at(12, 310), 0x777777);
		assert_int_equal(at(10, 310), world->session[1]->colour);
	}
	assert_int_equal(world_view(1, 1, (struct rect){ 10, 300, 4, 30 }, 0, 0), OK);
	assert_int_equal(at(12, 310), world->session[1]->colour);
}

// The strip says whose view is under the pointer, also when that view comes to the pointer.
static void
test_pointed_session(void **state)
{
	(void)state;
	world_point(100, 200);
	world_click(BTN_LEFT);
	expect_text("A scenario", WIDE - 88, 4, COLOUR_STRIP_SECOND, COLOUR_STRIP);
	assert_int_equal(at(150, 4), COLOUR_STRIP);
	world_point(500, 200);
	expect_text("pointer at", 144, 4, COLOUR_STRIP_TEXT, COLOUR_STRIP);
	expect_text("mail", 240, 4, COLOUR_BLACK, world->session[1]->colour);
	expect_text("legacy", 288, 4, COLOUR_LEGACY, COLOUR_STRIP);
	assert_int_equal(world_view(2, 0, (struct rect){ 490, 190, 50, 50 }, 0, 0), OK);
	expect_text("viewer", 240, 4, COLOUR_BLACK, world->session[2]->colour);
	assert_int_equal(world_stack(2, 0, true), OK);
	expect_text("mail", 240, 4, COLOUR_BLACK, world->session[1]->colour);
	assert_int_equal(world_call(1, SESSION_RESET, 0, NULL), OK);
	expect_text("viewer", 240, 4, COLOUR_BLACK, world->session[2]->colour);
	assert_int_equal(world_call(2, SESSION_RESET, 0, NULL), OK);
	for (int32_t x = 136; x < 300; x++)
		assert_int_equal(at(x, 10), COLOUR_STRIP);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_not_crowded_out), CASE(test_frame), CASE(test_pointed_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
