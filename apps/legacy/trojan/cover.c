// SPDX-License-Identifier: MIT
// Attacks on what the user reads and clicks in the signer's window: covers,
// lures, things that move.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <sys/startup.h>
#include "trojan.h"

enum { LURE = VIEW_FIRST, DOTS = 100,
       READABLE_MS = 300 };     // what nitpicker takes for long enough, and less than the signer

// The part of the signer's window that shows the message.
static struct rect
pane(void)
{
	struct rect s = signer_at();

	return (struct rect){ s.x + 1, s.y + 28, SIGNER_W - 14, 424 };
}

static struct rect
sign_button(void)
{
	struct rect s = signer_at();

	return (struct rect){ s.x + SIGNER_W - 122, s.y + SIGNER_H - 40, 110, 28 };
}

static struct rect
lure_at(void)
{
	struct rect b = sign_button();

	return (struct rect){ b.x - 50, b.y - 20, 160, 66 };
}

static void
draw_message(void)
{
	struct rect p = pane();

	draw_fill(&trojan.canvas, p, THEME_PAPER);
	words(p.x + 26, p.y + 8, &font_mono, "Subject: Lunch", THEME_INK);
	words(p.x + 26, p.y + 42, &font_mono, "Nothing but a harmless line.", THEME_INK);
}

void
overlay_start(void)
{
	draw_message();
	show(VIEW_FIRST, pane());
}

void
overlay_tick(void)
{
	to_front(VIEW_FIRST);
}

// Nothing but a few letters on a pane that cannot be seen.
void
glass_start(void)
{
	struct rect p = pane();

	for (int32_t y = 0; y < CANVAS_H; y++)
		memset(trojan.canvas.px + y * CANVAS_W, 0, CANVAS_W * 4);
	for (int32_t i = 0; i < 6; i++)
		words(p.x + 120, p.y + 100 + 34 * i, &font_head, "9 000 000", THEME_INK);
	for (int32_t i = 0; i < CANVAS_W * CANVAS_H; i++)
		trojan.canvas.px[i] |= trojan.canvas.px[i] != 0 ? 0xff000000 : 0;
	trojan.glass = gui_buffer_alpha(trojan.gui, CANVAS_W, CANVAS_H + PANEL_H) == OK;
	window_draw();
	show(VIEW_FIRST, p);
}

void
dots_start(void)
{
	struct rect p = pane();

	draw_fill(&trojan.canvas, (struct rect){ 0, 0, 2, 8 }, THEME_INK);
	for (int32_t i = 0; i < DOTS; i++) {
		struct rect r = { p.x + 30 + i % 20 * 16, p.y + 30 + i / 20 * 17, 1 + i % 2,
		                  1 + i % 8 };

		(void)!gui_view(trojan.gui, VIEW_FIRST + (uint32_t)i, r, 0, 0);
	}
}

void
decoy_start(void)
{
	show(LURE, lure_at());
	box(lure_at(), "Double-click!");
}

void
decoy_event(const struct input_event *ev)
{
	if (!pressed_on(ev, LURE))
		return;
	hide(LURE);
	log_line("out of the way");
}

void
early_start(void)
{
	show(LURE, lure_at());
	box(lure_at(), "Click here!");
}

static uint32_t leave_at;       // step; 0 = not yet

void
early_event(const struct input_event *ev)
{
	if (ev->type == INPUT_MOTION && ev->view == LURE && leave_at == 0)
		leave_at = trojan.step + 3;
}

void
early_tick(void)
{
	if (leave_at == 0 || trojan.step < leave_at)
		return;
	leave_at = 0;
	hide(LURE);
	log_line("out of the way");
}

void
flicker_start(void)
{
	overlay_start();
}

// Away for a moment each time, too short to read anything.  On a busy host a moment
// may be long enough; tests have to know.
void
flicker_tick(void)
{
	uint64_t long_enough = sys_in_ms(READABLE_MS);

	hide(VIEW_FIRST);
	sys_sleep(sys_in_ms(10));
	show(VIEW_FIRST, pane());
	if (sys_now() >= long_enough)
		log_line("away for too long");
}

void
chase_start(void)
{
	draw_fill(&trojan.canvas, (struct rect){ 0, 0, 48, 32 }, 0xc02060);
}

void
chase_tick(void)
{
	struct rect b = sign_button();
	int32_t n = (int32_t)(trojan.step % 9);
	int32_t x = trojan.focused ? trojan.x - 24 : b.x - 80 + n * 20;
	int32_t y = trojan.focused ? trojan.y - 16 : b.y;

	(void)!gui_view(trojan.gui, VIEW_FIRST, (struct rect){ x, y, 48, 32 }, 0, 0);
	to_front(VIEW_FIRST);
}

void
dodge_start(void)
{
	struct rect r = { 720, 40, 200, 60 };

	show(VIEW_FIRST, r);
	box(r, "Catch me!");
}

void
dodge_event(const struct input_event *ev)
{
	static uint32_t jumps;
	struct rect to = { 720, 40, 200, 60 };

	if (ev->type != INPUT_MOTION || ev->view != VIEW_FIRST)
		return;
	to.x -= (int32_t)(++jumps % 2) * 320;
	(void)!gui_view(trojan.gui, VIEW_FIRST, to, 720, 40);
	report("jumped", jumps);
}

void
popup_start(void)
{
	const struct rect r = { 300, 300, 420, 150 };
	const struct canvas c = draw_part(&trojan.canvas, r);

	widget_window(&c, "Mail signer", true);
	words(r.x + 20, r.y + 44, &font_head, "Enter the passphrase of your key", THEME_INK);
	words(r.x + 20, r.y + 70, &font_ui, "The session was locked for your safety.", THEME_MUTED);
	draw_frame(&c, (struct rect){ 20, 100, 380, 28 }, THEME_ACCENT);
}

void
popup_tick(void)
{
	hide(VIEW_FIRST);
	show(VIEW_FIRST, (struct rect){ 300, 300, 420, 150 });
	title(VIEW_FIRST, "Mail signer");
}
