// SPDX-License-Identifier: MIT
// Test client: a window with a pattern; logs every input event it gets.
// Key F makes it fault.
#include <session/gui.h>
#include <session/keys.h>
#include <string.h>
#include <sys/startup.h>

enum { WIDTH = 320, HEIGHT = 200 };

static struct gui_session gui;
static uint32_t *pixels;

static void
paint(uint32_t base)
{
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++)
			pixels[y * WIDTH + x] = base + (x * 255 / WIDTH << 8) + y * 255 / HEIGHT;
	(void)!gui_refresh(gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

static void
log_event(const struct input_event *ev)
{
	static const char *const names[INPUT_TYPES] = {
		"none", "press", "release", "repeat", "text", "motion", "relative", "wheel",
		"focus", "leave",
	};
	char line[64], digits[12];
	size_t n = 0, d = 0;
	uint32_t code = ev->code;

	const char *name = ev->type < INPUT_TYPES ? names[ev->type] : "unknown";

	while (name[n] != '\0') {
		line[n] = name[n];
		n++;
	}
	line[n++] = ' ';
	do {
		digits[d++] = (char)('0' + code % 10);
		code /= 10;
	} while (code > 0);
	while (d > 0)
		line[n++] = digits[--d];
	line[n] = '\0';
	log_line(line);
}

// Write where nothing is.
static void
crash(void)
{
	__asm__ volatile("movl $1, 8");
}

int
main(void)
{
	const struct startup_use *use = startup_use("gui");
	struct input_event ev;

	if (use == NULL)
		die("no gui session");
	gui.gate = use->gate;
	pixels = gui_pixels(use->shared);
	struct input_end input = gui_input(use->shared);

	if (gui_buffer(gui, WIDTH, HEIGHT) != OK ||
	    gui_view(gui, 0, (struct rect){ 100, 100, WIDTH, HEIGHT }, 0, 0) != OK)
		die("gui refused");
	(void)!gui_title(gui, 0, "painter");
	paint(0x400000);
	log_line("ready");
	for (;;) {
		sys_wait(DEADLINE_NONE);
		while (input_get(&input, &ev)) {
			if (ev.type != INPUT_MOTION)
				log_event(&ev);
			if (ev.type == INPUT_PRESS && ev.code == 33)
				crash();
		}
	}
}
