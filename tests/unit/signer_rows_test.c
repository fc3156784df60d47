// SPDX-License-Identifier: MIT
// The signer's rows when there is no room for all: whatever is missing, the message is not
// shown.  No message of today's size has so many; the limit is made smaller here.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include "apps/secure/mail-signer/display.h"

static uint32_t limit;
#define DISPLAY_ROWS_MAX limit
#include "apps/secure/mail-signer/display.c"
#undef DISPLAY_ROWS_MAX

static struct message message;
static struct display display;

static void
test_no_room(void **state)
{
	static const char mail[] = "X-One: 1\r\nDate: d\r\nsubject: s\r\n folded\r\nFROM: a@x\r\n"
		"X-Two: 2\r\n\r\nA\r\nB\r\n";
	static uint8_t decoded[sizeof mail];
	uint32_t all;

	(void)state;
	assert_int_equal(message_check((const uint8_t *)mail, sizeof mail - 1, decoded,
	                               &message).why, SIGN_OK);
	limit = MESSAGE_MAX;
	assert_true(display_build(&display, &message, &font_mono, 80));
	all = display.rows;
	assert_int_equal(all, 12);
	for (limit = 0; limit < all; limit++) {
		assert_false(display_build(&display, &message, &font_mono, 80));
		assert_int_equal(display.rows, limit);
	}
	assert_true(display_build(&display, &message, &font_mono, 80));
	assert_int_equal(display.rows, all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_room) };

	return cmocka_run_group_tests_name("signer_rows", tests, NULL, NULL);
}
