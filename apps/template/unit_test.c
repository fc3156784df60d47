// SPDX-License-Identifier: MIT
// What the sample core takes, and what comes of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "apps/secure/sample/ask.h"

static void
approval_and_refusal_are_told(void **state)
{
	struct ask a = { 0 };
	uint64_t number;

	(void)state;
	assert_int_equal(ask_answer(&a, &number), ERR_OP);
	assert_int_equal(ask_put(&a, "one", 3), OK);
	assert_int_equal(ask_answer(&a, &number), ERR_BUSY);
	ask_decide(&a, true);
	assert_int_equal(ask_answer(&a, &number), OK);
	assert_int_equal(number, 1);
	assert_int_equal(ask_put(&a, "two", 3), OK);
	ask_decide(&a, false);
	assert_int_equal(ask_answer(&a, &number), ERR_REFUSED);
	assert_int_equal(a.approved, 1);
}

static void
nothing_replaces_what_is_open(void **state)
{
	struct ask a = { 0 };

	(void)state;
	assert_int_equal(ask_put(&a, "shown", 5), OK);
	assert_int_equal(ask_put(&a, "other", 5), ERR_BUSY);
	assert_memory_equal(a.text, "shown", 5);
	ask_decide(&a, true);
	ask_decide(&a, true);
	assert_int_equal(a.approved, 1);
}

static void
nothing_comes_below_the_hand(void **state)
{
	struct ask a = { .focused = true };
	uint64_t number;

	(void)state;
	assert_int_equal(ask_put(&a, "one", 3), ERR_BUSY);
	assert_int_equal(ask_answer(&a, &number), ERR_OP);
	a.focused = false;
	assert_int_equal(ask_put(&a, "one", 3), OK);
	a.focused = true;
	ask_decide(&a, true);
	assert_int_equal(ask_put(&a, "two", 3), ERR_BUSY);
	assert_int_equal(ask_answer(&a, &number), OK);
	assert_memory_equal(a.text, "one", 3);
}

static void
only_short_printable_text_is_taken(void **state)
{
	static const char *const bad[] = { "a\nb", "a\tb", "caf\xc3\xa9", "\x7f", "a\x1b[m" };
	char text[SAMPLE_TEXT_MAX + 1];
	struct ask a = { 0 };

	(void)state;
	memset(text, 'x', sizeof text);
	assert_int_equal(ask_put(&a, text, 0), ERR_ARG);
	assert_int_equal(ask_put(&a, text, sizeof text), ERR_ARG);
	assert_int_equal(ask_put(&a, text, UINT64_MAX), ERR_ARG);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(ask_put(&a, bad[i], strlen(bad[i])), ERR_ARG);
	assert_int_equal(a.state, ASK_NOTHING);
	assert_int_equal(ask_put(&a, text, SAMPLE_TEXT_MAX), OK);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(approval_and_refusal_are_told),
		cmocka_unit_test(nothing_replaces_what_is_open),
		cmocka_unit_test(nothing_comes_below_the_hand),
		cmocka_unit_test(only_short_printable_text_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
