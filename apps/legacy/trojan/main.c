// SPDX-License-Identifier: MIT
// The loop: events and ticks go to the attack that is on; a letter or a click
// into the list starts one, Esc or another one ends it.
#include <string.h>
#include <base/put.h>
#include <draw/widget.h>
#include <sys/startup.h>
#include "trojan.h"

enum { KEPT_AT = GUI_PIXELS + CANVAS_W * (CANVAS_H + PANEL_H) * 4 };

struct trojan trojan;

static int32_t drag_x, drag_y;
static bool dragging;

void
show(uint32_t view, struct rect r)
{
	(void)!gui_view(trojan.gui, view, r, r.x, r.y);
}

void
hide(uint32_t view)
{
	(void)!gui_view(trojan.gui, view, (struct rect){ 0, 0, 0, 0 }, 0, 0);
}

void
redraw(struct rect r)
{
	(void)!gui_refresh(trojan.gui, r);
}

void
to_front(uint32_t view)
{
	(void)!gui_stack(trojan.gui, view, false);
}

void
title(uint32_t view, const char *text)
{
	(void)!gui_title(trojan.gui, view, text);
}

void
report(const char *what, uint64_t n)
{
	char line[96];
	size_t len = strlen(what);

	len = len < 64 ? len : 64;
	memcpy(line, what, len);
	line[len++] = ' ';
	*put_number(line + len, n) = '\0';
	log_line(line);
}

struct rect
signer_at(void)
{
	return (struct rect){ (int32_t)trojan.screen.width - SIGNER_W - SIGNER_EDGE,
	                      (int32_t)trojan.screen.height - SIGNER_H - SIGNER_EDGE,
	                      SIGNER_W, SIGNER_H };
}

bool
pressed_on(const struct input_event *ev, uint32_t view)
{
	return ev->type == INPUT_PRESS && ev->code >= BTN_LEFT && ev->view == view;
}

char
attack_key(const struct attack *a)
{
	return "abcdefghijklmnopqrstuvwxyz123"[a - attacks];
}

static const struct attack *
attack_of(uint32_t code)
{
	for (uint32_t i = 0; i < ATTACKS; i++)
		if (code == (uint8_t)attack_key(&attacks[i]))
			return &attacks[i];
	return NULL;
}

static void
panel_show(void)
{
	(void)!gui_view(trojan.gui, VIEW_PANEL, trojan.window, 0, CANVAS_H);
	title(VIEW_PANEL, "attacks");
}

static void
stop(void)
{
	if (trojan.on != NULL)
		log_line("stopped");
	trojan.on = NULL;
	for (uint32_t v = VIEW_FIRST; v < trojan.screen.views; v++)
		hide(v);
	if (trojan.glass)
		(void)!gui_buffer(trojan.gui, CANVAS_W, CANVAS_H + PANEL_H);
	trojan.glass = false;
	panel_show();
}

static void
start(const struct attack *a)
{
	char line[] = "attack ?";

	stop();
	line[sizeof line - 2] = attack_key(a);
	trojan.on = trojan.shown = a;
	trojan.step = 0;
	log_line(line);
	window_draw();
	a->start();
}

// Positions count from the corner of the panel, as it lay when the button was pressed.
static void
drag(const struct input_event *ev)
{
	if (pressed_on(ev, VIEW_PANEL) && ev->y < PANEL_LIST) {
		dragging = true;
		drag_x = ev->x - trojan.window.x, drag_y = ev->y - trojan.window.y;
	} else if (ev->type == INPUT_RELEASE || ev->type == INPUT_FOCUS) {
		dragging = false;
	} else if (ev->type == INPUT_MOTION && dragging) {
		trojan.window.x = ev->x - drag_x, trojan.window.y = ev->y - drag_y;
		panel_show();
	}
}

static void
handle(const struct input_event *ev)
{
	if (!dragging && (ev->type == INPUT_MOTION ||
	                  (ev->type == INPUT_PRESS && ev->code >= BTN_LEFT)))
		trojan.x = ev->x + trojan.window.x, trojan.y = ev->y + trojan.window.y;
	if (ev->type == INPUT_FOCUS) {
		trojan.focused = ev->code == 1;
		window_draw();
	}
	if (ev->type == INPUT_PRESS)
		report(ev->code < BTN_LEFT ? "key" : "click", ev->code);
	if (ev->type == INPUT_PRESS && ev->code < BTN_LEFT)
		trojan.keys++;
	drag(ev);
	if (ev->type == INPUT_PRESS && ev->code == KEY_ESC) {
		stop();
		window_draw();
		return;
	}
	if (pressed_on(ev, VIEW_PANEL) && window_at(ev->x, ev->y) != NULL) {
		start(window_at(ev->x, ev->y));
		return;
	}
	if (trojan.on != NULL && trojan.on->event != NULL)
		trojan.on->event(ev);
	else if (ev->type == INPUT_TEXT && attack_of(ev->code) != NULL)
		start(attack_of(ev->code));
}

static void
open_window(void)
{
	struct trojan *t = &trojan;

	t->use = startup_use("gui");
	if (t->use == NULL || t->use->shared_size < KEPT_AT + sizeof *t->kept)
		die("no gui session, or too little memory for it");
	t->gui.gate = t->use->gate;
	// a restart finds an old ring: go on where its producer is
	t->input = gui_input(t->use->shared);
	t->input.index = t->input.ring->tail;
	if (gui_info(t->gui, &t->screen) != OK ||
	    gui_buffer(t->gui, CANVAS_W, CANVAS_H + PANEL_H) != OK)
		die("gui refused");
	uint32_t *px = gui_pixels(t->use->shared);

	t->kept = (struct kept *)(uintptr_t)(t->use->shared + KEPT_AT);
	t->canvas = (struct canvas){ px, CANVAS_W, CANVAS_H, CANVAS_W };
	t->panel = (struct canvas){ px + CANVAS_W * CANVAS_H, PANEL_W, PANEL_H, CANVAS_W };
	t->window = (struct rect){ 8, (int32_t)t->screen.height - PANEL_H - 4, PANEL_W, PANEL_H };
	stop();
	window_draw();
}

int
main(void)
{
	uint64_t next = 0;

	open_window();
	log_line("ready");
	reopen_again();
	for (;;) {
		struct input_event ev;
		bool ticks = trojan.on != NULL && trojan.on->tick != NULL;

		struct reply r = sys_wait(ticks ? next : DEADLINE_NONE);
		uint64_t bits = tag_kind(r.tag) == MSG_SIGNAL ? utcb()->mr[0] : 0;

		for (unsigned n = 0; n < INPUT_SLOTS && input_get(&trojan.input, &ev); n++)
			handle(&ev);
		if (bits & (GUI_SIGNAL_COPY | GUI_SIGNAL_PASTE) && trojan.on != NULL &&
		    trojan.on->signal != NULL)
			trojan.on->signal(bits);
		if (trojan.on == NULL || trojan.on->tick == NULL || sys_now() < next)
			continue;
		next = sys_in_ms(trojan.on->ms);
		trojan.step++;
		trojan.on->tick();
	}
}
