// SPDX-License-Identifier: MIT
// Where a program shows its one window: a view of nitpicker's; or, if the scenario
// gives no gui session but fb and input, the screen itself.  The program sees no
// difference but in `whole`.
#pragma once

#include <session/fb.h>
#include <session/gui.h>
#include <sys/startup.h>
#include <draw/draw.h>
#include <window/bare.h>

struct surface {
	struct gui_info screen;         // its size
	bool whole;                     // the window is the screen: it cannot be moved or covered
	struct canvas buffer;           // to draw into
	// surface.c's
	const struct startup_use *gui, *fb, *drv;
	struct gui_session session;
	struct fb_session frame;
	struct fb_mode mode;
	struct input_end input;
	struct bare bare;
	struct rect pointer;            // where it is drawn; the screen itself
};

// Finds the sessions, or ends the program.
void surface_open(struct surface *s);

// A buffer of this size; with gui it lies in the session's memory, else in `memory`.
// False: there is not so much.
bool surface_buffer(struct surface *s, uint32_t width, uint32_t height, uint32_t *memory);

// The pixels that the session's memory can hold; for the screen itself: any number.
uint64_t surface_room(const struct surface *s);

// The window is there now, shows the buffer's corner, and is on top; empty: it is gone.
void surface_place(struct surface *s, struct rect r);
void surface_front(struct surface *s);
void surface_title(struct surface *s, const char *title);

// What has changed in the buffer.
void surface_refresh(struct surface *s, struct rect r);

// A signal came: false if it is none of ours.  *mode: ask screen's size again, draw all.
bool surface_signal(struct surface *s, uint64_t label, uint64_t bits, bool *mode);

// The next event, as a gui session has it.
bool surface_event(struct surface *s, struct input_event *ev);
