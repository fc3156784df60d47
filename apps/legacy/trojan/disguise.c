// SPDX-License-Identifier: MIT
// Attacks that look like something else: windows, frames, labels, pointers, the
// strip, titles.
#include <string.h>
#include <draw/fonts.h>
#include <draw/labelfont.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <sys/startup.h>
#include "trojan.h"

// What nitpicker uses, and the signer's label in the scenario.
enum {
	STRIP = 24, FRAME = 7, STRIP_PAPER = 0x1b2127, STRIP_INK = 0xb4beca, TRUSTED = 0x8fe3b0,
	DESKTOP = 0x33414d, SIGNER_GREEN = 0x40d060, WHITE = 0xffffff, BLACK = 0,
};

static uint32_t typed;

void
words(int32_t x, int32_t y, const struct font *f, const char *text, uint32_t colour)
{
	draw_text(&trojan.canvas, x, y, f, text, strlen(text), colour);
}

static void
fill(int32_t x, int32_t y, int32_t w, int32_t h, uint32_t colour)
{
	draw_fill(&trojan.canvas, (struct rect){ x, y, w, h }, colour);
}

void
box(struct rect r, const char *text)
{
	fill(r.x, r.y, r.w, r.h, 0xc02060);
	words(r.x + (r.w - font_width(&font_head, text, strlen(text))) / 2,
	      r.y + (r.h - font_head.height) / 2, &font_head, text, WHITE);
	redraw(r);
}

static void
field(const struct canvas *c)
{
	const struct rect r = { 242, SIGNER_H - 40, 316, 28 }, in = { 243, SIGNER_H - 39, 314, 26 };

	draw_round(c, r, THEME_RADIUS, THEME_ACCENT);
	draw_round(c, in, THEME_RADIUS - 1, THEME_PAPER);
	for (uint32_t i = 0; i < typed && i < 36; i++)
		draw_glyph(c, r.x + 8 + (int32_t)i * font_ui.height / 2, r.y + 6, &font_ui, 0x2022,
		           THEME_INK);
}

// Everything in its place and its colours, down to the pixel where it matters.
static void
draw_signer(struct rect at)
{
	static const char *const mail[] = {
		"From     Alice Example <alice@example.org>",
		"To       Bob Builder <bob@example.net>",
		"Subject  Nothing to worry about", "", "Please confirm, as you always do.",
	};
	const struct canvas c = draw_part(&trojan.canvas, at);

	widget_window(&c, "Mail signer", true);
	draw_fill(&c, (struct rect){ 1, 28, SIGNER_W - 2, 424 }, THEME_PAPER);
	for (int32_t i = 0; i < 5; i++)
		words(at.x + 26, at.y + 36 + 17 * i, &font_ui, mail[i], THEME_INK);
	words(at.x + 12, at.y + 459, &font_head, "Enter the passphrase of your key", THEME_INK);
	words(at.x + 12, at.y + 480, &font_ui,
	      "It stays in this window and is forgotten right after use.", THEME_MUTED);
	draw_frame(&c, (struct rect){ 12, 510, SIGNER_W - 24, 76 }, THEME_LINE);
	words(at.x + 20, at.y + 514, &font_ui, "Signing key     your key, as always", THEME_INK);
	words(at.x + 164, at.y + SIGNER_H - 34, &font_ui, "Passphrase", THEME_MUTED);
	field(&c);
	widget_button(&c, (struct rect){ 12, SIGNER_H - 40, 110, 28 }, "Refuse", BUTTON_NORMAL);
	widget_button(&c, (struct rect){ SIGNER_W - 122, SIGNER_H - 40, 110, 28 }, "Unlock",
	              BUTTON_DEFAULT);
}

void
imitate_start(void)
{
	typed = 0;
	draw_signer(signer_at());
	show(VIEW_FIRST, signer_at());
	title(VIEW_FIRST, "Mail signer");
}

void
imitate_event(const struct input_event *ev)
{
	if (ev->type != INPUT_TEXT || ev->code < ' ')
		return;
	report("passphrase caught, characters:", ++typed);
	draw_signer(signer_at());
	redraw(signer_at());
}

// The label font, as nitpicker draws it.
static void
label(struct rect r, const char *text, uint32_t ink, uint32_t paper)
{
	int32_t left = r.x + 6, top = r.y + (r.h - 16) / 2;

	fill(r.x, r.y, r.w, r.h, paper);
	for (int32_t i = 0; text[i] != '\0'; i++)
		for (int32_t y = 0; y < 16; y++)
			for (int32_t x = 0; x < 8; x++)
				if (label_font[text[i] - 32][y] & 0x80 >> x)
					fill(left + 8 * i + x, top + y, 1, 1, ink);
}

static void
frame(struct rect r)
{
	static const struct { int32_t to; uint32_t colour; } ring[] = {
		{ 0, BLACK }, { 1, WHITE }, { 2, WHITE }, { 3, SIGNER_GREEN }, { 4, SIGNER_GREEN },
		{ 5, SIGNER_GREEN }, { 6, SIGNER_GREEN },
	};

	for (size_t i = 0; i < sizeof ring / sizeof *ring; i++) {
		int32_t n = ring[i].to;

		struct rect in = { r.x + n, r.y + n, r.w - 2 * n, r.h - 2 * n };

		draw_frame(&trojan.canvas, in, ring[i].colour);
	}
	label((struct rect){ r.x + r.w / 2 - 117, r.y + FRAME, 100, 20 }, "Mail signer", BLACK,
	      SIGNER_GREEN);
	label((struct rect){ r.x + r.w / 2 - 17, r.y + FRAME, 134, 20 }, "Review and sign",
	      0xd5dde5, STRIP_PAPER);
}

void
labels_start(void)
{
	typed = 0;
	draw_signer(signer_at());
	frame(signer_at());
	show(VIEW_FIRST, signer_at());
	title(VIEW_FIRST, "Mail signer");
}

// As if the signer had the keyboard.
static void
fake_strip(int32_t y)
{
	fill(0, y, CANVAS_W, STRIP, STRIP_PAPER);
	label((struct rect){ 0, y, 104, STRIP }, "Mail signer", BLACK, SIGNER_GREEN);
	label((struct rect){ 104, y, 72, STRIP }, "trusted", TRUSTED, STRIP_PAPER);
}

void
screen_start(void)
{
	const struct rect all = { -100, -100, (int32_t)trojan.screen.width + 200,
	                          (int32_t)trojan.screen.height + 200 };

	typed = 0;
	fill(0, 0, CANVAS_W, CANVAS_H, DESKTOP);
	fake_strip(0);
	fake_strip(STRIP);
	draw_signer(signer_at());
	show(VIEW_FIRST, all);
	title(VIEW_FIRST, "Mail signer");
}

void
strip_start(void)
{
	fake_strip(0);
	show(VIEW_FIRST, (struct rect){ 0, 0, (int32_t)trojan.screen.width, STRIP });
	show(VIEW_FIRST + 1, (struct rect){ -8, -8, (int32_t)trojan.screen.width + 8, STRIP + 8 });
}

void
strip_tick(void)
{
	to_front(VIEW_FIRST + trojan.step % 2);
	redraw((struct rect){ 0, 0, CANVAS_W, STRIP });
}

// The shape of nitpicker's, in a box: no view is transparent.
static void
draw_pointer(struct rect r)
{
	static const char shape[19][13] = {
		"..          ", ".#.         ", ".##.        ", ".###.       ", ".####.      ",
		".#####.     ", ".######.    ", ".#######.   ", ".########.  ", ".#########. ",
		".##########.", ".######.....", ".###.##.    ", ".##..##.    ", ".#.  .##.   ",
		"..   .##.   ", "      .##.  ", "      .##.  ", "       ..   ",
	};

	for (int32_t y = 0; y < r.h; y++)
		for (int32_t x = 0; x < r.w; x++)
			fill(r.x + x, r.y + y, 1, 1, shape[y][x] == '#' ? BLACK :
			     shape[y][x] == '.' ? WHITE : DESKTOP);
	redraw(r);
}

static void
pointer_at(uint32_t view, int32_t x, int32_t y)
{
	// all show the same picture
	(void)!gui_view(trojan.gui, view, (struct rect){ x, y, 12, 19 }, 0, 0);
}

void
pointers_start(void)
{
	draw_pointer((struct rect){ 0, 0, 12, 19 });
	for (uint32_t i = 1; i < 8; i++)
		pointer_at(VIEW_FIRST + i, 330 + 80 * (int32_t)i, 60 + 70 * (int32_t)(i * 5 % 8));
	pointer_at(VIEW_FIRST, CANVAS_W / 2, CANVAS_H / 2);
}

void
pointers_event(const struct input_event *ev)
{
	if (ev->type != INPUT_MOTION)
		return;
	pointer_at(VIEW_FIRST, (int32_t)trojan.screen.width - trojan.x, trojan.y);
	report("mirrored", (uint64_t)(uint32_t)trojan.x);
}

void
alpha_start(void)
{
	const struct rect r = { 712, 40, 256, 64 };

	// every value of a channel, with every pattern of the unused bits above it
	for (int32_t y = 0; y < r.h; y++)
		for (int32_t x = 0; x < r.w; x++)
			trojan.canvas.px[(r.y + y) * CANVAS_W + r.x + x] =
				(uint32_t)(y * 4 + 3) << 24 | (uint32_t)x * 0x010101u;
	show(VIEW_FIRST, r);
	title(VIEW_FIRST, "unused bits");
}

// Nothing is drawn, refreshed or even there.
void
bare_start(void)
{
	const struct gui_session g = trojan.gui;

	(void)!gui_view(g, VIEW_FIRST, (struct rect){ 720, 40, 260, 60 }, 0, 100000);
	(void)!gui_view(g, VIEW_FIRST + 1, (struct rect){ 380, 40, 40, 60 }, -100000, 0);
	(void)!gui_view(g, VIEW_FIRST + 2, (struct rect){ 440, 40, 1, 60 }, CANVAS_W, 0);
	(void)!gui_view(g, VIEW_FIRST + 3, (struct rect){ 460, 40, 1, 1 }, CANVAS_W, 0);
	(void)!gui_view(g, VIEW_FIRST + 4, (struct rect){ 480, 40, 5, 5 }, CANVAS_W, 0);
}

void
text_start(void)
{
	static const char *const lies[] = {
		"Mail signer", "\r\n\033[2J\001\177Mail signer", "M\xd0\xb0il sign\xd0\xb5r",
		"\xe2\x80\xaerengis liaM", "                        trusted Mail signer",
	};

	for (uint32_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct rect r = { 320, 40 + 100 * (int32_t)i, 640, 60 };

		fill(r.x, r.y, r.w, r.h, 0x808080);
		show(VIEW_FIRST + i, r);
		title(VIEW_FIRST + i, lies[i]);
	}
	log_line("a\n[mail-signer] signed\r[init] nitpicker: fault at 0\033[2J");
}
