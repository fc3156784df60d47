// SPDX-License-Identifier: MIT
// One window in one buffer, whose upper left part it shows.
#include <string.h>
#include <draw/theme.h>
#include <session/keys.h>
#include <window/pane.h>

// Where windows may be.
static struct rect
desk(const struct pane *p)
{
	return (struct rect){ 0, (int32_t)p->screen.strip, (int32_t)p->screen.width,
	                      (int32_t)(p->screen.height - p->screen.strip) };
}

static void
place(const struct pane *p)
{
	(void)!gui_view(p->gui, p->window.view, p->window.r, 0, 0);
}

void
pane_open(struct pane *p, const struct window *plain)
{
	p->use = startup_use("gui");
	if (p->use == NULL)
		die("the scenario gives no gui session");
	if (p->buffer.width == 0)
		p->buffer.width = plain->max_w, p->buffer.height = plain->max_h;
	uint32_t w = (uint32_t)p->buffer.width, h = (uint32_t)p->buffer.height;

	p->gui.gate = p->use->gate;
	p->input = gui_input(p->use->shared);
	p->window = *plain;
	p->buffer.px = gui_pixels(p->use->shared);
	p->buffer.stride = p->buffer.width;
	if (p->use->shared_size < GUI_PIXELS + (uint64_t)w * h * 4)
		die("the scenario donates too little for the window");
	if (gui_info(p->gui, &p->screen) != OK || gui_buffer(p->gui, w, h) != OK)
		die("there is no screen for the window");
	window_screen(&p->window, desk(p));
	place(p);
	(void)!gui_title(p->gui, p->window.view, plain->title);
	p->frame_dirty = p->dirty = true;
}

void
pane_open_fixed(struct pane *p, const char *title, int32_t x, int32_t y, int32_t w, int32_t h)
{
	struct window plain = { .title = title, .r = { x, y, w + 2, h + THEME_TITLE_HEIGHT + 1 } };

	plain.min_w = plain.max_w = plain.r.w;
	plain.min_h = plain.max_h = plain.r.h;
	pane_open(p, &plain);
}

static bool
handle(struct pane *p, struct rect at, struct input_event ev, pane_event *fn, void *arg)
{
	struct rect old = p->window.r;

	if (p->child != 0 && ev.view == p->child)
		ev.view = p->window.view;
	if (ev.type == INPUT_PRESS && ev.code >= BTN_LEFT)
		(void)!gui_stack(p->gui, p->window.view, false);
	if (ev.type == INPUT_FOCUS || ev.type == INPUT_LEAVE)
		fn(arg, &ev);
	switch (window_event(&p->window, desk(p), at.x, at.y, &ev)) {
	case WINDOW_CONTENT:
		fn(arg, &ev);
		break;
	case WINDOW_REDRAW:
		p->frame_dirty = true;
		break;
	case WINDOW_CHANGED:
		p->frame_dirty |= p->window.r.w != old.w || p->window.r.h != old.h;
		break;
	case WINDOW_CLOSED:
		return false;
	case WINDOW_IGNORED:
		break;
	}
	return true;
}

void
pane_signal(struct pane *p, uint64_t bits, pane_event *fn, void *arg)
{
	struct rect at = p->window.r;   // as nitpicker was told last
	struct input_event ev;
	bool open = true;

	if (bits & GUI_SIGNAL_MODE && gui_info(p->gui, &p->screen) == OK)
		window_screen(&p->window, desk(p));
	p->frame_dirty |= p->window.r.w != at.w || p->window.r.h != at.h;
	for (unsigned n = 0; n < INPUT_SLOTS && open && input_get(&p->input, &ev); n++)
		open = handle(p, at, ev, fn, arg);
	if (memcmp(&at, &p->window.r, sizeof at) != 0)
		place(p);
	if (!open)
		(void)!gui_stack(p->gui, p->window.view, true);
}

struct canvas
pane_draw(struct pane *p)
{
	struct rect r = p->window.r;
	struct canvas c = draw_part(&p->buffer, (struct rect){ 0, 0, r.w, r.h });

	if (p->frame_dirty)
		window_draw(&p->window, &c);
	return draw_part(&c, window_content(&p->window));
}

void
pane_show(struct pane *p)
{
	struct rect in = window_content(&p->window);
	struct rect all = { 0, 0, p->window.r.w, p->window.r.h };

	(void)!gui_refresh(p->gui, p->frame_dirty ? all : in);
	p->frame_dirty = p->dirty = false;
}
