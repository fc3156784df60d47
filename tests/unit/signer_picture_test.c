// SPDX-License-Identifier: MIT
// The signer's window in each of its states, pixel by pixel (picture.h).
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include <session/keys.h>
#include "tests/unit/picture.h"
#include "tests/unit/signer_world.h"

enum { PIXELS = UI_WIDTH * UI_HEIGHT, MARK = 0x00badbad };

static uint32_t pixels[PIXELS], part[PIXELS];
static const struct canvas canvas = { pixels, UI_WIDTH, UI_HEIGHT, UI_WIDTH };
static const struct ui_key own = {
	{ "Alice", 5 }, { "alice@example.org", 17 }, { "Some authority", 14 },
	false, false, { NULL, 0 },
};

static void
look(const char *name, const struct ui_key *key)
{
	struct rect all = ui_draw(&canvas, &ui, key, UI_ALL);

	assert_int_equal(all.x | all.y, 0);
	assert_int_equal(all.w, UI_WIDTH);
	assert_int_equal(all.h, UI_HEIGHT);
	picture_check(&canvas, name);
}

// Every kind of row and cell, from a sender who says less than usual, but at length.
static void
submit_odd(unsigned lines)
{
	static uint8_t bytes[8192], text[MESSAGE_MAX];
	int n = sprintf((char *)bytes, "From: =?utf-8?q?=C3=A9?= <a@x>\r\n"
	                "X-Long: %0120d\r\nContent-Type: "
	                "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
	                "quoted-printable\r\n\r\nplain=20\r\n\ttab\r\n"
	                "=CE=B1 =E2=80=AE =C3=A9\r\n%0100d\r\n", 7, 8);

	for (unsigned i = 0; i < lines; i++)
		n += sprintf((char *)bytes + n, "line %u\r\n", i);
	assert_int_equal(message_check(bytes, (size_t)n, text, &message).why, SIGN_OK);
	assert_true(display_build(&display, &message, &font_mono, UI_COLUMNS));
	ui_submit(&ui);
}

static void
test_idle(void **state)
{
	const struct ui_key demo = {
		{ "A", 1 }, { "a@x", 3 }, { "D", 1 }, false, false, { "vitrine", 7 },
	}, no_mail = { { "A", 1 }, { "", 0 }, { "D", 1 }, false, false, { NULL, 0 } };
	char longer[400];

	(void)state;
	look("signer-idle", &own);
	event(INPUT_FOCUS, 1, 0, 0);
	look("signer-focused", &own);
	look("signer-no-key", &(struct ui_key){ 0 });
	look("signer-demo-key", &demo);
	look("signer-no-mail", &no_mail);
	memset(longer, 'm', sizeof longer);
	struct ui_text wide = { longer, sizeof longer };
	look("signer-long-names", &(struct ui_key){ wide, wide, wide, false, false, wide });
	ui_refused(&ui, (struct message_verdict){ SIGN_NUL, 7 });
	look("signer-refused-unseen", &own);
}

static void
test_review(void **state)
{
	struct ui_key foreign = own;

	(void)state;
	event(INPUT_FOCUS, 1, 0, 0);
	submit_odd(0);
	look("signer-short", &own);
	foreign.foreign = true;
	look("signer-foreign", &foreign);
	foreign.expired = true;
	look("signer-foreign-expired", &foreign);
	withdrawn();
	submit_odd(60);
	look("signer-top", &own);
	press(KEY_ENTER);
	look("signer-read-on", &own);
	press(KEY_PAGEDOWN);
	look("signer-middle", &own);
	press(KEY_END);
	look("signer-end", &own);
	world.rest = 0;
	press(KEY_ENTER);
	look("signer-hidden", &own);
	event(INPUT_PRESS, BTN_LEFT, ui_refuse.x + 3, ui_refuse.y + 3);
	look("signer-refuse-held", &own);
	event(INPUT_MOTION, 0, ui_refuse.x - 3, ui_refuse.y - 3);
	look("signer-slipped-off", &own);
	event(INPUT_MOTION, 0, ui_refuse.x + 3, ui_refuse.y + 3);
	event(INPUT_RELEASE, BTN_LEFT, ui_refuse.x + 3, ui_refuse.y + 3);
	look("signer-refused", &own);
}

static void
test_passphrase(void **state)
{
	(void)state;
	event(INPUT_FOCUS, 1, 0, 0);
	submit(0);
	looked_at();
	look("signer-seen", &own);
	event(INPUT_PRESS, BTN_LEFT, ui_accept.x + 3, ui_accept.y + 3);
	look("signer-accept-held", &own);
	event(INPUT_RELEASE, BTN_LEFT, ui_accept.x + 3, ui_accept.y + 3);
	look("signer-passphrase", &own);
	type("o");
	event(INPUT_TEXT, 0x20ac, 0, 0);        // three bytes, one dot
	look("signer-two-dots", &own);
	event(INPUT_FOCUS, 0, 0, 0);
	look("signer-no-focus", &own);
	event(INPUT_FOCUS, 1, 0, 0);
	for (int i = 0; i < SECRET_MAX; i++)
		type("x");
	look("signer-full", &own);
	press(KEY_ENTER);
	look("signer-unlocking", &own);
	assert_true(ui_step(&ui));
	look("signer-wrong", &own);
}

static void
test_confirm(void **state)
{
	(void)state;
	event(INPUT_FOCUS, 1, 0, 0);
	submit(0);
	looked_at();
	press(KEY_ENTER);
	type("ok");
	press(KEY_ENTER);
	assert_true(ui_step(&ui));
	look("signer-confirm", &own);
	world.rest = 0;
	world.now += 10 * UI_REST_MS;
	press(KEY_ENTER);
	look("signer-not-visible", &own);
	world.rest = 1000;
	press(KEY_ENTER);
	look("signer-signing", &own);
	assert_true(ui_step(&ui));
	look("signer-signed", &own);
}

static void
test_taken_back(void **state)
{
	static struct message before;

	(void)state;
	event(INPUT_FOCUS, 1, 0, 0);
	submit_odd(0);
	before = message;
	looked_at();
	press(KEY_ENTER);
	type("ok");
	ui_withdraw(&ui);
	look("signer-lost", &own);
	submit_odd(2);
	before.text = (const uint8_t *)"plain \r\n";
	before.text_length = 8;
	before.fields--;
	display_mark(&display, &before);
	look("signer-afresh", &own);
	world.now += UI_DEAD_MS;
	world.rest = UI_DEAD_MS + 1;
	shown();
	look("signer-afresh-ready", &own);
}

// A part draws all of its place as the whole window would, and nothing elsewhere.
static void
test_parts(void **state)
{
	const struct canvas c = { part, UI_WIDTH, UI_HEIGHT, UI_WIDTH };

	(void)state;
	submit_odd(60);
	ui_draw(&canvas, &ui, &own, UI_ALL);
	for (enum ui_part which = UI_PANE; which <= UI_PANEL; which++) {
		for (unsigned i = 0; i < PIXELS; i++)
			part[i] = MARK;
		struct rect r = ui_draw(&c, &ui, &own, which);

		for (int32_t i = 0; i < PIXELS; i++) {
			int32_t x = i % UI_WIDTH, y = i / UI_WIDTH;
			bool edge = x == 0 || x == UI_WIDTH - 1 || y == UI_HEIGHT - 1;
			bool in = x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;

			assert_int_equal(part[i], in && !edge ? pixels[i] : MARK);
		}
	}
}

static int
begin(void **state)
{
	(void)state;
	picture_begin("tests/unit/signer_pictures.txt");
	return 0;
}

static void
test_all_compared(void **state)
{
	(void)state;
	picture_end();
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		TEST(test_idle), TEST(test_review), TEST(test_passphrase), TEST(test_confirm),
		TEST(test_taken_back),
		TEST(test_parts), cmocka_unit_test(test_all_compared),
	};

	return cmocka_run_group_tests_name("signer_picture", tests, begin, NULL);
}
