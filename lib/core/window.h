// SPDX-License-Identifier: MIT
// The window of a trusted core: one view that shows all of its buffer, moved by
// the user with the title bar and never out of reach.  The core draws into
// `canvas` and says gui_refresh.
#pragma once

#include <draw/draw.h>
#include <session/gui.h>

enum { CORE_VIEW = 0 };

struct core_window {
	struct gui_session gui;
	uint64_t           label;       // of the signals from nitpicker
	struct input_end   input;
	struct gui_info    screen;
	struct canvas      canvas;
	struct rect        r;           // on the screen
};

// The session `gui` of the scenario; dies with a sentence if it is missing or too
// little is donated for so many pixels.  Nothing is shown before core_show.
void core_open(struct core_window *w, int32_t width, int32_t height, const char *title);

// Shows it with its corner there, or as near as leaves enough of the title bar,
// which is THEME_TITLE_HEIGHT high, on the screen.
void core_show(struct core_window *w, int32_t x, int32_t y);

// The screen has another size (GUI_SIGNAL_MODE).
void core_fit(struct core_window *w);

// Entirely visible, unobscured, focused and unmoved for `ms` milliseconds; not when
// the user has locked the session out, from when on calls of `gui` fail.
bool core_visible(void *window, uint32_t ms);

// Milliseconds since some moment.
uint64_t core_now(void *unused);
