// SPDX-License-Identifier: MIT
// Nitpicker's views: what counts as a change of one (who waits until it has been at rest, or
// not covered, relies on it), what is shown of one, what is written on one.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <draw/labelfont.h>
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

// A refresh shows each pixel of what it names, the buffer's first and last ones, too, and
// whatever size it claims.  No frame: where there is one, see nitpicker_xray_test.c.
static void
test_refresh(void **state)
{
	static const struct rect parts[] = {
		{ 0, 0, 40, 1 }, { 0, 39, 40, 1 }, { 0, 0, 1, 40 }, { 39, 0, 1, 40 },
		{ 0, 0, 40, 40 }, { -9, -9, 10, 10 }, { 39, 39, 1000, 1000 },
	};

	(void)state;
	world->plan[1].flags |= STARTUP_CLIENT_FRAMELESS;
	world_point(SCREEN_W - 1, SCREEN_H - 1);        // not over it
	assert_int_equal(world_view(1, 0, home, 0, 0), OK);
	paint_all(&world->np);
	world_settle();
	for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		for (unsigned k = 0; k < 40 * 40; k++)
			world->pixels[1][k] ^= 0xffffff;
		assert_int_equal(world_refresh(1, parts[i]), OK);
		for (int32_t y = 0; y < 40; y++)
			for (int32_t x = 0; x < 40; x++) {
				uint32_t now = world->pixels[1][y * 40 + x] & 0xffffff;
				bool in = rect_has(parts[i], x, y);

				assert_int_equal(screen(home.x + x, home.y + y),
				                 in ? now : now ^ 0xffffff);
			}
		assert_int_equal(world_refresh(1, (struct rect){ 0, 0, 40, 40 }), OK);
	}
}

static void
expect_at(unsigned s, uint16_t view, int32_t x, int32_t y)
{
	struct input_event ev, last = { .type = UINT16_MAX };

	while (input_get(&world->client[s], &ev))
		last = ev;
	assert_int_equal(last.type, INPUT_MOTION);
	assert_int_equal(last.view, view);
	assert_int_equal(last.x, x);
	assert_int_equal(last.y, y);
}

// A motion says which of its own views the pointer is in, and of nobody else's.
static void
test_pointed_view(void **state)
{
	(void)state;
	assert_int_equal(world_view(1, 3, (struct rect){ 60, 50, 10, 10 }, 0, 0), OK);
	world_point(52, 42);
	world_click(BTN_LEFT);
	world_point(53, 43);
	expect_at(1, 0, 3, 3);
	world_point(65, 55);
	expect_at(1, 3, 15, 15);
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	world_point(105, 44);           // another session's
	expect_at(1, NO_VIEW, 55, 4);
	world_point(54, 110);           // nobody's
	expect_at(1, NO_VIEW, 4, 70);
	world_point(52, 41);
	expect_at(1, 0, 2, 1);
}

// A pixel of texts in a box as canvas.h says, one by one; UINT32_MAX: left as it was.
static uint32_t
text_pixel(const struct rect *box, int32_t indent, const struct text *t, unsigned n,
           int32_t px, int32_t py)
{
	int32_t x = box->x, y = box->y + (box->h - GLYPH_H) / 2;

	for (; n > 0 && rect_has(*box, px, py); n--, t++) {
		int32_t len = (int32_t)strlen(t->s), i = px - x - indent;

		if (len == 0)
			continue;
		if (px < x + GLYPH_W * len + 2 * indent) {
			if (i < 0 || i >= GLYPH_W * len || py < y || py >= y + GLYPH_H)
				return t->bg;
			uint8_t ch = (uint8_t)t->s[i / GLYPH_W];
			bool ascii = ch >= ' ' && ch <= '~';

			return label_font[(ascii ? ch : '?') - ' '][py - y] & 0x80 >> i % GLYPH_W
			       ? t->fg : t->bg;
		}
		x += GLYPH_W * len + 2 * indent;
	}
	return UINT32_MAX;
}

static void
test_text(void **state)
{
	enum { W = 90, H = 30, BEFORE = 0x777777 };
	static const struct text texts[] = {
		{ "a\x7f", 1, 2 }, { "", 3, 4 }, { "bc\x80", 5, 6 }, { "~", 7, 8 },
	};
	static uint32_t px[W * H];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct canvas c = { px, W, { 0, 0, W, H } };
		struct rect box = { (int32_t)world_random(30) - 10, (int32_t)world_random(12) - 5,
		                    (int32_t)world_random(100),
		                    GLYPH_H + (int32_t)world_random(9) };
		struct rect clip = { (int32_t)world_random(40), (int32_t)world_random(10),
		                     (int32_t)world_random(90), (int32_t)world_random(30) };
		int32_t indent = (int32_t)world_random(9);
		unsigned n = 1 + world_random(4);

		for (unsigned i = 0; i < W * H; i++)
			px[i] = BEFORE;
		int32_t end = canvas_text(&c, clip, box, indent, texts, n);

		assert_int_equal(end, box.x + canvas_text_width(texts, n, indent));
		for (int32_t y = 0; y < H; y++)
			for (int32_t x = 0; x < W; x++) {
				uint32_t want = rect_has(clip, x, y) ?
					text_pixel(&box, indent, texts, n, x, y) : UINT32_MAX;

				assert_int_equal(px[y * W + x], want == UINT32_MAX ? BEFORE : want);
			}
	}
}

// A view that is nowhere to be seen has no label, one that is has one inside of itself; what
// happens while the mode lasts changes neither.
static void
test_labels(void **state)
{
	struct rect l;

	(void)state;
	for (int covered = 0; covered < 2; covered++) {
		world_event(INPUT_PRESS, KEY_F12, 0, 0);
		l = view_of(1, 0)->label;
		assert_int_equal(l.w > 0, !covered);
		assert_true(rect_equal(rect_and(l, home), l));
		assert_int_equal(world_view(0, 0, home, 0, 0), OK);
		assert_int_equal(world_stack(0, 0, GUI_FRONT), OK);
		assert_true(rect_equal(view_of(1, 0)->label, l));
		world_event(INPUT_PRESS, KEY_F12, 0, 0);
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_turned), CASE(test_neighbours), CASE(test_labels),
		CASE(test_refresh), CASE(test_pointed_view), CASE(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
