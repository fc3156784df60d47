// SPDX-License-Identifier: MIT
// A mail program that swaps messages below the user's hands: whenever it does and
// whatever it sends, who goes on as if nothing had happened signs nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include <session/keys.h>
#include "tests/unit/signer_world.h"

// What the user does about one message, one press at a time: R Return, others typed.
static const char hand[] = "RokRR";

static void
key_down(char c)
{
	if (c == 'R')
		press(KEY_ENTER);
	else if (c == 'E')
		press(KEY_ESC);
	else
		event(INPUT_TEXT, (uint8_t)c, 0, 0);
	while (shown(), ui_step(&ui))
		continue;
}

static void
pass(uint32_t ms)
{
	for (; ms >= 100; ms -= 100) {
		world.now += 100;
		world.rest += 100;
		shown();
	}
}

enum trick { TWIN, BROKEN_THEN_TWIN, TWICE, LATER, TRICKS };

// The message is taken back, if it is not signed, and a twin is put in its place.
static void
swap(enum trick trick)
{
	if (ui_busy(&ui))
		ui_withdraw(&ui);
	if (trick == BROKEN_THEN_TWIN)
		ui_refused(&ui, (struct message_verdict){ SIGN_NUL, 1 });
	if (trick == LATER)
		pass(UI_DEAD_MS * 10);
	submit(0);
	if (trick == TWICE) {
		ui_withdraw(&ui);
		submit(0);
	}
}

// At each moment of the user's way, by each trick, at each usual pace.
static void
test_swap(void **state)
{
	unsigned signed_twins = 0;

	for (unsigned at = 0; at <= sizeof hand - 1; at++)
		for (enum trick trick = 0; trick < TRICKS; trick++)
			for (uint32_t pace = 100; pace <= UI_DEAD_MS - 100; pace += 100) {
				unsigned signs;

				setup(state);
				event(INPUT_FOCUS, 1, 0, 0);
				submit(0);
				pass(1000);
				for (unsigned i = 0; i < at; i++, pass(1000))
					key_down(hand[i]);
				signs = world.signs;
				assert_int_equal(signs, at == sizeof hand - 1);
				if (signs != 0 && trick == LATER)
					continue;       // the user has seen "Signed" for long
				if (signs != 0)         // "Signed" was there for a moment only
					world.now = ui.ended;
				swap(trick);
				assert_int_equal(ui.state, UI_AFRESH);
				assert_int_equal(ui.secret.length, 0);
				assert_false(world.open);
				// the rest, and all of it three times more
				for (unsigned i = at; i < 4 * (sizeof hand - 1); i++, pass(pace))
					key_down(hand[i % (sizeof hand - 1)]);
				assert_int_equal(ui.state, UI_AFRESH);
				signed_twins += world.signs - signs;
			}
	assert_int_equal(signed_twins, 0);
}

// Who has read the notice goes on, from the start.
static void
test_deliberate(void **state)
{
	(void)state;
	event(INPUT_FOCUS, 1, 0, 0);
	submit(0);
	pass(1000);
	key_down('R');
	key_down('o');
	swap(TWIN);
	pass(UI_DEAD_MS - 100);
	assert_false(ui_enabled(&ui, TARGET_ACCEPT) || ui_enabled(&ui, TARGET_REFUSE));
	key_down('E');                          // dead, too, and takes time again
	click(ui_accept);
	pass(UI_DEAD_MS - 100);
	click(ui_refuse);
	assert_int_equal(ui.state, UI_AFRESH);
	pass(UI_DEAD_MS);
	assert_true(ui_enabled(&ui, TARGET_ACCEPT));
	world.rest = UI_DEAD_MS;                // covered in between: not long enough
	shown();
	assert_false(ui_enabled(&ui, TARGET_ACCEPT));
	assert_true(ui_early(&ui));
	pass(100);
	click(ui_accept);
	assert_int_equal(ui.state, UI_REVIEW);
	assert_int_equal(display.seen, 0);
	key_down('R');
	assert_int_equal(ui.state, UI_REVIEW);
	pass(1000);
	for (const char *p = hand; *p != '\0'; p++, pass(1000))
		key_down(*p);
	assert_int_equal(world.signs, 1);
}

// A click: nothing counts as seen while the button is held, which takes back nothing; but what
// has been put before the window meanwhile does.
static void
test_click(void **state)
{
	const int32_t x = ui_accept.x + 1, y = ui_accept.y + 1;

	for (int covered = 1; covered >= 0; covered--) {
		setup(state);
		event(INPUT_FOCUS, 1, 0, 0);
		submit(0);
		swap(TWIN);
		pass(2 * UI_DEAD_MS);
		assert_true(ui.ready);
		const uint32_t rest = world.rest;

		world.rest = 0;
		event(INPUT_PRESS, BTN_LEFT, x, y);
		shown();
		assert_true(ui.ready);
		world.rest = covered ? 0 : rest;
		event(INPUT_RELEASE, BTN_LEFT, x, y);
		assert_int_equal(ui.state, covered ? UI_AFRESH : UI_REVIEW);
		shown();
		assert_false(ui.ready && covered);
	}
}

// What the user refused, and what a mail program takes back again and again.
static void
test_others(void **state)
{
	(void)state;
	event(INPUT_FOCUS, 1, 0, 0);
	submit(0);
	pass(1000);
	key_down('E');
	assert_int_equal(ui.state, UI_DONE);
	ui_refused(&ui, (struct message_verdict){ SIGN_NUL, 1 });
	assert_int_equal(ui.outcome.why, SIGN_REFUSED_BY_USER);
	submit(0);
	assert_int_equal(ui.state, UI_AFRESH);
	for (int i = 0; i < 5; i++) {
		ui_withdraw(&ui);
		pass(UI_DEAD_MS - 100);
		assert_int_equal(ui.state, UI_LOST);
		submit(0);
		assert_int_equal(ui.state, UI_AFRESH);
	}
	ui_withdraw(&ui);
	pass(3 * UI_DEAD_MS);
	key_down('R');
	assert_int_equal(ui.state, UI_IDLE);
	submit(0);
	assert_int_equal(ui.state, UI_REVIEW);
	pass(1000);
	key_down('E');
	pass(UI_DEAD_MS);
	submit(0);                              // long after
	assert_int_equal(ui.state, UI_REVIEW);
}

// The rows that display_mark marks in `now`, as a string of digits.
static void
check_marks(const char *before, const char *now, const char *want)
{
	static uint8_t old_bytes[512], old_text[512], new_text[512];
	static struct message old, new;
	char got[64] = "";

	memcpy(old_bytes, before, strlen(before));
	assert_int_equal(message_check(old_bytes, strlen(before), old_text, &old).why, SIGN_OK);
	assert_int_equal(message_check((const uint8_t *)now, strlen(now), new_text, &new).why,
	                 SIGN_OK);
	assert_true(display_build(&display, &new, &font_mono, UI_COLUMNS));
	display_mark(&display, &old);
	for (uint32_t i = 0; i < display.rows; i++)
		strcat(got, display.row[i].changed ? "1" : "0");
	if (strcmp(got, want) != 0)
		fail_msg("%s instead of %s for\n%s", got, want, now);
}

static void
test_marks(void **state)
{
#define HEAD "From: a@x\r\nTo: b@x\r\nSubject: s\r\nDate: d\r\n"
	static const char plain[] = HEAD "X: y\r\n\r\none\r\ntwo\r\nthree\r\n";

	(void)state;                    // From To Subject Date "Others" X "Text" 1 2 3 "End"
	check_marks(plain, plain, "00000000000");
	check_marks(plain, HEAD "X: y\r\n\r\none\r\ntwO\r\nthree\r\n", "00000000100");
	check_marks(plain, HEAD "X: y\r\n\r\none\r\nthree\r\n", "0000000010");
	check_marks(plain, HEAD "X: y\r\n\r\none\r\ntwo\r\n", "0000000001");
	check_marks(plain, HEAD "X: y\r\n\r\none\r\ntwo\r\nxxx\r\nthree\r\n", "000000000100");
	check_marks(plain, HEAD "X: y\r\n\r\nOne\r\ntwo\r\nthreE\r\n", "00000001110");
	check_marks(plain, HEAD "\r\none\r\ntwo\r\nthree\r\n", "000010000");
	check_marks(plain, HEAD "X: z\r\n\r\none\r\ntwo\r\nthree\r\n", "00000100000");
	check_marks(plain, "From: a@x\r\nTo: c@x\r\nSubject: s\r\nDate: d\r\nX: y\r\n\r\n"
	            "one\r\ntwo\r\nthree\r\n", "01000000000");
	check_marks(plain, HEAD "X: y\r\n\r\n", "00000001");
	check_marks(HEAD "\r\n", HEAD "\r\none\r\n", "0000010");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_swap), TEST(test_deliberate), TEST(test_click), TEST(test_others),
		TEST(test_marks),
	};

	return cmocka_run_group_tests_name("signer_swap", tests, NULL, NULL);
}
