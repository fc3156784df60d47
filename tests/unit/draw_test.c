// SPDX-License-Identifier: MIT
// lib/draw: nothing is ever drawn outside the canvas or the wanted rectangle,
// whatever the arguments; atlases are well-formed; UTF-8 is decoded strictly.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <draw/fonts.h>
#include <draw/labelfont.h>
#include <draw/theme.h>
#include <draw/widget.h>

enum { WIDTH = 37, HEIGHT = 29, STRIDE = 41, GROUND = 0x123456, OUTSIDE = 0xdead };

static const struct font *const fonts[] = { &font_ui, &font_bold, &font_head, &font_mono };
enum { FONTS = sizeof(fonts) / sizeof(fonts[0]) };

// Exactly as large as the canvas needs, so that ASan sees each byte too far.
static struct canvas
canvas_make(void)
{
	struct canvas c = { NULL, WIDTH, HEIGHT, STRIDE };
	size_t n = (HEIGHT - 1) * STRIDE + WIDTH;

	c.px = malloc(n * sizeof(*c.px));
	assert_non_null(c.px);
	for (size_t i = 0; i < n; i++)
		c.px[i] = i % STRIDE < WIDTH ? GROUND : OUTSIDE;
	return c;
}

static uint32_t
at(const struct canvas *c, int x, int y)
{
	return c->px[y * c->stride + x];
}

// Only pixels in r may differ from the ground, and none between the rows.
static void
check_inside(const struct canvas *c, struct rect r)
{
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++)
			if (!rect_has(r, x, y))
				assert_int_equal(at(c, x, y), GROUND);
		for (int x = WIDTH; y < HEIGHT - 1 && x < STRIDE; x++)
			assert_int_equal(at(c, x, y), OUTSIDE);
	}
}

static uint32_t seed = 1;

static uint32_t
any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8 | seed << 24;
}

static int32_t
coordinate(void)
{
	static const int32_t edge[] = { INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1, 0, -1 };

	if (any() % 8 == 0)
		return edge[any() % 6];
	return (int32_t)(any() % 100) - 30;
}

static void
test_fill(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct canvas c = canvas_make();
		struct rect r = { coordinate(), coordinate(), coordinate(), coordinate() };

		draw_fill(&c, r, 0xabcdef);
		for (int y = 0; y < HEIGHT; y++)
			for (int x = 0; x < WIDTH; x++)
				assert_int_equal(at(&c, x, y),
				                 rect_has(r, x, y) ? 0xabcdef : GROUND);
		check_inside(&c, r);
		free(c.px);
	}
}

static void
test_shapes_stay_inside(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct canvas c = canvas_make();
		struct rect r = { coordinate(), coordinate(), coordinate(), coordinate() };
		struct canvas part = draw_part(&c, r);

		draw_fill(&part, (struct rect){ -9, -9, 99, 99 }, 1);
		check_inside(&c, r);
		draw_frame(&c, r, 2);
		draw_round(&c, r, coordinate(), 3);
		check_inside(&c, r);
		free(c.px);
	}
}

static void
test_frame_and_round(void **state)
{
	struct canvas c = canvas_make();
	struct rect r = { 5, 4, 20, 12 };
	(void)state;

	draw_frame(&c, r, 7);
	assert_int_equal(at(&c, 5, 4), 7);
	assert_int_equal(at(&c, 24, 15), 7);
	assert_int_equal(at(&c, 24, 4), 7);
	assert_int_equal(at(&c, 6, 5), GROUND);
	draw_round(&c, r, 5, 0xffffff);
	assert_int_equal(at(&c, 5, 4), 7);                     // corners stay out
	assert_int_equal(at(&c, 24, 15), 7);
	for (int x = 10; x < 20; x++)
		assert_int_equal(at(&c, x, 4), 0xffffff);       // edges are full
	for (int y = 0; y < 12; y++)                            // and it is symmetric
		for (int x = 0; x < 20; x++)
			assert_int_equal(at(&c, 5 + x, 4 + y) == 0xffffff,
			                 at(&c, 24 - x, 15 - y) == 0xffffff);
	free(c.px);
}

static void
test_text_stays_inside(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct canvas c = canvas_make();
		struct canvas part = draw_part(&c, (struct rect){ 3, 2, 30, 20 });
		const struct font *f = fonts[any() % FONTS];
		char text[24];
		size_t len = any() % sizeof(text);

		for (size_t k = 0; k < len; k++)
			text[k] = (char)(any() >> 3);
		draw_text(&part, coordinate(), coordinate(), f, text, len, 0xffffff);
		draw_text_fit(&part, coordinate(), coordinate(), coordinate(), f, text, len, 9);
		draw_glyph(&part, coordinate(), coordinate(), f, any() % 0x3000, 0);
		check_inside(&c, (struct rect){ 3, 2, 30, 20 });
		free(c.px);
	}
}

static int
ink(const struct canvas *c, struct rect r)
{
	int n = 0;

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			n += rect_has(r, x, y) && at(c, x, y) != GROUND;
	return n;
}

static void
test_text_is_drawn(void **state)
{
	struct canvas c = canvas_make();
	struct rect cell = { 4, 5, 8, 17 };
	(void)state;

	assert_int_equal(draw_text(&c, 4, 5, &font_mono, "M", 1, 0xffffff), 12);
	assert_in_range(ink(&c, cell), 20, 8 * 17);
	check_inside(&c, cell);
	int one = ink(&c, cell);
	draw_text(&c, 20, 5, &font_mono, ".", 1, 0xffffff);
	assert_in_range(ink(&c, (struct rect){ 20, 5, 8, 17 }), 1, one - 10);
	free(c.px);
}

static void
test_text_fit(void **state)
{
	static const char text[] = "wide words with wit";
	(void)state;

	for (int32_t width = -3; width < 200; width++) {
		struct canvas c = canvas_make();
		struct rect room = { 0, 0, width < 0 ? 0 : width + 1, HEIGHT };

		// one pixel of antialiasing may stand out of the advance widths
		draw_text_fit(&c, 0, 3, width, &font_ui, text, sizeof(text) - 1, 0);
		check_inside(&c, room);
		free(c.px);
	}
}

static void
test_blend_ends(void **state)
{
	// a full block has coverage 255 inside: exactly the colour
	struct canvas c = canvas_make();
	(void)state;

	draw_glyph(&c, 8, 4, &font_mono, 0x2588, 0xfedcba);
	assert_int_equal(at(&c, 12, 12), 0xfedcba);
	free(c.px);
}

static void
test_atlases(void **state)
{
	static const uint32_t needed[] = {
		' ', '~', 0xa0, 0xdf, 0x17e, 0x3a9, 0x416, 0x2013, 0x201c, 0x2026, 0x20ac,
		0x2192, 0xfffd,
	};
	static const uint32_t never[] = {
		0, '\t', 0x7f, 0x80, 0x9f, 0xad, 0x300, 0x483, 0x489, 0x200b, 0x200d, 0x200e,
		0x202e, 0x2028, 0x2060, 0x2066, 0x2069, 0x3000, 0xe000, 0xfeff, 0x1f600,
		0x10ffff, UTF8_BAD,
	};
	(void)state;

	for (size_t i = 0; i < FONTS; i++) {
		const struct font *f = fonts[i];

		assert_in_range(f->count, 500, 4096);
		for (size_t k = 0; k < sizeof(needed) / sizeof(needed[0]); k++)
			assert_true(font_has(f, needed[k]));
		for (size_t k = 0; k < sizeof(never) / sizeof(never[0]); k++)
			assert_false(font_has(f, never[k]));
		assert_ptr_equal(font_glyph(f, 0x3000), font_glyph(f, UTF8_REPLACEMENT));
		for (uint32_t k = 0; k < f->count; k++) {
			const struct glyph *g = &f->glyph[k];

			assert_true(k == 0 || f->code[k - 1] < f->code[k]);
			assert_true(font_has(f, f->code[k]));
			assert_int_not_equal(g->advance, 0);
			assert_true(f->cell == 0 || g->advance == f->cell);
			assert_true(g->offset + (uint32_t)g->width * g->height <= f->coverage_size);
			assert_true(g->width != 0 || f->code[k] == ' ' || f->code[k] == 0xa0);
		}
	}
	assert_true(font_has(&font_mono, 0x2500) && font_has(&font_mono, 0x253c));
	assert_int_equal(font_mono.cell, 8);
	assert_int_equal(font_mono.height, 17);
}

static void
test_label_font(void **state)
{
	(void)state;
	for (int c = 0; c < 95; c++) {
		int bits = 0;

		for (int y = 0; y < 16; y++)
			bits += __builtin_popcount(label_font[c][y]);
		assert_true(c == 0 ? bits == 0 : bits > 2);
		for (int d = 0; d < c; d++)
			assert_memory_not_equal(label_font[c], label_font[d], 16);
	}
}

// All of Unicode by a plain encoder, then what must be refused.
static void
test_utf8(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xe2\x82",
		"\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe", "\xf0\x9f\x98",
	};
	size_t pos;
	(void)state;

	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char s[4] = { (char)cp };
		size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

		for (size_t i = n - 1, rest = cp; n > 1 && i > 0; i--, rest >>= 6)
			s[i] = (char)(0x80 | (rest & 0x3f));
		if (n > 1)
			s[0] = (char)((0xf00 >> n & 0xf0) | cp >> 6 * (n - 1));
		pos = 0;
		bool surrogate = cp >= 0xd800 && cp < 0xe000;
		assert_int_equal(utf8_next(s, n, &pos), surrogate ? UTF8_BAD : cp);
		assert_int_equal(pos, surrogate ? 1 : n);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		pos = 0;
		assert_int_equal(utf8_next(bad[i], strlen(bad[i]), &pos), UTF8_BAD);
		assert_int_equal(pos, 1);
	}
}

static void
test_scrollbar(void **state)
{
	struct rect r = { 10, 20, 12, 200 };
	(void)state;

	assert_int_equal(widget_scroll_to(r, 0, 10, 5), 0);
	assert_int_equal(widget_scroll_to(r, INT32_MIN, 10, 100), 0);
	assert_int_equal(widget_scroll_to(r, INT32_MAX, 10, 100), 90);
	assert_in_range(widget_scroll_to(r, 120, 10, 100), 40, 50);
	for (int i = 0; i < 2000; i++) {
		struct canvas c = canvas_make();
		uint32_t shown = any() % 50, total = any();
		struct rect bar = { 2, 3, 12, 26 };

		widget_scrollbar(&c, bar, any(), shown, any() % 2 ? total : total % 60);
		check_inside(&c, bar);
		free(c.px);
	}
}

static void
test_window(void **state)
{
	struct canvas c = canvas_make();
	(void)state;

	widget_window(&c, "A title that is much too long", true);
	assert_int_equal(at(&c, 0, 0), THEME_EDGE);
	assert_int_equal(at(&c, WIDTH - 1, HEIGHT - 1), THEME_EDGE);
	for (enum widget_button b = BUTTON_NORMAL; b <= BUTTON_OFF; b++)
		widget_button(&c, (struct rect){ coordinate() % 99, 2, 30, 20 },
		              "Sign and send", b);
	check_inside(&c, (struct rect){ 0, 0, WIDTH, HEIGHT });
	free(c.px);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_shapes_stay_inside),
		cmocka_unit_test(test_frame_and_round),
		cmocka_unit_test(test_text_stays_inside),
		cmocka_unit_test(test_text_is_drawn),
		cmocka_unit_test(test_text_fit),
		cmocka_unit_test(test_blend_ends),
		cmocka_unit_test(test_atlases),
		cmocka_unit_test(test_label_font),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_scrollbar),
		cmocka_unit_test(test_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
