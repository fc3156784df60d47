// SPDX-License-Identifier: MIT
// The world around the signer's window, and hands that use it.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include <session/keys.h>
#include "tests/unit/signer_world.h"

struct message message;
struct display display;
struct ui ui;
static uint8_t text[MESSAGE_MAX], bytes[8192];

struct world world;

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

void
submit(unsigned lines)
{
	int n = sprintf((char *)bytes, "From: a@x\r\nTo: b@x\r\nSubject: s\r\nDate: d\r\n\r\n");

	for (unsigned i = 0; i < lines; i++)
		n += sprintf((char *)bytes + n, "line %u\r\n", i);
	assert_int_equal(message_check(bytes, (size_t)n, text, &message).why, SIGN_OK);
	assert_true(display_build(&display, &message, &font_mono, UI_COLUMNS));
	memset(world.seen, 0, sizeof(world.seen));
	memset(world.drawn, 0, sizeof(world.drawn));
	ui_submit(&ui);
}

void
shown(void)
{
	for (uint32_t i = 0; i < UI_ROWS && world.rest > 0 && ui_busy(&ui); i++)
		world.drawn[ui.top + i] = world.now;
	for (uint32_t i = 0; i < display.rows && world.rest > UI_REST_MS; i++)
		world.seen[i] |= world.drawn[i] != 0 && world.now - world.drawn[i] < world.rest;
	ui_shown(&ui);
}

void
looked_at(void)
{
	shown();
	world.now += UI_REST_MS;
	shown();
}

void
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	ui_event(&ui, &(struct input_event){ (uint16_t)type, 0, code, x, y });
}

void
press(uint32_t code)
{
	event(INPUT_PRESS, code, 0, 0);
	shown();
	event(INPUT_RELEASE, code, 0, 0);
}

void
type(const char *s)
{
	for (; *s != '\0'; s++)
		event(INPUT_TEXT, (uint8_t)*s, 0, 0);
}

void
click(struct rect r)
{
	event(INPUT_PRESS, BTN_LEFT, r.x + r.w / 2, r.y + r.h / 2);
	event(INPUT_RELEASE, BTN_LEFT, r.x + r.w / 2, r.y + r.h / 2);
}

void
withdrawn(void)
{
	uint32_t rest = world.rest;

	ui_withdraw(&ui);
	world.now += UI_DEAD_MS;
	world.rest = UI_DEAD_MS + 1;
	shown();
	press(KEY_ENTER);
	world.rest = rest;
	assert_int_equal(ui.state, UI_IDLE);
}

int
setup(void **state)
{
	(void)state;
	world = (struct world){ .now = 10000, .rest = 1000 };
	display.rows = 0;
	ui_init(&ui, &ops, &world, &display);
	return 0;
}
