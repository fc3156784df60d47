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
#include <session/keys.h>
#include "tests/unit/signer_world.h"

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
		event(INPUT_MOTION, 0, r->x + 5, r->y + 5);
		break;
	case 1: case 2:
		event(INPUT_TEXT, random_number() % 8 ? (uint32_t)"ok"[ui.secret.length & 1]
		                                      : random_number() % 0x200000, 0, 0);
		break;
	case 3:
		event(INPUT_WHEEL, 0, 0, (int32_t)(random_number() % 7) - 2);
		break;
	case 4: case 5: case 6:
		event(INPUT_PRESS, code, r->x + 5, r->y + 5);
		break;
	case 7:
		event(INPUT_RELEASE, code, r->x + 5, r->y + 5);
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
	unsigned confirms = 0, restarts = 0;

	(void)state;
	for (int i = 0; i < 2000000; i++) {
		enum ui_state before = ui.state;
		unsigned signs = world.signs, n = random_number() % 200;
		uint64_t since = ui.since;

		world.now += random_number() % (random_number() % 64 ? 300 : 3000);
		if (n < 8)
			world.rest = n == 0 ? 0 : random_number() % 3000;
		world.asked_rest = 0;
		if (n == 9 && !ui_busy(&ui))
			submit(random_number() % 60);
		else if (n == 10 && random_number() % 8 == 0)
			ui_busy(&ui) ? ui_withdraw(&ui) : (void)0;
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
		if ((before == UI_LOST && ui.state != UI_LOST && ui.state != UI_AFRESH)
		    || (before == UI_AFRESH && ui.state != UI_AFRESH && ui.state != UI_LOST)) {
			assert_true(n >= 20);           // the user, not the mail program
			assert_true(world.now - since >= UI_DEAD_MS);
			restarts++;
		}
		assert_int_equal(world.signs - signs, before == UI_SIGNING && ui.state == UI_DONE);
		assert_true(!world.open || ui.state == UI_CONFIRM || ui.state == UI_SIGNING);
		assert_true(ui.secret.length == 0 || ui.state == UI_PASSPHRASE ||
		            ui.state == UI_UNLOCKING);
		assert_true(ui.top == 0 || ui.top < display.rows);
	}
	assert_in_range(world.signs, 20, confirms);
	assert_true(world.unlocks > 2 * world.signs);
	assert_true(restarts > 20);
}

// Every state can be drawn, and drawing a part changes nothing outside it.
static void
test_draw(void **state)
{
	static uint32_t px[UI_WIDTH * UI_HEIGHT], before[UI_WIDTH * UI_HEIGHT];
	const struct canvas canvas = { px, UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	static char noise[300];
	struct ui_key key = { { noise, 300 }, { noise, 200 }, { noise, 299 }, true, true,
		              { noise, 250 } };

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)random_number();
	for (int i = 0; i < 400; i++) {
		enum ui_part part = i % 2 ? UI_PANE : UI_PANEL;
		struct rect r;

		submit((unsigned)i % 50 * 7 % 80);
		ui.state = (enum ui_state)(i % (UI_AFRESH + 1));
		ui.note = (enum ui_note)(i % (NOTE_VISIBLE + 1));
		ui.secret.length = (size_t)i % (SECRET_MAX + 1);
		ui.outcome = (struct message_verdict){
			(enum sign_refusal)(i % SIGN_REFUSALS), UINT32_MAX };
		event(INPUT_WHEEL, 0, 0, i % 30);
		memcpy(before, px, sizeof(px));
		r = ui_draw(&canvas, &ui, &key, part);
		for (int32_t k = 0; k < UI_WIDTH * UI_HEIGHT; k++)
			assert_true(px[k] == before[k]
			            || (k % UI_WIDTH >= r.x && k / UI_WIDTH >= r.y
			                && k % UI_WIDTH < r.x + r.w && k / UI_WIDTH < r.y + r.h));
		ui_draw(&canvas, &ui, &key, UI_ALL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random, setup),
		cmocka_unit_test_setup(test_draw, setup),
	};

	return cmocka_run_group_tests_name("signer_chance", tests, NULL, NULL);
}
