// SPDX-License-Identifier: MIT
// signer_look STEP < message > window.ppm: the signer's window as it looks after STEP:
// review, end, passphrase, wrong, confirm, visible, signed, user, idle, lost or afresh.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <draw/fonts.h>
#include "apps/secure/mail-signer/ui_draw.h"

static struct display display;
static struct message message;
static uint8_t bytes[MESSAGE_MAX + 1], text[MESSAGE_MAX];
static uint32_t pixels[UI_WIDTH * UI_HEIGHT];
static bool visible = true;

static bool is_visible(void *self, uint32_t ms) { (void)self; return ms == 0 || visible; }
static uint64_t now(void *self) { static uint64_t t; (void)self; return t += 500; }
static void lock(void *self) { (void)self; }

static bool
unlock(void *self, const char *pass, size_t len, enum sign_refusal *why)
{
	(void)self, (void)why;
	return len == 7 && memcmp(pass, "vitrine", 7) == 0;
}

static enum sign_refusal
sign(void *self)
{
	(void)self;
	return SIGN_OK;
}

static const struct ui_ops ops = { is_visible, now, unlock, sign, lock };

static void
press(struct ui *ui, uint32_t code)
{
	ui_event(ui, &(struct input_event){ INPUT_PRESS, 0, code, 0, 0 });
	ui_shown(ui);
}

static void
walk(struct ui *ui, const char *step)
{
	const char *pass = strcmp(step, "wrong") == 0 ? "sesame" : "vitrine";

	ui_shown(ui);
	if (strcmp(step, "review") == 0)
		return;
	if (strcmp(step, "user") == 0) {
		press(ui, 1);
		return;
	}
	for (unsigned i = 0; i < 100000; i++)
		press(ui, 108);
	if (strcmp(step, "end") == 0)
		return;
	if (strcmp(step, "lost") == 0 || strcmp(step, "afresh") == 0) {
		ui_withdraw(ui);
		if (strcmp(step, "lost") == 0)
			return;
		static struct message before;

		before = message;               // which had no last line, and another subject
		before.text_length -= before.text_length > 20 ? 20 : 0;
		before.fields -= 1;
		display_build(&display, &message, &font_mono, UI_COLUMNS);
		ui_submit(ui);
		display_mark(&display, &before);
		return;
	}
	press(ui, 28);
	for (; *pass != '\0'; pass++)
		ui_event(ui, &(struct input_event){ INPUT_TEXT, 0, (uint8_t)*pass, 0, 0 });
	if (strcmp(step, "passphrase") == 0)
		return;
	press(ui, 28);
	ui_step(ui);
	if (strcmp(step, "confirm") == 0 || strcmp(step, "wrong") == 0)
		return;
	visible = strcmp(step, "visible") != 0;
	press(ui, 28);
	ui_step(ui);
}

int
main(int argc, char **argv)
{
	const struct canvas canvas = { pixels, UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	struct ui_key key = {
		{ "Vitrine demo user - not a real identity", 39 }, { "alice@example.org", 17 },
		{ "Vitrine demo CA - not a real identity", 37 }, false, false, { "vitrine", 7 },
	};
	struct message_verdict v;
	struct ui ui;
	size_t n = fread(bytes, 1, sizeof(bytes), stdin);

	ui_init(&ui, &ops, NULL, &display);
	ui_event(&ui, &(struct input_event){ INPUT_FOCUS, 0, 1, 0, 0 });
	v = message_check(bytes, n, text, &message);
	if (argc > 1 && strcmp(argv[1], "idle") != 0) {
		if (v.why != SIGN_OK ||
		    !display_build(&display, &message, &font_mono, UI_COLUMNS)) {
			ui_refused(&ui, v);
		} else {
			key.foreign = !message_is_from(&message,
			                               (const uint8_t *)"alice@example.org", 17);
			key.expired = key.foreign;
			ui_submit(&ui);
			walk(&ui, argv[1]);
		}
	}
	ui_draw(&canvas, &ui, &key, UI_ALL);
	printf("P6 %d %d 255\n", UI_WIDTH, UI_HEIGHT);
	for (size_t i = 0; i < sizeof(pixels) / sizeof(pixels[0]); i++) {
		putchar((int)(pixels[i] >> 16 & 255));
		putchar((int)(pixels[i] >> 8 & 255));
		putchar((int)(pixels[i] & 255));
	}
	return ferror(stdout) != 0;
}
