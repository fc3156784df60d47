// SPDX-License-Identifier: MIT
// A window with a frame of the client's own.  The client keeps one struct per
// window, gives it the events, and tells the server what came of them.
#pragma once

#include <draw/draw.h>
#include <session/input.h>

struct window {
	// set by the client
	const char *title;
	uint16_t    view;               // its number
	struct rect r;                  // on the screen, with the frame
	int32_t     min_w, min_h;       // with the frame; max: what its part of the buffer holds
	int32_t     max_w, max_h;
	// window.c's
	uint8_t     grip;               // what is dragged, enum window_part
	bool        focused, over_close;
	int32_t     grip_x, grip_y;     // pointer, when that began
	int32_t     x0, y0;             //   and corner of view 0
	struct rect start;              // window, when that began
	struct rect home, fitted;       // where it was put; where window_screen put it then
};

enum window_part {
	WINDOW_NONE, WINDOW_BAR, WINDOW_CLOSE, WINDOW_INSIDE,
	WINDOW_LEFT = 4, WINDOW_RIGHT = 8, WINDOW_BOTTOM = 16,  // these add up
};

enum window_result {
	WINDOW_IGNORED,         // not for this window
	WINDOW_CONTENT,         // for what is inside; ev->x, y now count from the content's corner
	WINDOW_CHANGED,         // r has changed: gui_view, and draw again if its size did
	WINDOW_REDRAW,          // the frame looks different now
	WINDOW_CLOSED,          // the user wants it to be closed
};

// screen: where windows may be.  x0, y0: corner of view 0, as nitpicker was told last.
enum window_result window_event(struct window *w, struct rect screen, int32_t x0, int32_t y0,
                                struct input_event *ev);

// What is at x, y, counted from the window's corner.
unsigned window_part(const struct window *w, int32_t x, int32_t y);

// Keep size limits, and some of the title bar within reach.
struct rect window_fit(const struct window *w, struct rect screen, struct rect r);

// The screen is this now: all of the window lies on it, smaller if need be, or some
// of the title bar at least, as near as possible to where it was last put.
void window_screen(struct window *w, struct rect screen);

// Content, counted from the window's corner.
struct rect window_content(const struct window *w);

// Frame and ground; c is the window's part of the buffer.
void window_draw(const struct window *w, const struct canvas *c);
