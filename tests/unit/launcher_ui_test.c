// SPDX-License-Identifier: MIT
// The launcher's window: what clicks and keys mean, and that whatever figures a
// server tells, nothing is drawn outside and no more is asked for than there is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <session/keys.h>
#include "apps/legacy/launcher/ui.h"

static struct ui ui;

static int
setup(void **state)
{
	(void)state;
	ui = (struct ui){ .count = 3, .free = { 8 << 20, 6 << 20, 4 << 20, 2 << 20, 1 << 20 } };
	for (unsigned i = 0; i < 3; i++)
		ui.row[i].status = (struct launcher_status){ LAUNCHER_STOPPED, (100 + i) << 10,
			0, 0, 256 << 10, "views" };
	ui_update(&ui);
	return 0;
}

static enum ui_action
at(uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	struct input_event ev = { type, 0, code, x, y };
	bool redraw = false;

	return ui_event(&ui, &ev, &redraw);
}

static enum ui_action
click(struct rect r)
{
	assert_int_equal(at(INPUT_PRESS, BTN_LEFT, r.x + r.w / 2, r.y + r.h / 2), UI_NOTHING);
	return at(INPUT_RELEASE, BTN_LEFT, r.x + r.w / 2, r.y + r.h / 2);
}

static void
buttons(void **state)
{
	(void)state;
	assert_int_equal(click(ui_button(1, UI_START_BUTTON)), UI_START);
	assert_int_equal(ui.selected, 1);
	assert_int_equal(click(ui_button(1, UI_DESTROY_BUTTON)), UI_NOTHING);
	ui.row[1].status.state = LAUNCHER_RUNNING;
	assert_int_equal(click(ui_button(1, UI_START_BUTTON)), UI_NOTHING);
	assert_int_equal(click(ui_button(1, UI_DESTROY_BUTTON)), UI_DESTROY);
	ui.row[1].status.state = LAUNCHER_FAULTED;
	assert_int_equal(click(ui_button(1, UI_DESTROY_BUTTON)), UI_DESTROY);
	ui.row[1].status.state = LAUNCHER_LOCKED_OUT;
	assert_int_equal(click(ui_button(1, UI_START_BUTTON)), UI_NOTHING);
	assert_int_equal(click(ui_button(1, UI_DESTROY_BUTTON)), UI_NOTHING);
	// let go elsewhere: it was not meant
	struct rect r = ui_button(0, UI_START_BUTTON);

	at(INPUT_PRESS, BTN_LEFT, r.x + 1, r.y + 1);
	at(INPUT_MOTION, 0, r.x - 9, r.y);
	assert_int_equal(at(INPUT_RELEASE, BTN_LEFT, r.x - 9, r.y), UI_NOTHING);
	assert_int_equal(at(INPUT_RELEASE, BTN_LEFT, r.x + 1, r.y + 1), UI_NOTHING);
	at(INPUT_PRESS, BTN_LEFT, r.x + 1, r.y + 1);
	at(INPUT_FOCUS, 0, 0, 0);
	assert_int_equal(at(INPUT_RELEASE, BTN_LEFT, r.x + 1, r.y + 1), UI_NOTHING);
}

static void
slider(void **state)
{
	struct rect r = ui_slider(0);

	(void)state;
	assert_int_equal(ui.row[0].wanted, 128 << 10);  // whole steps, no less than it needs
	at(INPUT_PRESS, BTN_LEFT, r.x + r.w - 1, r.y + 9);
	assert_int_equal(ui.row[0].wanted, 4 << 20);
	at(INPUT_MOTION, 0, r.x - 500, 0);
	assert_int_equal(ui.row[0].wanted, 128 << 10);
	at(INPUT_MOTION, 0, r.x + r.w / 2, 0);
	assert_in_range(ui.row[0].wanted, 2 << 20, (2 << 20) + (192 << 10));
	assert_int_equal(at(INPUT_RELEASE, BTN_LEFT, r.x + r.w / 2, 0), UI_NOTHING);
	uint64_t wanted = ui.row[0].wanted;

	at(INPUT_MOTION, 0, r.x, 0);
	assert_int_equal(ui.row[0].wanted, wanted);
	ui.free.largest = 1 << 20;      // somebody else took memory
	ui_update(&ui);
	assert_int_equal(ui.row[0].wanted, 1 << 20);
}

static void
keys(void **state)
{
	(void)state;
	assert_int_equal(at(INPUT_PRESS, KEY_ENTER, 0, 0), UI_START);
	at(INPUT_PRESS, KEY_UP, 0, 0);
	assert_int_equal(ui.selected, 2);
	at(INPUT_PRESS, KEY_TAB, 0, 0);
	at(INPUT_PRESS, KEY_DOWN, 0, 0);
	assert_int_equal(ui.selected, 1);
	at(INPUT_PRESS, KEY_RIGHT, 0, 0);
	at(INPUT_REPEAT, KEY_RIGHT, 0, 0);
	assert_int_equal(ui.row[1].wanted, (128 + 2 * 64) << 10);
	for (unsigned i = 0; i < 9; i++)
		at(INPUT_PRESS, KEY_LEFT, 0, 0);
	assert_int_equal(ui.row[1].wanted, 128 << 10);
	assert_int_equal(at(INPUT_PRESS, KEY_DELETE, 0, 0), UI_NOTHING);
	ui.row[1].status.state = LAUNCHER_RUNNING;
	assert_int_equal(at(INPUT_PRESS, KEY_ENTER, 0, 0), UI_NOTHING);
	assert_int_equal(at(INPUT_REPEAT, KEY_DELETE, 0, 0), UI_NOTHING);
	assert_int_equal(at(INPUT_PRESS, KEY_DELETE, 0, 0), UI_DESTROY);
}

static void
bytes(void **state)
{
	char text[UI_BYTES];

	(void)state;
	ui_bytes(0, text), assert_string_equal(text, "0 KiB");
	ui_bytes(1, text), assert_string_equal(text, "1 KiB");
	ui_bytes((1 << 20) - 1, text), assert_string_equal(text, "1024 KiB");
	ui_bytes(1 << 20, text), assert_string_equal(text, "1.0 MiB");
	ui_bytes((1 << 20) + 1, text), assert_string_equal(text, "1.1 MiB");
	ui_bytes(10 << 20, text), assert_string_equal(text, "10.0 MiB");
	for (unsigned shift = 0; shift < 64; shift++)
		ui_bytes(~0ull >> shift, text);
}

// Under AddressSanitizer: figures without sense, and events at random.
static void
any_figures(void **state)
{
	uint32_t *px = malloc(460 * 400 * 4);
	struct canvas c = { px, 460, 400, 460 };

	(void)state;
	assert_non_null(px);
	srand(7);
	for (unsigned n = 0; n < 3000; n++) {
		ui.count = (unsigned)rand() % (UI_ROWS + 1);
		for (unsigned i = 0; i < ui.count * sizeof ui.row[0] / 8; i++)
			if (rand() % 3 == 0)
				((uint64_t *)(void *)ui.row)[i] =
					((uint64_t)rand() << rand() % 60) ^ (unsigned)rand();
		for (unsigned i = 0; i < 5; i++)
			((uint64_t *)(void *)&ui.free)[i] = (uint64_t)rand() << rand() % 34;
		for (unsigned i = 0; i < ui.count; i++) {
			ui.row[i].status.state %= 5;
			ui.row[i].status.needs >>= rand() % 2 * 40;
			ui.row[i].last = OK;
		}
		ui_update(&ui);
		for (unsigned i = 0; i < 8; i++)
			at((uint16_t)(rand() % INPUT_TYPES),
			   rand() % 2 ? BTN_LEFT : (uint32_t)rand() % 128,
			   rand() % 600 - 80, rand() % 600 - 80);
		ui_draw(&ui, &c);
	}
	free(px);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(buttons, setup), cmocka_unit_test_setup(slider, setup),
		cmocka_unit_test_setup(keys, setup), cmocka_unit_test(bytes),
		cmocka_unit_test_setup(any_figures, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
