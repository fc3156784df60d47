// SPDX-License-Identifier: MIT
// The bounded log: long texts, hostile bytes, more lines than there is room for.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "apps/legacy/logview/lines.h"

static struct lines lines;

static int
setup(void **state)
{
	(void)state;
	memset(&lines, 0, sizeof lines);
	return 0;
}

static void
expect(uint32_t i, const char *text, bool first)
{
	const struct log_line *l = lines_get(&lines, i);

	assert_int_equal(l->length, strlen(text));
	assert_memory_equal(l->text, text, l->length);
	assert_int_equal(l->first, first);
}

static void
plain_and_hostile_text(void **state)
{
	(void)state;
	lines_add(&lines, 5, "hello", 5);
	lines_add(&lines, 6, "a\x1b[2Jb\n\xff\0", 9);
	lines_add(&lines, 7, "", 0);
	assert_int_equal(lines_count(&lines), 3);
	expect(0, "hello", true);
	expect(1, "a\\x1b[2Jb\\x0a\\xff\\x00", true);
	expect(2, "", true);
	assert_int_equal(lines_get(&lines, 1)->escapes[0], 0x1e);
	assert_int_equal(lines_get(&lines, 1)->escapes[1], 0xfe);
	assert_int_equal(lines_get(&lines, 0)->escapes[0], 0);
}

static void
long_texts_are_broken(void **state)
{
	char text[480];

	(void)state;
	memset(text, 'x', sizeof text);
	lines_add(&lines, 0, text, sizeof text);
	assert_int_equal(lines_count(&lines), 5);
	assert_int_equal(lines_get(&lines, 4)->length, 80);
	assert_false(lines_get(&lines, 1)->first);
	memset(text, 0x80, sizeof text);
	lines_add(&lines, 0, text, sizeof text);      // each one four characters: no escape is cut
	assert_int_equal(lines_count(&lines), 5 + 20);
	for (uint32_t i = 5; i < 24; i++)
		assert_memory_equal(lines_get(&lines, i)->text + 96, "\\x80", 4);
}

static void
newest_lines_stay(void **state)
{
	char text[16];

	(void)state;
	for (unsigned i = 0; i < 3 * LINES_MAX + 7; i++)
		lines_add(&lines, i, text, (size_t)snprintf(text, sizeof text, "line %u", i));
	assert_int_equal(lines_count(&lines), LINES_MAX);
	expect(0, "line 1031", true);
	expect(LINES_MAX - 1, "line 1542", true);
	assert_int_equal(lines_get(&lines, 0)->ms, 1031);
}

static void
times(void **state)
{
	static const struct { uint32_t ms; const char *text; } cases[] = {
		{ 0, "0.000" }, { 7, "0.007" }, { 999, "0.999" }, { 1000, "1.000" },
		{ 61020, "61.020" }, { 0xffffffff, "4294967.295" },
	};
	char text[12];

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		text[lines_time(cases[i].ms, text)] = '\0';
		assert_string_equal(text, cases[i].text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(plain_and_hostile_text, setup),
		cmocka_unit_test_setup(long_texts_are_broken, setup),
		cmocka_unit_test_setup(newest_lines_stay, setup), cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
