// SPDX-License-Identifier: MIT
// A program with one window: its gui session, its buffer, and the way from
// nitpicker's events to what is inside the frame.
#pragma once

#include <session/gui.h>
#include <sys/startup.h>
#include <window/window.h>

struct pane {
	const struct startup_use *use;
	struct gui_session gui;
	struct gui_info screen;
	struct input_end input;
	struct window window;
	struct canvas buffer;           // as large as the window can become, or as the caller says
	uint16_t child;                 // another view that is part of the window, or 0
	bool frame_dirty, dirty;        // to be drawn again: frame and all, what is inside
};

// What a program does with an event for the inside of its window; positions count
// from there.  Focus and leave events come here, too.
typedef void pane_event(void *arg, const struct input_event *ev);

// The window appears, as `plain` says: title, place, limits of its size.  All of *p is
// zero but what the caller chooses.  Without a gui session, or with one that donates
// too little, the program ends.
void pane_open(struct pane *p, const struct window *plain);

// The same for a window of one size, whose inside is w x h.
void pane_open_fixed(struct pane *p, const char *title, int32_t x, int32_t y, int32_t w, int32_t h);

// The signal of the session came with these bits.  A window that the user closes stays, behind
// all others: it is all that its program has.
void pane_signal(struct pane *p, uint64_t bits, pane_event *fn, void *arg);

// Draws the frame, if necessary; the canvas is for what is inside.  Then pane_show.
struct canvas pane_draw(struct pane *p);
void pane_show(struct pane *p);
