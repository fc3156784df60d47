// SPDX-License-Identifier: MIT
// The window that changes the mode: which modes it offers, what clicks and keys mean.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <session/keys.h>
#include "apps/legacy/display/ui.h"

static struct ui ui;

static struct fb_mode
mode(uint32_t width, uint32_t height)
{
	return (struct fb_mode){ width, height, width * 4 };
}

static int
setup(void **state)
{
	(void)state;
	memset(&ui, 0, sizeof ui);
	ui_add(&ui, mode(1280, 1024)), ui_add(&ui, mode(640, 480)), ui_add(&ui, mode(800, 600));
	ui_add(&ui, mode(1280, 720)), ui_add(&ui, mode(1024, 768));
	ui.now = mode(1024, 768);
	return 0;
}

static void
expect(unsigned i, uint32_t width, uint32_t height)
{
	assert_int_equal(ui.mode[i].width, width);
	assert_int_equal(ui.mode[i].height, height);
}

static enum ui_action
at(uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	struct input_event ev = { type, 0, code, x, y };
	bool redraw = false;

	return ui_event(&ui, &ev, &redraw);
}

static enum ui_action
key(uint32_t code)
{
	return at(INPUT_PRESS, code, 0, 0);
}

static enum ui_action
click(unsigned part)
{
	struct rect r = ui_place(part);

	assert_int_equal(at(INPUT_PRESS, BTN_LEFT, r.x + r.w / 2, r.y + r.h / 2), UI_NOTHING);
	return at(INPUT_RELEASE, BTN_LEFT, r.x + r.w / 2, r.y + r.h / 2);
}

static void
offered(void **state)
{
	(void)state;
	assert_int_equal(ui.count, 5);
	expect(0, 640, 480), expect(1, 800, 600), expect(2, 1024, 768);
	expect(3, 1280, 720), expect(4, 1280, 1024);
	ui_add(&ui, mode(1280, 720));                   // twice
	ui_add(&ui, mode(639, 480)), ui_add(&ui, mode(640, 479));
	assert_int_equal(ui.count, 5);
	for (uint32_t i = 0; i < UI_MODES; i++)
		ui_add(&ui, mode(2000 + i, 1000));
	assert_int_equal(ui.count, UI_MODES);
	expect(UI_MODES - 1, 2000 + UI_MODES - 6, 1000);
	ui_add(&ui, mode(1152, 864));                   // the largest goes
	expect(3, 1152, 864), expect(UI_MODES - 1, 2000 + UI_MODES - 7, 1000);
}

static bool
apart(struct rect a, struct rect b)
{
	return a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
}

static void
places(void **state)
{
	(void)state;
	for (unsigned i = 1; i < UI_MODE + UI_MODES; i++) {
		struct rect r = ui_place(i);

		assert_true(r.x >= 0 && r.y >= 0 && r.w > 0 && r.x + r.w <= UI_WIDTH &&
		            r.y + r.h <= UI_HEIGHT);
		for (unsigned k = 1; k < i; k++)
			if ((i < UI_MODE) == (k < UI_MODE))
				assert_true(apart(r, ui_place(k)));
	}
}

static void
clicks(void **state)
{
	struct rect r = ui_place(UI_MODE + 1);

	(void)state;
	assert_int_equal(click(UI_MODE + 4), UI_SET);
	assert_int_equal(ui.selected, 4);
	assert_int_equal(click(UI_MODE + 2), UI_NOTHING);       // has it
	assert_int_equal(click(UI_MODE + 5), UI_NOTHING);       // is none
	assert_int_equal(click(UI_KEEP_BUTTON), UI_NOTHING);    // nothing is tried
	at(INPUT_PRESS, BTN_LEFT, r.x, r.y);                    // let go elsewhere
	at(INPUT_MOTION, 0, r.x - 2, r.y);
	assert_int_equal(at(INPUT_RELEASE, BTN_LEFT, r.x - 2, r.y), UI_NOTHING);
	at(INPUT_PRESS, BTN_LEFT, r.x, r.y);                    // the focus goes
	at(INPUT_FOCUS, 0, 0, 0);
	assert_int_equal(at(INPUT_RELEASE, BTN_LEFT, r.x, r.y), UI_NOTHING);
}

static void
keys(void **state)
{
	(void)state;
	key(KEY_RIGHT), key(KEY_RIGHT), key(KEY_DOWN);
	assert_int_equal(ui.selected, 2);
	assert_int_equal(key(KEY_ENTER), UI_NOTHING);
	key(KEY_LEFT), key(KEY_LEFT), key(KEY_LEFT), key(KEY_UP);
	assert_int_equal(ui.selected, 0);
	key(KEY_DOWN);
	assert_int_equal(ui.selected, 4);
	assert_int_equal(key(KEY_ENTER), UI_SET);
	key(KEY_TAB);
	assert_int_equal(ui.selected, 0);
	assert_int_equal(key(KEY_ESC), UI_NOTHING);
}

static void
question(void **state)
{
	(void)state;
	ui.left = UI_TRY;
	assert_int_equal(click(UI_KEEP_BUTTON), UI_KEEP);
	assert_int_equal(click(UI_BACK_BUTTON), UI_BACK);
	assert_int_equal(click(UI_MODE + 0), UI_NOTHING);       // is not there now
	assert_int_equal(key(KEY_DOWN), UI_NOTHING);
	assert_int_equal(ui.selected, 0);
	assert_int_equal(key(KEY_ESC), UI_BACK);
	assert_int_equal(key(KEY_ENTER), UI_KEEP);
	ui.left = 0, ui.count = 0;                              // a driver without modes
	assert_int_equal(key(KEY_TAB), UI_NOTHING);
	assert_int_equal(key(KEY_ENTER), UI_NOTHING);
}

// Whatever numbers a driver says, what is drawn stays inside (ASan sees the end).
static void
drawing(void **state)
{
	uint32_t *px = malloc(UI_WIDTH * UI_HEIGHT * sizeof *px);
	const struct canvas c = { px, UI_WIDTH, UI_HEIGHT, UI_WIDTH };

	(void)state;
	assert_non_null(px);
	for (uint32_t i = 0; i < UI_MODES; i++)
		ui_add(&ui, mode(UINT32_MAX - i, UINT32_MAX));
	ui.now = ui.before = ui.mode[9];
	for (ui.left = 0; ui.left < 2; ui.left++)
		for (ui.held = 0; ui.held < UI_MODE + UI_MODES; ui.held++)
			for (int i = 0; i < 4; i++) {
				ui.over = i & 1, ui.focused = i & 2, ui.refused = ui.held;
				ui_draw(&ui, &c);
			}
	free(px);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(offered, setup), cmocka_unit_test_setup(places, setup),
		cmocka_unit_test_setup(clicks, setup), cmocka_unit_test_setup(keys, setup),
		cmocka_unit_test_setup(question, setup), cmocka_unit_test_setup(drawing, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
