// SPDX-License-Identifier: MIT
// Test client: paints all 2^24 colours, one screenful after the other; the next
// one at each press of a key.  Its window has the whole screen below the strip,
// its colours are the part that frame and label of X-ray mode leave free.
#include <session/gui.h>
#include "../say.h"

enum { BORDER = 8, TOP = 40, BOTTOM = 28, CUBE = 1 << 24 };     // the legend is there

static struct gui_session gui;
static uint32_t *pixels;
static struct rect window;

// Colours from `first`, row by row; returns the colour that is next.
static uint32_t
paint(uint32_t first)
{
	uint32_t colour = first;

	for (int32_t y = TOP; y < window.h - BOTTOM; y++)
		for (int32_t x = BORDER; x < window.w - BORDER; x++)
			pixels[y * window.w + x] = colour++ & (CUBE - 1);
	if (gui_refresh(gui, (struct rect){ 0, 0, window.w, window.h }) != OK)
		die("refresh refused");
	say1("painted from", first);
	return colour < CUBE ? colour : 0;
}

int
main(void)
{
	const struct startup_use *use = startup_use("gui");
	struct gui_info info;
	struct input_event ev;
	uint32_t next;

	if (use == NULL)
		die("no gui session");
	gui.gate = use->gate;
	pixels = gui_pixels(use->shared);
	struct input_end input = gui_input(use->shared);

	if (gui_info(gui, &info) != OK)
		die("gui refused");
	window = (struct rect){ 0, (int32_t)info.strip, (int32_t)info.width,
	                        (int32_t)(info.height - info.strip) };
	if (gui_buffer(gui, info.width, info.height - info.strip) != OK ||
	    gui_view(gui, 0, window, 0, 0) != OK)
		die("gui refused");
	(void)!gui_title(gui, 0, "all colours");
	next = paint(0);
	for (;;) {
		sys_wait(DEADLINE_NONE);
		for (unsigned n = 0; n < INPUT_SLOTS && input_get(&input, &ev); n++)
			if (ev.type == INPUT_TEXT)
				next = paint(next);
	}
}
