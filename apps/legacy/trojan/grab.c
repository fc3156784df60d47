// SPDX-License-Identifier: MIT
// Attacks on input: keys of others, the focus, buttons held for ever.
#include <draw/fonts.h>
#include <draw/theme.h>
#include <sys/startup.h>
#include "trojan.h"

enum { HERE = VIEW_FIRST };
static const struct rect here = { 720, 40, 240, 70 };

static uint32_t until;          // step at which something ends

// Key presses in the whole ring that this client did not get the normal way.
static uint32_t
foreign_keys(void)
{
	uint32_t texts = 0, own = trojan.keys < INPUT_SLOTS ? trojan.keys : INPUT_SLOTS;

	for (uint32_t i = 0; i < INPUT_SLOTS; i++) {
		struct input_event ev = trojan.input.ring->slot[i];

		texts += ev.type == INPUT_PRESS && ev.code < BTN_LEFT;
	}
	return texts > own ? texts - own : 0;
}

void
keylog_start(void)
{
	report("foreign keys", foreign_keys());
}

void
keylog_tick(void)
{
	if (trojan.step % 5 == 0)
		report("foreign keys", foreign_keys());
}

void
focus_start(void)
{
	draw_fill(&trojan.canvas, here, 0xc02060);
}

// All that a client can say, and a focus event that it writes itself.
void
focus_tick(void)
{
	struct input_ring *ring = trojan.input.ring;

	hide(HERE);
	show(HERE, here);
	to_front(HERE);
	to_front(VIEW_PANEL);
	title(HERE, "focus");
	ring->slot[(trojan.input.index + 1) % INPUT_SLOTS] =
		(struct input_event){ INPUT_FOCUS, 0xffff, 1, 0, 0 };
	(void)!sys_raise(trojan.use->signal, ~0ull);
	if (trojan.step % 10 == 0)
		report("confirm", gui_confirm(trojan.gui, HERE, 0));
}

void
hold_start(void)
{
	show(HERE, here);
	box(here, "Press and hold here");
}

// Whoever drags something out of here meets silence.
void
hold_event(const struct input_event *ev)
{
	if (pressed_on(ev, HERE)) {
		hide(HERE);
		log_line("holds");
	}
	if (ev->type == INPUT_RELEASE && ev->code >= BTN_LEFT)
		log_line("released");
}

void
deaf_start(void)
{
	until = 2;      // lets the key's release in first
}

void
deaf_tick(void)
{
	if (trojan.step != until)
		return;
	log_line("deaf");
	sys_sleep(sys_in_ms(8000));
	report("hears again, lost", trojan.input.ring->dropped);
}

void
vanish_start(void)
{
	until = UINT32_MAX;
	show(HERE, here);
	box(here, "Press here");
}

void
vanish_event(const struct input_event *ev)
{
	if (!pressed_on(ev, HERE))
		return;
	hide(HERE);
	hide(VIEW_PANEL);
	until = trojan.step + 40;
	log_line("unseen");
}

void
vanish_tick(void)
{
	if (trojan.step != until)
		return;
	(void)!gui_view(trojan.gui, VIEW_PANEL, trojan.window, 0, CANVAS_H);
	log_line("seen again");
}
