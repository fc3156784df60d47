// SPDX-License-Identifier: MIT
// Test client directly on the drivers: says which modes there are, and draws a
// frame of one pixel and a cross.  A key from 1 to 9 sets that mode, 0 one that
// does not exist; minus asks for one far beyond the last.
#include <session/fb_modes.h>
#include <session/input.h>
#include <session/keys.h>
#include "../say.h"

enum { FRAME_ADDR = 0x20000000, FRAME_ORDER = 24, KEY_MINUS = 12 };

static struct fb_session fb;

static void
draw(void)
{
	volatile uint32_t *pixels = (uint32_t *)(uintptr_t)FRAME_ADDR;
	struct fb_mode m;

	// the frame of an earlier mode would be in the way
	utcb()->mr[0] = fpage_mem(FRAME_ADDR, FRAME_ORDER, MEM_RW), utcb()->mr[1] = 1;
	(void)!sys_request(CAP_SELF, TASK_UNMAP, 2);
	if (fb_mode(fb, &m) != OK || fb_map(fb, FRAME_ADDR, FRAME_ORDER) != OK)
		die("no mode or no frame");
	for (uint32_t y = 0; y < m.height; y++)
		for (uint32_t x = 0; x < m.width; x++)
			pixels[y * (m.pitch / 4) + x] =
				x == 0 || y == 0 || x == m.width - 1 || y == m.height - 1 ?
				0xff0000 :
				x == m.width / 2 || y == m.height / 2 ? 0x00ff00 : 0x0000ff;
	say("drawn", (int64_t[]){ m.width, m.height, m.pitch }, 3);
}

static void
key(uint32_t code)
{
	struct fb_mode m;

	if (code == KEY_MINUS)
		say1("far", fb_modes(fb, 57005, &m));
	if (code < KEY_1 || code > KEY_0)
		return;
	if (code == KEY_0)
		m = (struct fb_mode){ 1, 1, 4 };
	else if (fb_modes(fb, code - KEY_1, &m) != OK)
		return;
	say1("set", fb_set_mode(fb, m.width, m.height));
}

int
main(void)
{
	const struct startup_use *input = startup_use("input"), *mode = startup_use("mode");
	struct input_end events = { (struct input_ring *)(uintptr_t)input->shared, 0, 0 };
	struct input_event ev;
	struct fb_mode m;

	fb.gate = startup_use("fb")->gate;
	for (uint32_t i = 0; fb_modes(fb, i, &m) == OK; i++)
		say("mode", (int64_t[]){ m.width, m.height, m.pitch }, 3);
	if (mode != NULL)       // which has no frame
		say1("frame of a mode session",
		     fb_map((struct fb_session){ mode->gate }, FRAME_ADDR,
		                                       FRAME_ORDER));
	log_line("ready");
	for (;;) {
		struct reply r = sys_wait(DEADLINE_NONE);

		if (tag_kind(r.tag) == MSG_SIGNAL && r.label == startup_use("fb")->label)
			draw();
		for (unsigned n = 0; n < INPUT_SLOTS && input_get(&events, &ev); n++)
			if (ev.type == INPUT_PRESS)
				key(ev.code);
	}
}
