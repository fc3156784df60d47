// SPDX-License-Identifier: MIT
// Keyboard layouts, and the table of character pairs.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "input-drv/compose.h"
#include "input-drv/keymap.h"

static void
test_whole_us_layout(void **state)
{
	static const char plain[] = "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ ";
	static const char shifted[] = "!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:\"~|ZXCVBNM<>? ";
	static const uint8_t first[][2] = {
		{ 2, 13 }, { 16, 27 }, { 30, 41 }, { 43, 53 }, { 57, 57 },
	};
	size_t n = 0;
	(void)state;

	for (size_t r = 0; r < sizeof(first) / sizeof(first[0]); r++) {
		for (uint32_t key = first[r][0]; key <= first[r][1]; key++, n++) {
			assert_int_equal(keymap_text(&keymaps[0], key, (struct keymap_state){ 0 }),
			                 plain[n]);
			assert_int_equal(keymap_text(&keymaps[0], key,
			                             (struct keymap_state){ .shift = true }),
			                 shifted[n]);
		}
	}
	assert_int_equal(n, strlen(plain));
	for (uint32_t key = 128; key < 400; key++)
		assert_int_equal(keymap_text(&keymaps[0], key,
		                             (struct keymap_state){ .num = true }), 0);
}

// What a row of keys types, for comparison.
static void
row(const char *layout, uint32_t first, uint32_t last, struct keymap_state with,
    const wchar_t *expected)
{
	const struct keymap *map = keymap_find(layout, strlen(layout));
	wchar_t typed[40] = { 0 };

	assert_non_null(map);
	for (uint32_t key = first; key <= last; key++) {
		wchar_t text = (wchar_t)keymap_text(map, key, with);
		typed[key - first] = text == 0 ? L'_' : text;
	}
	assert_int_equal(wcscmp(typed, expected), 0);
}

static const struct keymap_state plain, shift = { .shift = true }, altgr = { .altgr = true },
	caps = { .caps = true }, altgr_shift = { .altgr = true, .shift = true },
	altgr_caps = { .altgr = true, .caps = true };

static void
test_german(void **state)
{
	(void)state;
	row("de", 2, 13, plain, L"1234567890ß\u0301");
	row("de", 2, 13, shift, L"!\"§$%&/()=?\u0300");
	row("de", 2, 13, altgr, L"_²³___{[]}\\_");
	row("de", 2, 13, caps, L"1234567890ß\u0301");
	row("de", 16, 27, plain, L"qwertzuiopü+");
	row("de", 16, 27, shift, L"QWERTZUIOPÜ*");
	row("de", 16, 27, altgr, L"@_€________~");
	row("de", 16, 27, altgr_caps, L"@_€________~");
	row("de", 30, 41, plain, L"asdfghjklöä\u0302");
	row("de", 30, 41, shift, L"ASDFGHJKLÖÄ°");
	row("de", 43, 53, plain, L"#yxcvbnm,.-");
	row("de", 43, 53, shift, L"'YXCVBNM;:_");
	row("de", 43, 53, altgr, L"_______µ___");
	row("de", 86, 86, plain, L"<"), row("de", 86, 86, shift, L">");
	row("de", 86, 86, altgr, L"|");
	row("de", 83, 83, (struct keymap_state){ .num = true }, L",");
}

static void
test_british(void **state)
{
	(void)state;
	row("uk", 2, 13, plain, L"1234567890-=");
	row("uk", 2, 13, shift, L"!\"£$%^&*()_+");
	row("uk", 5, 5, altgr, L"€");
	row("uk", 16, 27, plain, L"qwertyuiop[]");
	row("uk", 16, 27, altgr, L"__é___úíó___");
	row("uk", 16, 27, altgr_shift, L"__É___ÚÍÓ___");
	row("uk", 16, 27, altgr_caps, L"__É___ÚÍÓ___");
	row("uk", 30, 41, plain, L"asdfghjkl;'`"), row("uk", 30, 41, shift, L"ASDFGHJKL:@¬");
	row("uk", 30, 41, altgr, L"á__________¦");
	row("uk", 43, 53, plain, L"#zxcvbnm,./"), row("uk", 43, 53, shift, L"~ZXCVBNM<>?");
	row("uk", 86, 86, plain, L"\\"), row("uk", 86, 86, shift, L"|");
	assert_null(keymap_find("fr", 2));
	assert_null(keymap_find("u", 1));
	assert_null(keymap_find("usa", 3));
	assert_null(keymap_find("", 0));
	assert_ptr_equal(keymap_find("us\n", 2), &keymaps[0]);
}

// Every pair of the table gives one character, and no other pair does.
static void
test_all_pairs(void **state)
{
	uint32_t out[COMPOSE_MAX];
	int pairs = 0;
	(void)state;

	for (uint32_t first = 0x20; first < 0x370; first++) {
		for (uint32_t second = 0x20; second < 0x7f; second++) {
			struct compose c = { .first = 0 };

			compose_key(&c);
			if (compose_text(&c, first, out) != 0)
				continue;
			assert_int_equal(c.first, first);
			unsigned n = compose_text(&c, second, out);
			assert_int_equal(c.first, 0);
			assert_in_range(n, 1, 2);
			assert_true(out[0] < 0x300 || out[0] > 0x36f);
			if (n == 1 && out[0] >= 0xa0 && second != ' ')
				pairs++;
		}
	}
	// accents: 10 + 24 + 24 + 10 + 12 + 16 + 19, as dead keys and after Compose
	assert_int_equal(pairs, 2 * 115 + 22);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_us_layout), cmocka_unit_test(test_german),
		cmocka_unit_test(test_british), cmocka_unit_test(test_all_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
