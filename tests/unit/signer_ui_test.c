// SPDX-License-Identifier: MIT
// The signer's window, step by step: what leads to a signature and what does not.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <session/keys.h>
#include "tests/unit/signer_world.h"

static void
to_confirm(void)
{
	submit(0);
	looked_at();
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_PASSPHRASE);
	type("ok");
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_UNLOCKING);
	assert_true(ui_step(&ui));
	assert_int_equal(ui.state, UI_CONFIRM);
	world.now += UI_REST_MS;
}

static void
test_straight(void **state)
{
	(void)state;
	assert_false(ui_busy(&ui));
	to_confirm();
	assert_true(ui_busy(&ui));
	for (size_t i = 0; i < SECRET_MAX; i++)
		assert_int_equal(ui.secret.text[i], 0);
	click(ui_accept);
	assert_int_equal(ui.state, UI_SIGNING);
	assert_true(ui_step(&ui));
	assert_int_equal(ui.state, UI_DONE);
	assert_int_equal(ui.outcome.why, SIGN_OK);
	assert_false(world.open);
	assert_false(ui_step(&ui));
	press(KEY_ENTER);               // one signature per confirmation
	click(ui_accept);
	assert_false(ui_step(&ui));
	assert_int_equal(world.signs, 1);
}

static void
test_unread(void **state)
{
	(void)state;
	submit(60);
	looked_at();
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_REVIEW);
	assert_int_equal(ui.note, NOTE_READ_ON);
	press(KEY_END);                 // jumps over rows
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_REVIEW);
	press(KEY_HOME);
	world.rest = 0;                 // scrolled, but hidden by another window
	for (int i = 0; i < 10; i++)
		press(KEY_PAGEDOWN);
	click(ui_accept);
	assert_int_equal(ui.state, UI_REVIEW);
	assert_true(ui.hidden);
	for (world.rest = 1; world.rest <= UI_REST_MS; world.rest += UI_REST_MS - 1) {
		press(KEY_HOME);        // visible for a moment only
		for (int i = 0; i < 100; i++) {
			event(INPUT_WHEEL, 0, 0, 1);
			looked_at();
		}
		click(ui_accept);
		assert_int_equal(ui.state, UI_REVIEW);
		assert_false(ui.hidden);
	}
	world.rest = UI_REST_MS + 1;
	press(KEY_HOME);
	for (int i = 0; i < 100; i++) {
		event(INPUT_WHEEL, 0, 0, 1);
		looked_at();
	}
	click(ui_accept);
	assert_int_equal(ui.state, UI_PASSPHRASE);
}

// Time alone makes rows seen that were drawn at once: somebody has to look again.
static void
test_early(void **state)
{
	(void)state;
	submit(0);
	shown();
	press(KEY_ENTER);               // meant for another message that was there before
	assert_int_equal(ui.state, UI_REVIEW);
	assert_false(ui_early(&ui));    // not focused: only an event changes that
	event(INPUT_FOCUS, 1, 0, 0);
	assert_true(ui_early(&ui));
	world.now += UI_REST_MS - 1;
	assert_false(ui_shown(&ui));
	world.now++;
	assert_true(ui_shown(&ui));
	assert_false(ui_early(&ui));
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_PASSPHRASE);
	withdrawn();

	submit(60);                     // pages turned before the time is over
	for (int i = 0; i < 3; i++, world.now += 50) {
		world.rest = 10 + 50 * (uint32_t)i;
		shown();
		press(KEY_PAGEDOWN);
	}
	assert_int_equal(display.seen, 0);
	world.now += UI_REST_MS;
	world.rest += 50 + UI_REST_MS;
	assert_true(ui_shown(&ui));
	assert_int_equal(display.seen, display.rows);
	withdrawn();

	submit(60);                     // covered and uncovered in between
	for (int i = 0; i < 3; i++, world.now += 50) {
		world.rest = 10;
		shown();
		press(KEY_PAGEDOWN);
	}
	world.now += UI_REST_MS;
	world.rest = 10 + UI_REST_MS;
	ui_shown(&ui);
	assert_int_equal(display.seen, 0);
	press(KEY_HOME);
	assert_true(ui_early(&ui));
	world.now += UI_REST_MS;
	world.rest += UI_REST_MS;
	press(KEY_UP);
	assert_int_equal(display.seen, UI_ROWS);
	assert_false(ui_early(&ui));    // nothing new is shown
	press(KEY_PAGEDOWN);
	withdrawn();

	for (uint32_t over = 0; over < 2; over++) {             // drawn for long; for too long
		world.rest = 2 * UI_DRAWN_MS;
		submit(60);
		shown();
		world.now += UI_DRAWN_MS + over;
		ui_shown(&ui);
		assert_int_equal(display.seen, over ? 0 : UI_ROWS);
		withdrawn();
	}

	world.now += UI_REST_MS;        // exchanged for another one
	world.rest += UI_REST_MS;
	submit(60);
	shown();
	assert_int_equal(display.seen, 0);
}

static void
test_scroll(void **state)
{
	(void)state;
	submit(60);
	event(INPUT_WHEEL, 0, 0, INT32_MIN);
	assert_int_equal(ui.top, 0);
	event(INPUT_WHEEL, 0, 0, INT32_MAX);
	assert_int_equal(ui.top, display.rows - UI_ROWS);
	press(KEY_HOME);
	press(KEY_DOWN);
	assert_int_equal(ui.top, 1);
	press(KEY_SPACE);
	assert_int_equal(ui.top, UI_ROWS);
	press(KEY_UP);
	assert_int_equal(ui.top, UI_ROWS - 1);
	event(INPUT_PRESS, BTN_LEFT, ui_scrollbar.x + 2, ui_scrollbar.y + 2);
	event(INPUT_MOTION, 0, ui_scrollbar.x + 2, 5000);
	assert_int_equal(ui.top, display.rows - UI_ROWS);
	event(INPUT_MOTION, 0, 0, -5000);
	assert_int_equal(ui.top, 0);
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	event(INPUT_MOTION, 0, 0, 5000);
	assert_int_equal(ui.top, 0);
}

static void
test_passphrase(void **state)
{
	(void)state;
	submit(0);
	looked_at();
	type("no");                     // not asked yet
	press(KEY_ENTER);
	assert_int_equal(ui.secret.length, 0);
	press(KEY_ENTER);               // an empty one is none
	assert_int_equal(ui.state, UI_PASSPHRASE);
	type("a\r\n\x1b\x7f");
	assert_int_equal(ui.secret.length, 1);
	event(INPUT_TEXT, 0xe9, 0, 0);
	event(INPUT_TEXT, 0x20ac, 0, 0);
	event(INPUT_TEXT, 0x1f600, 0, 0);
	event(INPUT_TEXT, 0x110000, 0, 0);
	assert_int_equal(ui.secret.length, 10);
	assert_memory_equal(ui.secret.text, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10);
	press(KEY_BACKSPACE);
	event(INPUT_REPEAT, KEY_BACKSPACE, 0, 0);
	assert_int_equal(ui.secret.length, 3);
	for (size_t i = 3; i < SECRET_MAX; i++)
		assert_int_equal(ui.secret.text[i], 0);
	for (int i = 0; i < 200; i++)
		type("x");
	assert_int_equal(ui.secret.length, SECRET_MAX);
	assert_int_equal(ui.note, NOTE_FULL);
	press(KEY_BACKSPACE);
	event(INPUT_TEXT, 0xe9, 0, 0);
	assert_int_equal(ui.secret.length, SECRET_MAX - 1);
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	assert_int_equal(ui.state, UI_PASSPHRASE);
	assert_int_equal(ui.note, NOTE_WRONG);
	assert_int_equal(ui.secret.length, 0);
	type("secret");
	press(KEY_ESC);                 // back, forgotten
	assert_int_equal(ui.state, UI_REVIEW);
	assert_int_equal(ui.secret.length, 0);
	assert_int_equal(ui.secret.text[0], 0);
	press(KEY_ESC);
	assert_int_equal(ui.state, UI_DONE);
	assert_int_equal(ui.outcome.why, SIGN_REFUSED_BY_USER);
}

static void
test_broken_key(void **state)
{
	(void)state;
	world.unlock_why = SIGN_NO_KEY;
	submit(0);
	looked_at();
	press(KEY_ENTER);
	type("ok");
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	assert_int_equal(ui.state, UI_DONE);
	assert_int_equal(ui.outcome.why, SIGN_NO_KEY);
	setup(state);
	world.sign_why = SIGN_MEMORY;
	to_confirm();
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	assert_int_equal(ui.outcome.why, SIGN_MEMORY);
	assert_false(world.open);
}

static void
test_rest(void **state)
{
	(void)state;
	to_confirm();
	world.rest = UI_REST_MS;        // not longer than that
	press(KEY_ENTER);
	assert_int_equal(ui.note, NOTE_VISIBLE);
	assert_int_equal(ui.state, UI_CONFIRM);
	world.rest = UI_REST_MS + 1;
	world.now = ui.since + UI_REST_MS - 1;  // the question has just appeared
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_CONFIRM);
	world.now++;
	event(INPUT_REPEAT, KEY_ENTER, 0, 0);   // still held from the passphrase
	assert_int_equal(ui.state, UI_CONFIRM);
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_SIGNING);
}

static void
test_clicks(void **state)
{
	(void)state;
	to_confirm();
	event(INPUT_PRESS, BTN_RIGHT, ui_accept.x, ui_accept.y);
	event(INPUT_RELEASE, BTN_RIGHT, ui_accept.x, ui_accept.y);
	assert_int_equal(ui.state, UI_CONFIRM);
	event(INPUT_PRESS, BTN_LEFT, ui_accept.x, ui_accept.y);
	event(INPUT_RELEASE, BTN_LEFT, ui_accept.x - 1, ui_accept.y);   // slipped off
	event(INPUT_PRESS, BTN_LEFT, ui_accept.x - 1, ui_accept.y);
	event(INPUT_RELEASE, BTN_LEFT, ui_accept.x, ui_accept.y);
	event(INPUT_PRESS, BTN_LEFT, ui_accept.x, ui_accept.y);
	event(INPUT_FOCUS, 0, 0, 0);                                    // focus lost in between
	event(INPUT_RELEASE, BTN_LEFT, ui_accept.x, ui_accept.y);
	assert_int_equal(ui.state, UI_CONFIRM);
	click(ui_refuse);
	assert_int_equal(ui.outcome.why, SIGN_REFUSED_BY_USER);
	assert_false(world.open);
}

// Three rows a notch, in both directions.
static void
test_wheel(void **state)
{
	(void)state;
	submit(60);
	for (int32_t notches = 1; notches <= 4; notches++) {
		event(INPUT_WHEEL, 0, 0, notches);
		assert_int_equal(ui.top, 3 * notches);
		event(INPUT_WHEEL, 0, 0, 1 - notches);
		assert_int_equal(ui.top, 3);
		event(INPUT_WHEEL, 0, 0, -1);
		assert_int_equal(ui.top, 0);
	}
}

// A release that is far away, in one direction or both, is none on the button, and the
// scroll bar goes to its ends.
static void
test_far_away(void **state)
{
	static const struct { int32_t x, y; } far[] = {
		{ INT32_MAX, INT32_MAX }, { INT32_MIN, INT32_MIN }, { 70000, 0 }, { 0, -70000 },
	};

	(void)state;
	to_confirm();
	for (unsigned i = 0; i < sizeof far / sizeof far[0]; i++) {
		event(INPUT_PRESS, BTN_LEFT, ui_accept.x, ui_accept.y);
		event(INPUT_RELEASE, BTN_LEFT, far[i].x, far[i].y);
		assert_int_equal(ui.state, UI_CONFIRM);
		event(INPUT_PRESS, BTN_LEFT, ui_refuse.x, ui_refuse.y);
		event(INPUT_RELEASE, BTN_LEFT, far[i].x != 0 ? far[i].x : ui_refuse.x,
		      far[i].y != 0 ? far[i].y : ui_refuse.y);
		assert_int_equal(ui.state, UI_CONFIRM);
	}
	withdrawn();
	submit(60);
	event(INPUT_PRESS, BTN_LEFT, ui_scrollbar.x + 2, ui_scrollbar.y + 2);
	event(INPUT_MOTION, 0, INT32_MAX, INT32_MAX);
	assert_int_equal(ui.top, display.rows - UI_ROWS);
	event(INPUT_MOTION, 0, INT32_MIN, INT32_MIN);
	assert_int_equal(ui.top, 0);
}

// A press before the question is not half a click on its button.
static void
test_early_press(void **state)
{
	(void)state;
	submit(0);
	looked_at();
	press(KEY_ENTER);
	type("ok");
	event(INPUT_PRESS, BTN_LEFT, ui_accept.x, ui_accept.y);
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	world.now += 1000;
	event(INPUT_RELEASE, BTN_LEFT, ui_accept.x, ui_accept.y);
	assert_int_equal(ui.state, UI_CONFIRM);
}

static void
test_withdraw(void **state)
{
	(void)state;
	to_confirm();
	ui_withdraw(&ui);
	assert_int_equal(ui.state, UI_LOST);
	assert_false(world.open);
	assert_int_equal(display.rows, 0);
	ui_refused(&ui, (struct message_verdict){ SIGN_NUL, 7 });
	assert_int_equal(ui.state, UI_LOST);    // cannot be hidden
	setup(state);
	to_confirm();
	withdrawn();
	submit(0);                      // another one: all again
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_REVIEW);
	withdrawn();
	ui_refused(&ui, (struct message_verdict){ SIGN_NUL, 7 });
	assert_int_equal(ui.state, UI_DONE);
	assert_string_equal(ui_hint(&ui), sign_refusal_text(SIGN_NUL));
	assert_false(ui_busy(&ui));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_straight), TEST(test_unread), TEST(test_early), TEST(test_scroll),
		TEST(test_passphrase),
		TEST(test_broken_key), TEST(test_rest), TEST(test_clicks),
		TEST(test_wheel), TEST(test_far_away), TEST(test_early_press), TEST(test_withdraw),
	};

	return cmocka_run_group_tests_name("signer_ui", tests, NULL, NULL);
}
