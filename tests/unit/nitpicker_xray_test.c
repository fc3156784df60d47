// SPDX-License-Identifier: MIT
// X-ray mode: no client pixel, whatever its colour, looks like one of
// nitpicker's own; labels are there, legible, and not to be covered.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <session/reset.h>
#include "nitpicker_world.h"

#define OURS(c) ((c) < 0x30u || (c) > 0xafu)
#define COLOUR_OURS(c) (OURS((c) >> 16 & 0xffu) || OURS((c) >> 8 & 0xffu) || OURS((c) & 0xffu))

// What nitpicker draws in X-ray mode.
_Static_assert(COLOUR_OURS(COLOUR_BLACK), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_WHITE), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_DESKTOP_XRAY), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_STRIP), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_STRIP_TEXT), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_STRIP_SECOND), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_TRUSTED), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_LEGACY), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_KILL), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_TITLE), "X-ray");
_Static_assert(COLOUR_OURS(COLOUR_TITLE_TEXT), "X-ray");

enum { WIDE = 640, HIGH = 400, CUBE = 1 << 24 };

static bool
is_client(uint32_t c)
{
	for (unsigned shift = 0; shift < 24; shift += 8)
		if ((c >> shift & 0xff) < 0x30 || (c >> shift & 0xff) > 0xaf)
			return false;
	return true;
}

// All colours there are, dimmed with the darkest, brightest and a middle tint.
static void
test_colour_cube(void **state)
{
	static const uint32_t plan[] = { 0x000000, 0xffffff, 0xff922b, 0x0000ff };
	uint32_t *src = malloc(CUBE * 4ul), *dst = malloc(CUBE * 4ul);
	struct canvas c = { dst, 4096, { 0, 0, 4096, 4096 } };

	(void)state;
	for (uint32_t i = 0; i < CUBE; i++)
		src[i] = i | 0xa5000000;
	for (unsigned k = 0; k < 4; k++) {
		uint32_t tint = colour_tint(plan[k]);

		canvas_copy(&c, c.area, src, 4096, row_dim, tint);
		for (uint32_t i = 0; i < CUBE; i++)
			if (!is_client(dst[i]) ||
			    (dst[i] & 0xffffff) != ((i >> 2 & 0x3f3f3f) + tint))
				fail_msg("%06x with tint %06x becomes %06x", i, tint, dst[i]);
	}
	free(src);
	free(dst);
}

// Every width and alignment, nothing beside the rectangle.
static void
test_dim_edges(void **state)
{
	uint32_t src[100], dst[102];

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		src[i] = i * 0x01030507;
	for (int32_t w = 1; w < 100; w++)
		for (int32_t x = 0; x < 2; x++) {
			struct canvas c = { dst, 102, { 0, 0, 102, 1 } };

			memset(dst, 0x77, sizeof dst);
			canvas_copy(&c, (struct rect){ 1 + x, 0, w, 1 }, src, 100, row_dim,
			            0x304050);
			for (int32_t i = 0; i < 102; i++) {
				uint32_t want = i > x && i <= w + x ?
					(src[i - 1 - x] >> 2 & 0x3f3f3f) + 0x304050 : 0x777777;
				assert_int_equal(dst[i] & 0xffffff, want);
			}
			assert_int_equal(dst[0], 0x77777777);
			assert_int_equal(dst[101], 0x77777777);
		}
}

// Labels and frames of any plan colour are ours, and black on them is legible.
static void
test_plan_colours(void **state)
{
	(void)state;
	for (uint32_t plan = 0; plan < CUBE; plan++) {
		uint32_t c = colour_label(plan), tint = colour_tint(plan);

		if (plan >> 16 < 0xd0 && (plan >> 8 & 0xff) < 0xd0 && (plan & 0xff) < 0xd0)
			continue;       // tools/mkplan refuses it
		if (is_client(c) || c >> 24 != 0)
			fail_msg("plan colour %06x becomes %06x", plan, c);
		if (2 * (c >> 16) + 5 * (c >> 8 & 0xff) + (c & 0xff) < 8 * 0x70)
			fail_msg("plan colour %06x becomes %06x: too dark", plan, c);
		if (!is_client(tint))
			fail_msg("plan colour %06x has tint %06x", plan, tint);
	}
	assert_int_equal(colour_label(0xff922b), 0xff922b);
}

static uint32_t
at(int32_t x, int32_t y)
{
	return world->screen[y * WIDE + x] & 0xffffff;
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
	assert_int_equal(world_title(1, 0, "Drafts"), OK);
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	return 0;
}

// On a whole screen of random client pixels: what is inside of a view's frame
// and outside of its label is the client's, everything else is ours.
static void
test_screen(void **state)
{
	(void)state;
	world_point(100, 200);
	world_click(BTN_LEFT);
	for (int32_t y = 0; y < HIGH; y++)
		for (int32_t x = 0; x < WIDE; x++) {
			const struct view *v = stack_at(&world->np, x, y);
			bool client = v != NULL && !rect_has(v->label, x, y) &&
				rect_has(rect_inset(v->r, 7), x, y);

			if (!rect_has(world->np.pointer, x, y))
				assert_int_equal(is_client(at(x, y)), client);
		}
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

static void
test_label_text(void **state)
{
	struct session *s = world->session[1];
	struct rect l = s->views[0].label;

	(void)state;
	assert_int_equal(l.w, (4 + 6) * 8 + 4 * 6);
	expect_text("mail", l.x + 6, l.y + 2, COLOUR_BLACK, s->colour);
	expect_text("Drafts", l.x + 4 * 8 + 18, l.y + 2, COLOUR_TITLE_TEXT, COLOUR_TITLE);
	// a title is text of the client's, in its place, and nothing else
	assert_int_equal(world_title(1, 0, "a\x1b\n\xc3\xa4" "b"), OK);
	expect_text("Drafts", l.x + 4 * 8 + 18, l.y + 2, COLOUR_TITLE_TEXT, COLOUR_TITLE);
	toggle();
	toggle();
	l = s->views[0].label;
	expect_text("a????b", l.x + 4 * 8 + 18, l.y + 2, COLOUR_TITLE_TEXT, COLOUR_TITLE);
}

// A client puts views wherever the label is: it moves to what is left to see.
static void
test_label_floats(void **state)
{
	struct view *v = &world->session[0]->views[0];

	(void)state;
	for (uint32_t i = 1; i < 24; i++) {
		struct rect l = v->label;

		assert_true(l.w * l.h > 0);
		assert_int_equal(world_view(1, i, l, 0, 0), OK);
		assert_true(rect_equal(v->label, l));
		toggle();
		toggle();
		for (int32_t y = v->label.y; y < v->label.y + v->label.h; y++)
			for (int32_t x = v->label.x; x < v->label.x + v->label.w; x++)
				assert_ptr_equal(stack_at(&world->np, x, y), v);
		if (i < 8) {
			assert_int_equal(v->label.w, 6 * 8 + 2 * 6);
			expect_text("signer", v->label.x + 6, v->label.y + 2, COLOUR_BLACK,
			            world->session[0]->colour);
		}
	}
}

static void
test_strip(void **state)
{
	struct session *s = world->session[0];

	(void)state;
	assert_int_equal(world_view(1, 9, (struct rect){ 0, 0, WIDE, HIGH }, 0, 0), OK);
	expect_text("no focus", 8, 4, COLOUR_STRIP_SECOND, COLOUR_STRIP);
	expect_text("X-RAY", WIDE - 48, 4, COLOUR_BLACK, COLOUR_WHITE);
	expect_text("A scenario", WIDE - 56 - 88, 4, COLOUR_STRIP_SECOND, COLOUR_STRIP);
	world_event(INPUT_PRESS, KEY_SCROLLLOCK, 0, 0);
	expect_text("A scenario", WIDE - 88, 4, COLOUR_STRIP_SECOND, COLOUR_STRIP);
	assert_int_equal(world_view(1, 9, (struct rect){ 0, 0, 0, 0 }, 0, 0), OK);
	world_point(50, 70);
	world_click(BTN_LEFT);
	expect_text("signer", 8, 4, COLOUR_BLACK, s->colour);
	expect_text("trusted", 72, 4, COLOUR_TRUSTED, COLOUR_STRIP);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	expect_text("KILL MODE", 8, 4, COLOUR_WHITE, COLOUR_KILL);
	assert_int_equal(at(WIDE - 1, STRIP - 1), COLOUR_KILL);
	assert_true(world->session[1]->views[0].label.w > 0);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	expect_text("signer", 8, 4, COLOUR_BLACK, s->colour);
	// a machine without keyboard says so, in each mode, until one is there
	world_event(INPUT_KEYBOARD, 0, 0, 0);
	expect_text("no keyboard", WIDE - 96, 4, COLOUR_WHITE, COLOUR_KILL);
	expect_text("A scenario", WIDE - 104 - 88, 4, COLOUR_STRIP_SECOND, COLOUR_STRIP);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	expect_text("no keyboard", WIDE - 96, 4, COLOUR_WHITE, COLOUR_KILL);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	world_event(INPUT_KEYBOARD, 1, 0, 0);
	expect_text("A scenario", WIDE - 88, 4, COLOUR_STRIP_SECOND, COLOUR_STRIP);
	// normal mode again: the clients' own pixels
	assert_int_equal(at(300, 200), world->pixels[1][80 * WIDE + 100] & 0xffffff);
}

// As it may be seen: without what the pointer covers.
static void
picture(uint32_t *copy)
{
	world_point(WIDE - 1, HIGH - 1);
	for (int32_t y = STRIP; y < HIGH; y++)
		for (int32_t x = 0; x < WIDE; x++)
			copy[y * WIDE + x] = at(x, y);
}

// All that a client can do.
static void
react(unsigned s)
{
	for (uint32_t i = 0; i < 8; i++) {
		(void)!world_view(s, i, (struct rect){ (int32_t)world_random(WIDE),
			(int32_t)world_random(HIGH), (int32_t)world_random(300),
			(int32_t)world_random(300) }, (int32_t)world_random(9), 0);
		(void)!world_stack(s, i, world_random(2));
		(void)!world_title(s, i, "Mail signer");
	}
	memset(world->pixels[s], (int)world_random(256), WIDE * HIGH * 4);
	(void)!world_call(s, GUI_BUFFER, 3, (uint64_t[]){ 100, 100, world_random(2) });
	(void)!world_refresh(s, (struct rect){ 0, 0, WIDE, HIGH });
	(void)!world_view(s, 0, (struct rect){ 0, 0, 0, 0 }, 0, 0);
}

// In both modes, whatever a client does, and wherever the pointer goes meanwhile, the picture
// stays, and what is clicked is what is seen.
static void
test_stands_still(void **state)
{
	static uint32_t before[WIDE * HIGH], after[WIDE * HIGH];

	(void)state;
	toggle();
	for (unsigned n = 0; n < 200; n++) {
		uint32_t key = n % 2 ? KEY_F11 : KEY_F12;

		react(1);
		react(2);
		world_event(INPUT_PRESS, key, 0, 0);
		picture(before);
		const struct view *v = stack_at(&world->np, 300, 200);

		for (unsigned k = 0; k < 3; k++) {
			react(1 + k % 2);
			world_point((int32_t)world_random(WIDE), (int32_t)world_random(HIGH));
			do                      // the user looks at one after the other
				world_event(INPUT_PRESS, KEY_TAB, 0, 0);
			while (world->np.spot != NULL);
		}
		assert_ptr_equal(stack_at(&world->np, 300, 200), v);
		picture(after);
		assert_memory_equal(before, after, sizeof before);
		world_event(INPUT_PRESS, key, 0, 0);
		world_event(INPUT_RELEASE, key, 0, 0);
	}
}

// The focused session's pixels are live if its role is trusted, in the places that they had.
static void
test_live(void **state)
{
	(void)state;
	for (unsigned s = 0; s < 2; s++) {
		int32_t x = s == 0 ? 100 : 500, y = 200;

		world_point(x, y);
		world_click(BTN_LEFT);
		world_point(5, 300);
		assert_ptr_equal(world->np.focus, world->session[s]);
		uint32_t before = at(x, y);

		for (unsigned i = 0; i < WIDE * HIGH; i++)
			world->pixels[s][i] = ~world->pixels[s][i];
		assert_int_equal(world_refresh(s, (struct rect){ 0, 0, WIDE, HIGH }), OK);
		assert_int_equal(at(x, y) != before, s == 0);
		assert_true(is_client(at(x, y)));
	}
}

// Who ends meanwhile is hatched at once, with its label; on another screen nothing is read.
static void
test_ended(void **state)
{
	const struct view *v = &world->session[1]->views[0];
	struct rect l = v->label;
	unsigned black = 0;

	(void)state;
	assert_int_equal(world_call(1, SESSION_RESET, 0, NULL), OK);
	expect_text("mail", l.x + 6, l.y + 2, COLOUR_BLACK, world->session[1]->colour);
	for (int32_t x = 400; x < 500; x++) {
		assert_true(at(x, 250) == COLOUR_BLACK || at(x, 250) == world->session[1]->colour);
		black += at(x, 250) == COLOUR_BLACK;
	}
	assert_true(black > 20 && black < 80);
	// one that has another title now keeps the label that it has
	l = world->session[0]->views[0].label;
	assert_int_equal(world_title(0, 0, "a much longer title"), OK);
	session_lock_out(&world->np, world->session[2]);
	world_settle();
	assert_true(rect_equal(world->session[0]->views[0].label, l));
	expect_text("signer", l.x + 6, l.y + 2, COLOUR_BLACK, world->session[0]->colour);
	nitpicker_screen(&world->np, world->np.screen);
	world_settle();
	assert_int_equal(at(100, 200), world->session[0]->tint);
	assert_true(at(400, 250) != at(408, 250));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colour_cube), cmocka_unit_test(test_dim_edges),
		cmocka_unit_test(test_plan_colours), CASE(test_screen), CASE(test_label_text),
		CASE(test_label_floats), CASE(test_strip), CASE(test_stands_still),
		CASE(test_live), CASE(test_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
