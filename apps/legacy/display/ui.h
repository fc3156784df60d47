// SPDX-License-Identifier: MIT
// What is inside the window: the modes in rows, or, while one is tried, the question
// whether to keep it.  No system calls: ui_event says what the caller has to do.
#pragma once

#include <draw/draw.h>
#include <session/fb.h>
#include <session/input.h>

enum {
	UI_MODES = 16, UI_COLUMNS = 4, UI_WIDTH = 440, UI_HEIGHT = 115,
	UI_LEAST_WIDTH = 640, UI_LEAST_HEIGHT = 480,    // smaller modes are not offered
	UI_TRY = 10,            // seconds until a mode that nobody keeps is left again
};

enum ui_action { UI_NOTHING, UI_SET, UI_KEEP, UI_BACK };

// What the pointer holds; a mode: UI_MODE + its number.
enum ui_part { UI_NONE, UI_KEEP_BUTTON, UI_BACK_BUTTON, UI_MODE };

struct ui {
	unsigned count, selected;
	struct fb_mode mode[UI_MODES];  // the smallest ones, in order
	struct fb_mode now;             // what the screen has
	struct fb_mode before;          // comes back if `now` is not kept
	unsigned left;                  // seconds to keep it; 0: nothing is tried
	unsigned refused;               // the mode that the card did not do
	unsigned held;                  // by the left button
	bool over;                      // and whether the pointer still is on it
	bool focused;
};

// One more mode that there is.
void ui_add(struct ui *ui, struct fb_mode mode);

// What to do, UI_SET with the selected mode; *redraw: something looks different now.
enum ui_action ui_event(struct ui *ui, const struct input_event *ev, bool *redraw);

bool ui_same(const struct fb_mode *a, const struct fb_mode *b);

// Place of a part, counted from the content's corner.
struct rect ui_place(unsigned part);

// ui_draw.c
void ui_draw(const struct ui *ui, const struct canvas *c);
