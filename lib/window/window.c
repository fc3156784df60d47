// SPDX-License-Identifier: MIT
// What the pointer does to a window: moves, resizes, closes it; and where it stays on
// another screen.
#include <string.h>
#include <draw/theme.h>
#include <session/keys.h>
#include <window/window.h>

enum { EDGE = 6, CORNER = 18, REACH = 48 };     // pixels

static int32_t
clamp(int64_t n, int64_t min, int64_t max)
{
	return (int32_t)(n < min ? min : n > max ? max : n);
}

struct rect
window_content(const struct window *w)
{
	return (struct rect){ 1, THEME_TITLE_HEIGHT, w->r.w - 2, w->r.h - THEME_TITLE_HEIGHT - 1 };
}

unsigned
window_part(const struct window *w, int32_t x, int32_t y)
{
	unsigned edges = WINDOW_NONE;

	if (x < 0 || y < 0 || x >= w->r.w || y >= w->r.h)
		return WINDOW_NONE;
	if (y < THEME_TITLE_HEIGHT)
		return x >= w->r.w - THEME_TITLE_HEIGHT ? WINDOW_CLOSE : WINDOW_BAR;
	if (w->min_w == w->max_w && w->min_h == w->max_h)
		return WINDOW_INSIDE;
	if (y >= w->r.h - EDGE || (y >= w->r.h - CORNER && (x < EDGE || x >= w->r.w - EDGE)))
		edges |= WINDOW_BOTTOM;
	if (x < EDGE || (edges != 0 && x < CORNER))
		edges |= WINDOW_LEFT;
	if (x >= w->r.w - EDGE || (edges != 0 && x >= w->r.w - CORNER))
		edges |= WINDOW_RIGHT;
	return edges != 0 ? edges : WINDOW_INSIDE;
}

struct rect
window_fit(const struct window *w, struct rect screen, struct rect r)
{
	r.w = clamp(r.w, w->min_w, w->max_w);
	r.h = clamp(r.h, w->min_h, w->max_h);
	r.x = clamp(r.x, (int64_t)screen.x + REACH - r.w, (int64_t)screen.x + screen.w - REACH);
	r.y = clamp(r.y, screen.y, (int64_t)screen.y + screen.h - THEME_TITLE_HEIGHT);
	return r;
}

void
window_screen(struct window *w, struct rect screen)
{
	if (memcmp(&w->r, &w->fitted, sizeof w->r) != 0)
		w->home = w->r;
	struct rect r = w->home;

	r.w = clamp(r.w < screen.w ? r.w : screen.w, w->min_w, w->max_w);
	r.h = clamp(r.h < screen.h ? r.h : screen.h, w->min_h, w->max_h);
	r.x = clamp(r.x, screen.x, (int64_t)screen.x + (r.w < screen.w ? screen.w - r.w : 0));
	r.y = clamp(r.y, screen.y, (int64_t)screen.y + (r.h < screen.h ? screen.h - r.h : 0));
	w->r = w->fitted = window_fit(w, screen, r);
}

static enum window_result
drag(struct window *w, struct rect screen, int32_t x, int32_t y)
{
	int32_t dx = x - w->grip_x, dy = y - w->grip_y;
	struct rect r = w->start, old = w->r;

	if (w->grip == WINDOW_BAR)
		r.x += dx, r.y += dy;
	if (w->grip & WINDOW_RIGHT)
		r.w += dx;
	if (w->grip & WINDOW_BOTTOM)
		r.h += dy;
	if (w->grip & WINDOW_LEFT) {            // the right edge stays
		r.w = clamp((int64_t)r.w - dx, w->min_w, w->max_w);
		r.x += w->start.w - r.w;
	}
	w->r = window_fit(w, screen, r);
	return w->r.x == old.x && w->r.y == old.y && w->r.w == old.w && w->r.h == old.h ?
		WINDOW_IGNORED : WINDOW_CHANGED;
}

static enum window_result
over_close(struct window *w, bool over)
{
	bool redraw = w->over_close != over;

	w->over_close = over;
	return redraw ? WINDOW_REDRAW : WINDOW_IGNORED;
}

static enum window_result
pointer(struct window *w, struct rect screen, int32_t x, int32_t y, struct input_event *ev)
{
	unsigned part = window_part(w, x - w->r.x, y - w->r.y);
	unsigned grip = w->grip;
	bool left = ev->code == BTN_LEFT;

	if (grip == WINDOW_NONE && ev->view != w->view)
		return over_close(w, false);
	if (ev->type == INPUT_PRESS && grip == WINDOW_NONE && (left || part == WINDOW_INSIDE)) {
		w->grip = (uint8_t)part;
		w->grip_x = x, w->grip_y = y;
		w->start = w->r;
	} else if (ev->type == INPUT_RELEASE && (left || grip == WINDOW_INSIDE)) {
		w->grip = WINDOW_NONE;
		if (grip == WINDOW_CLOSE && part == WINDOW_CLOSE)
			return WINDOW_CLOSED;
	}
	if (grip == WINDOW_INSIDE || (grip == WINDOW_NONE && part == WINDOW_INSIDE)) {
		ev->x = x - w->r.x - 1, ev->y = y - w->r.y - THEME_TITLE_HEIGHT;
		w->over_close = false;
		return WINDOW_CONTENT;
	}
	if (ev->type == INPUT_MOTION && grip != WINDOW_NONE && grip != WINDOW_CLOSE)
		return drag(w, screen, x, y);
	return over_close(w, part == WINDOW_CLOSE);
}

enum window_result
window_event(struct window *w, struct rect screen, int32_t x0, int32_t y0, struct input_event *ev)
{
	bool button = ev->type == INPUT_PRESS || ev->type == INPUT_RELEASE;

	if (w->grip == WINDOW_NONE)             // while a button is held, positions count
		w->x0 = x0, w->y0 = y0;         // from the same place
	if (ev->type == INPUT_MOTION || (button && ev->code >= BTN_LEFT))
		return pointer(w, screen, w->x0 + ev->x, w->y0 + ev->y, ev);
	if (ev->type == INPUT_LEAVE)
		return over_close(w, false);
	if (ev->type == INPUT_FOCUS) {
		w->focused = ev->code != 0;
		return WINDOW_REDRAW;
	}
	return WINDOW_CONTENT;
}
