// SPDX-License-Identifier: MIT
// The signer's window: nothing the user or the mail program does leads to a
// signature without all rows seen, the right passphrase and a confirmation in
// a window that was visible and at rest.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include <session/keys.h>
#include "apps/secure/mail-signer/ui_draw.h"

static struct message message;
static struct display display;
static uint8_t text[MESSAGE_MAX], bytes[8192];
static struct ui ui;

// The world outside, and what happened in it.
static struct world {
	uint64_t now;
	uint32_t rest;                  // the window has been visible for so long; 0 = it is not
	enum sign_refusal unlock_why, sign_why;
	bool open;                      // the key
	bool seen[8192];                // rows that were drawn in a visible window
	uint32_t asked_rest;            // what the last question demanded and got
	unsigned unlocks, signs, locks;
} world;

static bool
visible(void *self, uint32_t ms)
{
	assert_ptr_equal(self, &world);
	world.asked_rest = world.rest > ms ? ms : 0;
	return world.rest > ms;
}

static uint64_t
now_ms(void *self)
{
	assert_ptr_equal(self, &world);
	return world.now;
}

static bool
unlock(void *self, const char *pass, size_t len, enum sign_refusal *why)
{
	assert_ptr_equal(self, &world);
	world.unlocks++;
	*why = world.unlock_why;
	world.open = *why == SIGN_OK && len == 2 && memcmp(pass, "ok", 2) == 0;
	return world.open;
}

static enum sign_refusal
sign(void *self)
{
	assert_ptr_equal(self, &world);
	assert_true(world.open);
	for (uint32_t i = 0; i < display.rows; i++)
		assert_true(world.seen[i]);
	world.signs++;
	return world.sign_why;
}

static void
lock(void *self)
{
	assert_ptr_equal(self, &world);
	world.open = false;
	world.locks++;
}

static const struct ui_ops ops = { visible, now_ms, unlock, sign, lock };

static void
submit(unsigned lines)
{
	int n = sprintf((char *)bytes, "From: a@x\r\nTo: b@x\r\nSubject: s\r\nDate: d\r\n\r\n");

	for (unsigned i = 0; i < lines; i++)
		n += sprintf((char *)bytes + n, "line %u\r\n", i);
	assert_int_equal(message_check(bytes, (size_t)n, text, &message).why, SIGN_OK);
	assert_true(display_build(&display, &message, &font_mono, UI_COLUMNS));
	memset(world.seen, 0, sizeof(world.seen));
	ui_submit(&ui);
}

static void
shown(void)
{
	for (uint32_t i = 0; i < UI_ROWS && world.rest > 0 && ui_busy(&ui); i++)
		world.seen[ui.top + i] = true;
	ui_shown(&ui);
}

static void
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	ui_event(&ui, &(struct input_event){ (uint16_t)type, 0, code, x, y });
}

static void
press(uint32_t code)
{
	event(INPUT_PRESS, code, 0, 0);
	shown();
	event(INPUT_RELEASE, code, 0, 0);
}

static void
type(const char *s)
{
	for (; *s != '\0'; s++)
		event(INPUT_TEXT, (uint8_t)*s, 0, 0);
}

static void
click(struct rect r)
{
	event(INPUT_MOTION, 0, r.x + r.w / 2, r.y + r.h / 2);
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
}

static int
setup(void **state)
{
	(void)state;
	world = (struct world){ .now = 10000, .rest = 1000 };
	display.rows = 0;
	ui_init(&ui, &ops, &world, &display);
	return 0;
}

static void
to_confirm(void)
{
	submit(0);
	shown();
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
	for (size_t i = 0; i < UI_PASSPHRASE_MAX; i++)
		assert_int_equal(ui.passphrase[i], 0);
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
	shown();
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
	world.rest = 1;
	press(KEY_HOME);
	for (int i = 0; i < 100; i++) {
		event(INPUT_WHEEL, 0, 0, 1);
		shown();
	}
	click(ui_accept);
	assert_int_equal(ui.state, UI_PASSPHRASE);
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
	event(INPUT_MOTION, 0, ui_scrollbar.x + 2, ui_scrollbar.y + 2);
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
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
	shown();
	type("no");                     // not asked yet
	press(KEY_ENTER);
	assert_int_equal(ui.length, 0);
	press(KEY_ENTER);               // an empty one is none
	assert_int_equal(ui.state, UI_PASSPHRASE);
	type("a\r\n\x1b\x7f");
	assert_int_equal(ui.length, 1);
	event(INPUT_TEXT, 0xe9, 0, 0);
	event(INPUT_TEXT, 0x20ac, 0, 0);
	event(INPUT_TEXT, 0x1f600, 0, 0);
	event(INPUT_TEXT, 0x110000, 0, 0);
	assert_int_equal(ui.length, 10);
	assert_memory_equal(ui.passphrase, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10);
	press(KEY_BACKSPACE);
	event(INPUT_REPEAT, KEY_BACKSPACE, 0, 0);
	assert_int_equal(ui.length, 3);
	for (size_t i = 3; i < UI_PASSPHRASE_MAX; i++)
		assert_int_equal(ui.passphrase[i], 0);
	for (int i = 0; i < 200; i++)
		type("x");
	assert_int_equal(ui.length, UI_PASSPHRASE_MAX);
	assert_int_equal(ui.note, NOTE_FULL);
	press(KEY_BACKSPACE);
	event(INPUT_TEXT, 0xe9, 0, 0);
	assert_int_equal(ui.length, UI_PASSPHRASE_MAX - 1);
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	assert_int_equal(ui.state, UI_PASSPHRASE);
	assert_int_equal(ui.note, NOTE_WRONG);
	assert_int_equal(ui.length, 0);
	type("secret");
	press(KEY_ESC);                 // back, forgotten
	assert_int_equal(ui.state, UI_REVIEW);
	assert_int_equal(ui.length, 0);
	assert_int_equal(ui.passphrase[0], 0);
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
	shown();
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
	event(INPUT_MOTION, 0, ui_accept.x, ui_accept.y);
	event(INPUT_PRESS, BTN_RIGHT, 0, 0);
	event(INPUT_RELEASE, BTN_RIGHT, 0, 0);
	assert_int_equal(ui.state, UI_CONFIRM);
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
	event(INPUT_MOTION, 0, ui_accept.x - 1, ui_accept.y);   // slipped off
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	event(INPUT_MOTION, 0, ui_accept.x, ui_accept.y);
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);                   // pressed elsewhere
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
	event(INPUT_FOCUS, 0, 0, 0);                            // focus lost in between
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	assert_int_equal(ui.state, UI_CONFIRM);
	click(ui_refuse);
	assert_int_equal(ui.outcome.why, SIGN_REFUSED_BY_USER);
	assert_false(world.open);
}

// A press before the question is not half a click on its button.
static void
test_early_press(void **state)
{
	(void)state;
	submit(0);
	shown();
	press(KEY_ENTER);
	type("ok");
	event(INPUT_MOTION, 0, ui_accept.x, ui_accept.y);
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	world.now += 1000;
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	assert_int_equal(ui.state, UI_CONFIRM);
}

static void
test_withdraw(void **state)
{
	(void)state;
	to_confirm();
	ui_withdraw(&ui);
	assert_int_equal(ui.state, UI_IDLE);
	assert_false(world.open);
	submit(0);                      // another one: all again
	press(KEY_ENTER);
	assert_int_equal(ui.state, UI_REVIEW);
	ui_withdraw(&ui);
	ui_refused(&ui, (struct message_verdict){ SIGN_NUL, 7 });
	assert_int_equal(ui.state, UI_DONE);
	assert_string_equal(ui_hint(&ui), sign_refusal_text(SIGN_NUL));
	assert_false(ui_busy(&ui));
}

static void
test_drag(void **state)
{
	(void)state;
	event(INPUT_MOTION, 0, 100, 10);
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
	event(INPUT_MOTION, 0, 110, 5);
	assert_int_equal(ui.drag_x, 10);
	assert_int_equal(ui.drag_y, -5);
	ui.drag_x = ui.drag_y = 0;      // the window has moved: the pointer is where it was in it
	event(INPUT_MOTION, 0, 101, 10);
	assert_int_equal(ui.drag_x, 1);
	event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	ui.drag_x = ui.drag_y = 0;
	event(INPUT_MOTION, 0, 150, 10);
	assert_int_equal(ui.drag_x, 0);
	event(INPUT_PRESS, BTN_LEFT, 0, 0);
	event(INPUT_MOTION, 0, INT32_MIN, INT32_MAX);
	event(INPUT_MOTION, 0, INT32_MAX, INT32_MIN);
}

static uint32_t
random_number(void)
{
	static uint64_t s = 42;

	s = s * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(s >> 33);
}

static void
random_event(void)
{
	static const uint32_t keys[] = {
		KEY_ENTER, KEY_ENTER, KEY_ENTER, KEY_KPENTER, KEY_PAGEDOWN, KEY_PAGEDOWN, KEY_END,
		KEY_HOME, KEY_SPACE, KEY_BACKSPACE, KEY_UP, KEY_A, BTN_LEFT, BTN_LEFT, BTN_LEFT,
	};
	static const struct rect *const places[] = {
		&ui_accept, &ui_accept, &ui_accept, &ui_refuse, &ui_pane, &ui_title, &ui_scrollbar,
	};
	uint32_t code = keys[random_number() % 15], n = random_number();
	const struct rect *r = places[n % 7];

	switch (n % 11) {
	case 0:
		event(INPUT_MOTION, 0, r->x + (int32_t)(random_number() % 20), r->y + 5);
		break;
	case 1: case 2:
		event(INPUT_TEXT, random_number() % 8 ? (uint32_t)"ok"[ui.length & 1]
		                                      : random_number() % 0x200000, 0, 0);
		break;
	case 3:
		event(INPUT_WHEEL, 0, 0, (int32_t)(random_number() % 7) - 2);
		break;
	case 4: case 5: case 6:
		event(INPUT_PRESS, code, 0, 0);
		break;
	case 7:
		event(INPUT_RELEASE, code, 0, 0);
		break;
	case 8:
		event(INPUT_REPEAT, code, 0, 0);
		break;
	case 9:
		if (random_number() % 50 == 0)
			event(INPUT_PRESS, KEY_ESC, 0, 0);
		break;
	default:
		event(random_number() % (INPUT_TYPES + 1), random_number() % 2, 5, 5);
	}
}

// Everything at random; sign() asserts that all rows were seen and the key is
// open, and here that a visible window at rest was asked for just before.
static void
test_random(void **state)
{
	unsigned confirms = 0;

	(void)state;
	for (int i = 0; i < 2000000; i++) {
		enum ui_state before = ui.state;
		unsigned signs = world.signs, n = random_number() % 200;
		uint64_t since = ui.since;

		world.now += random_number() % 300;
		if (n < 8)
			world.rest = n == 0 ? 0 : random_number() % 1500;
		world.asked_rest = 0;
		if (n == 9 && !ui_busy(&ui))
			submit(random_number() % 60);
		else if (n == 10 && random_number() % 8 == 0)
			ui_withdraw(&ui);
		else if (n == 11 && !ui_busy(&ui))
			ui_refused(&ui, (struct message_verdict){ SIGN_UTF8, n });
		else if (n < 20)
			ui_step(&ui);
		else if (n < 80)
			shown();
		else
			random_event();
		if (ui.state == UI_SIGNING && before != UI_SIGNING) {
			assert_int_equal(before, UI_CONFIRM);
			assert_int_equal(world.asked_rest, UI_REST_MS);
			assert_true(world.now - since >= UI_REST_MS);
			confirms++;
		}
		assert_int_equal(world.signs - signs, before == UI_SIGNING && ui.state == UI_DONE);
		assert_true(!world.open || ui.state == UI_CONFIRM || ui.state == UI_SIGNING);
		assert_true(ui.length == 0 || ui.state == UI_PASSPHRASE || ui.state == UI_UNLOCKING);
		assert_true(ui.top == 0 || ui.top < display.rows);
	}
	assert_in_range(world.signs, 20, confirms);
	assert_true(world.unlocks > 2 * world.signs);
}

// Every state can be drawn, and drawing a part changes nothing outside it.
static void
test_draw(void **state)
{
	static uint32_t px[UI_WIDTH * UI_HEIGHT], before[UI_WIDTH * UI_HEIGHT];
	const struct canvas canvas = { px, UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	static char noise[300];
	struct ui_key key = { { noise, 300 }, { noise, 200 }, { noise, 299 }, true, { noise, 250 } };

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)random_number();
	for (int i = 0; i < 400; i++) {
		enum ui_part part = i % 2 ? UI_PANE : UI_PANEL;
		struct rect r;

		submit((unsigned)i % 50 * 7 % 80);
		ui.state = (enum ui_state)(i % (UI_DONE + 1));
		ui.note = (enum ui_note)(i % (NOTE_VISIBLE + 1));
		ui.length = (size_t)i % (UI_PASSPHRASE_MAX + 1);
		ui.outcome = (struct message_verdict){ (enum sign_refusal)(i % SIGN_REFUSALS), UINT32_MAX };
		event(INPUT_WHEEL, 0, 0, i % 30);
		memcpy(before, px, sizeof(px));
		r = ui_draw(&canvas, &ui, &key, part);
		for (int32_t k = 0; k < UI_WIDTH * UI_HEIGHT; k++)
			assert_true(px[k] == before[k] || (k % UI_WIDTH >= r.x && k / UI_WIDTH >= r.y
			            && k % UI_WIDTH < r.x + r.w && k / UI_WIDTH < r.y + r.h));
		ui_draw(&canvas, &ui, &key, UI_ALL);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_straight), TEST(test_unread), TEST(test_scroll), TEST(test_passphrase),
		TEST(test_broken_key), TEST(test_rest), TEST(test_clicks), TEST(test_early_press),
		TEST(test_withdraw), TEST(test_drag), TEST(test_random), TEST(test_draw),
	};

	return cmocka_run_group_tests_name("signer_ui", tests, NULL, NULL);
}
