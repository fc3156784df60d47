// SPDX-License-Identifier: MIT
// The legacy mail program's window: clicks and keys, painting; neither minds
// hostile messages or positions.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <draw/theme.h>
#include <session/keys.h>
#include "apps/legacy/mail/ui.h"

static struct ui ui;

enum { MANY = 20 };
static struct draft drafts[MANY];
static char body[MANY][2000];

static void
fill(uint32_t count)
{
	for (uint32_t i = 0; i < MANY; i++) {
		memset(body[i], '\n', sizeof(body[i]));
		memcpy(body[i], "From: x\nSubject: y\n\nz", 21);
		draft_open(&drafts[i], "n", body[i], i % 2 ? sizeof(body[i]) : 22);
	}
	ui_init(&ui, drafts, count);
}

static enum ui_action
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	return ui_event(&ui, &(struct input_event){ .type = (uint16_t)type, .code = code,
	                                            .x = x, .y = y });
}

static enum ui_action
key(uint32_t code)
{
	return event(INPUT_PRESS, code, ui.x, ui.y);
}

static enum ui_action
let_go(void)
{
	return event(INPUT_RELEASE, BTN_LEFT, ui.x, ui.y);
}

static void
test_keys(void **state)
{
	(void)state;
	ui = (struct ui){ 0 };
	fill(MANY);
	assert_int_equal(key(KEY_UP), UI_NOTHING);
	assert_int_equal(ui.selected, 0);
	for (int i = 0; i < 30; i++)
		event(INPUT_REPEAT, KEY_DOWN, 0, 0);
	assert_int_equal(ui.selected, MANY - 1);
	assert_int_equal(ui.first, MANY - UI_LIST_ROWS);
	key(KEY_END);
	assert_int_equal(ui.top, ui.preview.rows - UI_PREVIEW_ROWS);
	key(KEY_PAGEUP);
	assert_int_equal(ui.top, ui.preview.rows - 2 * UI_PREVIEW_ROWS);
	key(KEY_HOME);
	assert_int_equal(ui.top, 0);
	assert_int_equal(key(KEY_S), UI_SIGN);
	assert_int_equal(key(KEY_ENTER), UI_SIGN);
	assert_int_equal(event(INPUT_REPEAT, KEY_S, 0, 0), UI_NOTHING);
	assert_int_equal(key(KEY_ESC), UI_NOTHING);
	ui.waiting = true;
	assert_int_equal(key(KEY_S), UI_NOTHING);
	assert_int_equal(key(KEY_ESC), UI_WITHDRAW);
}

static void
test_mouse(void **state)
{
	struct rect b = ui_button(), l = ui_list();
	(void)state;

	ui = (struct ui){ 0 };
	fill(MANY);
	event(INPUT_MOTION, 0, l.x + 5, l.y + 3 * UI_ROW + 1);
	key(BTN_LEFT);
	let_go();
	assert_int_equal(ui.selected, 3);
	event(INPUT_WHEEL, 0, 0, 2);
	assert_int_equal(ui.first, 2);
	// the button counts when it is released where it was pressed
	event(INPUT_MOTION, 0, b.x + 5, b.y + 5);
	assert_int_equal(key(BTN_LEFT), UI_NOTHING);
	assert_int_equal(let_go(), UI_SIGN);
	assert_int_equal(let_go(), UI_NOTHING);
	key(BTN_LEFT);
	event(INPUT_MOTION, 0, 0, 0);
	assert_int_equal(let_go(), UI_NOTHING);
	key(BTN_LEFT);                                  // the title bar
	event(INPUT_MOTION, 0, b.x + 5, b.y + 5);
	assert_int_equal(let_go(), UI_NOTHING);
	event(INPUT_MOTION, 0, 30, 10);
	key(BTN_LEFT);
	assert_int_equal(event(INPUT_MOTION, 0, 37, 8), UI_MOVE);
	assert_int_equal(ui.move_x, 7);
	assert_int_equal(ui.move_y, -2);
	let_go();
	// a press says where it is: motion before it went to somebody else
	event(INPUT_PRESS, BTN_LEFT, l.x + 5, l.y + 1 * UI_ROW + 1);
	event(INPUT_RELEASE, BTN_LEFT, l.x + 5, l.y);
	assert_int_equal(ui.selected, ui.first + 1);
}

static void
test_no_drafts(void **state)
{
	(void)state;
	ui = (struct ui){ 0 };
	fill(0);
	for (uint32_t k = 0; k < KEY_COUNT; k++) {
		event(INPUT_MOTION, 0, (int32_t)k * 2, (int32_t)k * 2);
		assert_int_equal(key(k), UI_NOTHING);
		assert_int_equal(let_go(), UI_NOTHING);
	}
}

static uint32_t seed = 5;

static uint32_t
any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static int32_t
coordinate(void)
{
	static const int32_t edge[] = { INT32_MIN, INT32_MAX, INT32_MIN / 2, -1, 0 };

	return any() % 10 ? (int32_t)(any() % 700) : edge[any() % 5];
}

// Any events over any messages: selection and scrolling stay in range, drawing
// stays inside a canvas of exactly the window's size.
static void
test_random(void **state)
{
	static const uint32_t codes[] = {
		BTN_LEFT, BTN_LEFT, KEY_UP, KEY_DOWN, KEY_PAGEUP, KEY_PAGEDOWN, KEY_END, KEY_S,
		KEY_ESC,
	};
	struct canvas c = { malloc(4 * UI_WIDTH * UI_HEIGHT), UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	(void)state;

	for (int round = 0; round < 60; round++) {
		uint32_t count = any() % (MANY + 1);

		ui = (struct ui){ 0 };
		fill(count);
		for (uint32_t i = 0; i < MANY; i++) {
			for (size_t k = 0; k < sizeof(body[i]); k++) {
				static const char likely[] =
					"\r\n\n :=?\tToSubject<,\"\xe2\x82\xac\0";

				body[i][k] = any() % 2 ? (char)any() :
				             likely[any() % sizeof(likely)];
			}
			draft_open(&drafts[i], body[i], body[i], any() % sizeof(body[i]));
		}
		ui_init(&ui, drafts, count);
		for (int i = 0; i < 500; i++) {
			struct rect changed;
			enum ui_action a = event((enum input_type)(any() % (INPUT_TYPES + 1)),
			                         codes[any() % 9], coordinate(), coordinate());

			assert_true(a != UI_SIGN || (count > 0 && !ui.waiting));
			assert_true(a != UI_WITHDRAW || ui.waiting);
			if (a == UI_SIGN || a == UI_WITHDRAW)
				ui.waiting = a == UI_SIGN;
			assert_true(count == 0 || ui.selected < count);
			assert_true(ui.first == 0 || ui.first + UI_LIST_ROWS <= count);
			assert_true(ui.top == 0 || ui.top + UI_PREVIEW_ROWS <= ui.preview.rows);
			if (i % 20 == 0) {
				ui_draw(&ui, &c, &changed);
				assert_true(changed.x >= 0 && changed.y >= 0 &&
				            changed.x + changed.w <= UI_WIDTH &&
				            changed.y + changed.h <= UI_HEIGHT);
			}
		}
	}
	free(c.px);
}

// What is not declared changed does not change.
static void
test_changed_area(void **state)
{
	size_t bytes = 4 * UI_WIDTH * UI_HEIGHT;
	struct canvas c = { malloc(bytes), UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	uint32_t *before = malloc(bytes);
	struct rect changed;
	struct text t = { 0 };
	(void)state;

	ui = (struct ui){ 0 };
	fill(MANY);
	ui_draw(&ui, &c, &changed);
	assert_int_equal(changed.w, UI_WIDTH);
	assert_int_equal(c.px[0], THEME_EDGE);
	for (int i = 0; i < 40; i++) {
		memcpy(before, c.px, bytes);
		text_add(&t, "x");
		if (i % 3 == 0)
			ui_status(&ui, (enum ui_mood)(i % 4), &t);
		key(i % 2 ? KEY_PAGEDOWN : KEY_DOWN);
		ui_draw(&ui, &c, &changed);
		for (int y = 0; y < UI_HEIGHT; y++)
			for (int x = 0; x < UI_WIDTH; x++)
				if (!rect_has(changed, x, y))
					assert_int_equal(c.px[y * UI_WIDTH + x],
					                 before[y * UI_WIDTH + x]);
		if (i % 2 == 0 && i < 30)     // another draft is selected
			assert_memory_not_equal(before, c.px, bytes);
		int row = ui_list().y + (int)(ui.selected - ui.first) * UI_ROW;
		assert_int_equal(c.px[(row + 5) * UI_WIDTH + ui_list().x + 2], THEME_ACCENT);
	}
	free(before);
	free(c.px);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_no_drafts),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_changed_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
