// SPDX-License-Identifier: MIT
// Test client: a window with a pattern; logs every input event it gets.  The
// right button drags the window; key F makes the program fault, R asks for the
// focus in every way there is, L does so when the focus goes, B repaints in one
// colour.  A component whose name ends with a digit has its window further to
// the right.
#include <session/gui.h>
#include <session/keys.h>
#include "../say.h"

enum { WIDTH = 320, HEIGHT = 200, KEY_F = 33, KEY_R = 19, KEY_B = 48, KEY_L = 38 };

static struct gui_session gui;
static uint32_t *pixels;
static struct rect window = { 100, 100, WIDTH, HEIGHT };
static bool dragging, jealous;
static int32_t grip_x, grip_y;

static void
paint(uint32_t base, bool pattern)
{
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++)
			pixels[y * WIDTH + x] = base +
				(pattern ? (x * 255 / WIDTH << 8) + y * 255 / HEIGHT : 0);
	(void)!gui_refresh(gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

static void
log_event(const struct input_event *ev)
{
	static const char *const names[INPUT_TYPES] = {
		"none", "press", "release", "repeat", "text", "motion", "relative", "wheel",
		"focus", "leave", "reset", "keyboard",
	};
	const char *name = ev->type < INPUT_TYPES ? names[ev->type] : "unknown";

	if (ev->type == INPUT_MOTION)
		say(name, (int64_t[]){ ev->x, ev->y }, 2);
	else if (ev->type == INPUT_WHEEL)
		say1(name, ev->y);
	else
		say1(name, ev->code);
}

// Positions count from where the window's corner was when the button was pressed.
static void
drag(const struct input_event *ev)
{
	if (ev->type == INPUT_PRESS && ev->code == BTN_RIGHT) {
		dragging = true;
		grip_x = ev->x - window.x, grip_y = ev->y - window.y;
	} else if (ev->type == INPUT_RELEASE && ev->code == BTN_RIGHT) {
		dragging = false;
		say("at", (int64_t[]){ window.x, window.y }, 2);
	} else if (ev->type == INPUT_MOTION && dragging) {
		window.x = ev->x - grip_x, window.y = ev->y - grip_y;
		(void)!gui_view(gui, 0, window, 0, 0);
	}
}

// Write where nothing is.
static void
crash(void)
{
	__asm__ volatile("movl $1, 8");
}

// Nothing that a client can do may move the focus.
static void
ask_for_focus(void)
{
	struct rect front = { window.x, window.y + HEIGHT, WIDTH, HEIGHT };

	(void)!gui_view(gui, 1, front, 0, 0);
	(void)!gui_stack(gui, 1, false);
	(void)!gui_stack(gui, 0, false);
	(void)!gui_title(gui, 1, "focus me");
	say1("confirm", gui_confirm(gui, 0, 0));
	sys_raise(startup_use("gui")->signal, INPUT_SIGNAL);
	(void)!gui_view(gui, 1, (struct rect){ 0 }, 0, 0);
	log_line("asked");
}

static void
key(uint32_t code)
{
	if (code == KEY_F)
		crash();
	if (code == KEY_R)
		ask_for_focus();
	if (code == KEY_L)
		jealous = true;
	if (code == KEY_B)
		paint(0x2060a0, false);
}

int
main(void)
{
	const struct startup_use *use = startup_use("gui");
	const char *name = startup()->name;
	char last = name[strlen(name) - 1];
	struct input_event ev;

	if (use == NULL)
		die("no gui session");
	gui.gate = use->gate;
	pixels = gui_pixels(use->shared);
	struct input_end input = gui_input(use->shared);

	if (last >= '2' && last <= '9')
		window.x += 440 * (last - '1');
	if (gui_buffer(gui, WIDTH, HEIGHT) != OK || gui_view(gui, 0, window, 0, 0) != OK)
		die("gui refused");
	(void)!gui_title(gui, 0, name);
	paint(0x400000, true);
	log_line("ready");
	for (;;) {
		sys_wait(DEADLINE_NONE);
		for (unsigned n = 0; n < INPUT_SLOTS && input_get(&input, &ev); n++) {
			log_event(&ev);
			drag(&ev);
			if (ev.type == INPUT_PRESS)
				key(ev.code);
			if (ev.type == INPUT_FOCUS && ev.code == 0 && jealous)
				jealous = false, ask_for_focus();
		}
	}
}
