// SPDX-License-Identifier: MIT
// The trusted status window of the VPN: asks the viaduct twice a second and shows
// what changed, here and in the log.  The viaduct relies on nothing of this.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/gui.h>
#include <session/keys.h>
#include <sys/serve.h>
#include "text.h"

enum {
	WIDTH = 420, HEIGHT = 468, VIEW = 0, POLL_MS = 500,
	TOP = THEME_TITLE_HEIGHT + THEME_PAD, LINE = 20, VALUE = 136, COUNT = 300,
};

static struct gui_session gui;
static struct input_end input;
static struct canvas canvas;
static struct rect window = { 560, 60, WIDTH, HEIGHT };
static struct gui_info screen;
static struct tunnel_session tunnel;
static struct tunnel_status shown;
static bool dragging;
static int32_t grip_x, grip_y;

static bool
is_up(const struct tunnel_status *s)
{
	return s->inbound > 0 && s->outbound > 0;
}

static void
text_at(int32_t x, int32_t y, const struct font *f, const char *text, uint32_t colour)
{
	draw_text(&canvas, x, y, f, text, strlen(text), colour);
}

static void
row(int32_t y, const char *name, const char *value)
{
	text_at(THEME_PAD, y, &font_ui, name, THEME_MUTED);
	text_at(VALUE, y, &font_ui, value, THEME_INK);
}

static void
draw_drops(int32_t y)
{
	char text[TEXT_MAX];

	text_at(THEME_PAD, y, &font_bold, "Dropped", THEME_INK);
	for (unsigned i = 0; i < TUNNEL_DROPS; i++) {
		bool any = shown.dropped[i] > 0;
		int32_t at = y + LINE + (int32_t)i * (LINE - 2);

		text_count(text, "", shown.dropped[i]);
		text_at(THEME_PAD, at, &font_ui, text_drop(i), any ? THEME_INK : THEME_OFF);
		text_at(COUNT, at, &font_ui, text, any ? THEME_BAD : THEME_OFF);
	}
}

static void
draw(void)
{
	static const struct rect band = { 1, TOP - THEME_PAD, WIDTH - 2, 32 };
	char text[TEXT_MAX];
	bool up = is_up(&shown);

	widget_window(&canvas, "VPN status", true);
	draw_fill(&canvas, band, up ? THEME_GOOD_GROUND : THEME_WARN_GROUND);
	text_at(THEME_PAD, band.y + 8, &font_head, up ? "Tunnel up" : "No tunnel: nothing passes",
	        up ? THEME_GOOD : THEME_WARN);
	text_address(text, shown.remote);
	row(TOP + 28, "Peer", shown.outbound > 0 ? text : "none");
	text_packets(text, shown.sent, shown.sent_bytes);
	row(TOP + 28 + LINE, "Protected", text);
	text_packets(text, shown.received, shown.received_bytes);
	row(TOP + 28 + 2 * LINE, "Accepted", text);
	text_count(text, "", shown.dummies);
	row(TOP + 28 + 3 * LINE, "Dummies", text + 1);
	draw_drops(TOP + 28 + 4 * LINE + 8);
	(void)!gui_refresh(gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

// Into the log: what changed but for the flow of packets.
static void
report(const struct tunnel_status *s)
{
	char text[TEXT_MAX];

	if (is_up(s) != is_up(&shown))
		log_line(is_up(s) ? "tunnel up" : "tunnel down");
	for (unsigned i = 0; i < TUNNEL_DROPS; i++)
		if (s->dropped[i] != shown.dropped[i]) {
			text_count(text, text_drop(i), s->dropped[i]);
			log_line(text);
		}
}

static void
poll(void)
{
	struct tunnel_status now;

	if (tunnel_status(tunnel, &now) != OK || memcmp(&now, &shown, sizeof now) == 0)
		return;
	report(&now);
	shown = now;
	draw();
}

static int32_t
clamp(int32_t n, int32_t low, int32_t high)
{
	return n > high ? high : n < low ? low : n;
}

static void
move_window(int32_t x, int32_t y)
{
	window.x = clamp(x, 0, (int32_t)screen.width - WIDTH);
	window.y = clamp(y, (int32_t)screen.strip,
	                 (int32_t)screen.height - THEME_TITLE_HEIGHT);
	(void)!gui_view(gui, VIEW, window, 0, 0);
}

static void
handle_input(void)
{
	struct input_event ev;
	int32_t x = window.x, y = window.y;

	for (unsigned i = 0; i < INPUT_SLOTS && input_get(&input, &ev); i++) {
		if (ev.type == INPUT_PRESS && ev.code == BTN_LEFT && ev.y < THEME_TITLE_HEIGHT)
			dragging = true, grip_x = ev.x - x, grip_y = ev.y - y;
		if (dragging && (ev.type == INPUT_MOTION || ev.type == INPUT_RELEASE))
			x = ev.x - grip_x, y = ev.y - grip_y;
		if (ev.type == INPUT_RELEASE)
			dragging = false;
	}
	if (x != window.x || y != window.y)
		move_window(x, y);
}

static void
open_window(void)
{
	const struct startup_use *use = startup_use("gui");

	if (use == NULL || use->shared_size < GUI_PIXELS + WIDTH * HEIGHT * 4)
		die("no gui session in the scenario, or too little donated for the window");
	gui.gate = use->gate;
	input = gui_input(use->shared);
	canvas = (struct canvas){ gui_pixels(use->shared), WIDTH, HEIGHT, WIDTH };
	if (gui_info(gui, &screen) != OK || gui_buffer(gui, WIDTH, HEIGHT) != OK ||
	    gui_view(gui, VIEW, window, 0, 0) != OK)
		die("nitpicker gives no window");
	(void)!gui_title(gui, VIEW, "VPN status");
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)label, (void)bits;
	handle_input();
}

static uint64_t
look(void)
{
	poll();
	return sys_in_ms(POLL_MS);
}

int
main(void)
{
	const struct startup_use *use = startup_use("tunnel");

	if (use == NULL)
		die("the scenario gives no tunnel session");
	tunnel.gate = use->gate;
	open_window();
	draw();
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = look });
}
