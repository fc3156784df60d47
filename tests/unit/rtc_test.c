// SPDX-License-Identifier: MIT
// Decoding of the real-time clock's registers.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <base/rtc.h>

enum { H24 = 2, BINARY = 4 };

static void
test_decode(void **state)
{
	static const struct { struct rtc_raw raw; struct utc want; } table[] = {
		{ { 0x59, 0x34, 0x23, 0x31, 0x12, 0x26, H24 }, { 2026, 12, 31, 23, 34, 59 } },
		{ { 59, 34, 23, 31, 12, 26, H24 | BINARY }, { 2026, 12, 31, 23, 34, 59 } },
		{ { 0x00, 0x00, 0x12, 0x01, 0x01, 0x00, 0 }, { 2000, 1, 1, 0, 0, 0 } },
		{ { 0x00, 0x00, 0x92, 0x01, 0x01, 0x99, 0 }, { 2099, 1, 1, 12, 0, 0 } },
		{ { 0x00, 0x00, 0x91, 0x29, 0x02, 0x28, 0 }, { 2028, 2, 29, 23, 0, 0 } },
		{ { 0, 0, 0x8b, 9, 2, 28, BINARY }, { 2028, 2, 9, 23, 0, 0 } },
		{ { 0, 0, 11, 9, 2, 28, BINARY }, { 2028, 2, 9, 11, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct utc got = { 0 };

		assert_true(rtc_decode(table[i].raw, &got));
		assert_int_equal(utc_order(got), utc_order(table[i].want));
		assert_true(utc_valid(got));
	}
}

static void
test_refuse(void **state)
{
	static const struct rtc_raw table[] = {
		{ 0x60, 0, 0, 1, 1, 0, H24 }, { 0x5a, 0, 0, 1, 1, 0, H24 },
		{ 0, 60, 0, 1, 1, 0, H24 | BINARY },
		{ 0, 0, 0x24, 1, 1, 0, H24 }, { 0, 0, 0x82, 1, 1, 0, H24 }, { 0, 0, 0, 1, 1, 0, 0 },
		{ 0, 0, 0x13, 1, 1, 0, 0 }, { 0, 0, 0, 0, 1, 0, H24 }, { 0, 0, 0, 0x32, 1, 0, H24 },
		{ 0, 0, 0, 1, 0, 0, H24 }, { 0, 0, 0, 1, 0x13, 0, H24 },
		{ 0, 0, 0, 1, 1, 0xa0, H24 }, { 0, 0, 0, 1, 1, 100, H24 | BINARY },
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	};
	struct utc got;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		assert_false(rtc_decode(table[i], &got));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
