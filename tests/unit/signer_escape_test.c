// SPDX-License-Identifier: MIT
// What the mail signer shows as an escape or in another colour: no character
// that hides, joins, reverses or looks like another is shown as it is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "signer_show.h"

static void
show_text(const char *body, unsigned columns)
{
	show_in(&font_mono, (size_t)sprintf((char *)bytes, PLAIN "%s", body), columns);
}

// A font that has everything below U+FFFF: what is hidden then is hidden by us.
static const struct font *
rich_font(void)
{
	static uint32_t code[UINT16_MAX];
	static struct glyph glyph[UINT16_MAX];
	static const uint8_t ink[1] = { 255 };
	static const struct font rich = { code, glyph, ink, 1, UINT16_MAX, 17, 8, 13 };

	for (uint32_t i = 0; i < UINT16_MAX; i++) {
		code[i] = i;
		glyph[i] = (struct glyph){ 0, 0, 0, 1, 1, 8, { 0 } };
	}
	return &rich;
}

// Each of these must not appear as itself.
static void
test_treacherous(void **state)
{
	const struct font *rich = rich_font();
	static const struct { uint32_t first, last; } bad[] = {
		{ 0x01, 0x08 }, { 0x0b, 0x0c }, { 0x0e, 0x1f }, { 0x7f, 0xa0 }, { 0xad, 0xad },
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x5d0, 0x5ea }, { 0x61c, 0x61c },
		{ 0x600, 0x6ff }, { 0x115f, 0x1160 }, { 0x1680, 0x1680 }, { 0x180e, 0x180e },
		{ 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x20d0, 0x20f0 },
		{ 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xe000, 0xf8ff },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xffff },
		{ 0x1d173, 0x1d17a }, { 0x1f600, 0x1f600 }, { 0xe0001, 0xe007f },
		{ 0xe0100, 0xe01ef }, { 0xf0000, 0xf0000 }, { 0x10ffff, 0x10ffff },
	};
	struct cell cells[DISPLAY_COLUMNS_MAX];
	char want[16];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (uint32_t cp = bad[i].first; cp <= bad[i].last; cp++) {
			size_t n = (size_t)sprintf((char *)bytes, PLAIN "x");

			n += put(bytes + n, cp);
			n += (size_t)sprintf((char *)bytes + n, "y\r\n");
			show_in(rich, n, 80);
			display_cells(&display, display.rows - 2, cells);
			n = (size_t)sprintf(want, "[U+%04X]", cp);
			for (size_t k = 0; k < n; k++) {
				assert_int_equal(cells[1 + k].cp, want[k]);
				assert_int_equal(cells[1 + k].style, CELL_ESCAPE);
			}
			assert_int_equal(cells[1 + n].cp, 'y');
			assert_int_equal(cells[1 + n].style, CELL_PLAIN);
		}
	for (uint32_t cp = 0x21; cp < 0x7f; cp++) {
		char body[] = { (char)cp, '\r', '\n', '\0' };

		show_text(body, 80);
		display_cells(&display, display.rows - 2, cells);
		assert_int_equal(cells[0].cp, cp);
		assert_int_equal(cells[0].style, CELL_PLAIN);
	}
}

// Letters that look like others are in a style of their own.
static void
test_foreign(void **state)
{
	struct cell cells[DISPLAY_COLUMNS_MAX];

	(void)state;
	// a, Cyrillic, Greek, e acute, dash
	show_text("a\xd0\xb0\xce\xbf\xc3\xa9\xe2\x80\x93\r\n", 80);
	display_cells(&display, display.rows - 2, cells);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(cells[i].style, i == 1 || i == 2 ? CELL_FOREIGN : CELL_PLAIN);
	show_in(&font_mono, (size_t)sprintf((char *)bytes,
	                    "From: =?utf-8?q?=C3=A9x?= <a@x>\r\n\r\n"), 80);
	display_cells(&display, 0, cells);
	assert_int_equal(cells[0].style, CELL_NAME);
	assert_int_equal(cells[6].style, CELL_PLAIN);
	assert_int_equal(display.row[1].kind, ROW_WORDS);
	display_cells(&display, 1, cells);
	assert_int_equal(cells[0].cp, 0xe9);
	assert_int_equal(cells[0].style, CELL_FOREIGN);
	assert_int_equal(cells[1].style, CELL_PLAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_treacherous), cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests_name("signer_escape", tests, NULL, NULL);
}
