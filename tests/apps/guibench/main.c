// SPDX-License-Identifier: MIT
// What the GUI path costs: run by `make bench` where the time-stamp counter
// counts instructions.  The lowest of all priorities, so that at its start
// everybody else has done what they had to do.
#include <string.h>
#include <base/put.h>
#include <session/gui.h>
#include <session/keys.h>
#include <sys/startup_memory.h>

enum { ROUNDS = 101 };

static uint64_t sample[ROUNDS];

// "bench: NAME NUMBER"
static void
report(const char *name, uint64_t value)
{
	char text[96], *p = put_text(put_text(text, "bench: "), name);

	*put_number(put_text(p, " "), value) = '\0';
	log_line(text);
}

static uint64_t
median(unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		for (unsigned j = i; j > 0 && sample[j - 1] > sample[j]; j--) {
			uint64_t t = sample[j];

			sample[j] = sample[j - 1];
			sample[j - 1] = t;
		}
	return sample[n / 2];
}

static void
measure(struct gui_session gui, struct gui_info info)
{
	struct rect small = { 0, 0, 16, 16 };
	struct rect all = { 0, 0, (int32_t)info.width, (int32_t)(info.height - info.strip) };

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct gui_info again;
		uint64_t start = sys_counter();

		(void)!gui_info(gui, &again);
		sample[i] = sys_counter() - start;
	}
	report("smallest call to nitpicker and back", median(ROUNDS));
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = sys_counter();

		(void)!gui_refresh(gui, small);
		sample[i] = sys_counter() - start;
	}
	report("redraw of 16x16 pixels", median(ROUNDS));
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = sys_counter();

		(void)!gui_refresh(gui, all);
		sample[i] = sys_counter() - start;
	}
	report("redraw of a full-screen view, per 1000 pixels",
	       median(ROUNDS) * 1000 / ((uint64_t)all.w * (uint64_t)all.h));
}

// Key presses from outside, in place of sleeping: since this is the least urgent
// component, a jump of the time-stamp counter between two readings is what
// others did, from the interrupt on.  When our event is there after it, the
// time from before the jump to the end of our repaint is what the user waits.
static void
measure_keys(struct gui_session gui, struct input_end events, uint32_t *pixels, uint32_t stride)
{
	enum { JUMP = 200, KEYS = 21 };
	uint64_t last = sys_counter(), before = last;

	log_line("bench: ready");
	for (unsigned n = 0; n < KEYS;) {
		struct input_event ev;
		bool event = input_get(&events, &ev);
		uint64_t now = sys_counter();

		if (now - last > JUMP)
			before = last;
		last = now;
		if (!event)
			continue;
		if (ev.type == INPUT_PRESS && ev.code < BTN_LEFT) {
			for (uint32_t y = 0; y < 16; y++)
				for (uint32_t x = 0; x < 16; x++)
					pixels[y * stride + x] = n * 0x101010 + x;
			(void)!gui_refresh(gui, (struct rect){ 0, 0, 16, 16 });
			sample[n++] = sys_counter() - before;
		}
		while (input_get(&events, &ev))
			;
		last = sys_counter();
	}
	report("key press to last pixel of 16x16", median(KEYS));
}

[[gnu::noreturn]] void
main(void)
{
	uint64_t start = sys_counter();
	const struct startup_use *use = startup_use("gui");
	const struct startup_memory *root = startup_memory("root-info");
	struct gui_session gui;
	struct gui_info info;

	if (use == NULL || root == NULL)
		die("no gui or no root-info in the scenario");
	report("kernel entry to idle, after the first frame",
	       start - ((const struct root_info *)(uintptr_t)root->addr)->entry_tsc);
	gui.gate = use->gate;
	if (gui_info(gui, &info) != OK ||
	    gui_buffer(gui, info.width, info.height - info.strip) != OK ||
	    gui_view(gui, 0, (struct rect){ 0, (int32_t)info.strip, (int32_t)info.width,
	             (int32_t)(info.height - info.strip) }, 0, 0) != OK)
		die("cannot make a view");
	measure(gui, info);
	measure_keys(gui, gui_input(use->shared), gui_pixels(use->shared), info.width);
	log_line("bench: end");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
