// SPDX-License-Identifier: MIT
// The window: where things are in it and what clicks and keys do.  No system
// calls and no files: ui_event says what the caller has to do.
#pragma once

#include <draw/widget.h>
#include <session/input.h>
#include "layout.h"

enum ui_action {
	UI_NOTHING,
	UI_FOLLOW,              // the link `follow`
	UI_BACK, UI_CONTENTS,
	UI_MOVE,                // the window by move_x, move_y
	UI_RESIZE,              // the window to want_w, want_h
};

enum { DIRTY_FRAME = 1, DIRTY_BAR = 2, DIRTY_PAGE = 4, DIRTY_ALL = 7 };

enum ui_grab {
	GRAB_NONE, GRAB_WINDOW, GRAB_SIZE, GRAB_SCROLL, GRAB_BACK, GRAB_CONTENTS, GRAB_LINK,
};

enum { UI_WIDTH_MIN = 320, UI_HEIGHT_MIN = 220, UI_GRIP = 14, UI_STATUS = 96 };

struct ui {
	int32_t width, height;          // of the window
	bool focused;
	const struct layout *page;
	int32_t top;                    // line of pixels of the page at the top
	bool can_back;
	char title[UI_STATUS], status[UI_STATUS];
	uint32_t hover, selected;       // links under the pointer, chosen by keyboard; 0: none
	unsigned dirty;

	int32_t x, y;                   // pointer
	enum ui_grab grab;              // what the left button holds
	bool over;                      // and whether the pointer still is on it
	int32_t grab_x, grab_y;
	uint32_t grab_link;

	int32_t move_x, move_y, want_w, want_h;
	uint32_t follow;
};

enum ui_action ui_event(struct ui *ui, const struct input_event *ev);

// A page is shown from `top` on, as far as that is possible.
void ui_page(struct ui *ui, const struct layout *page, int32_t top);

// Where things are.
struct rect ui_view(const struct ui *ui);       // the page's part that can be seen
struct rect ui_bar(const struct ui *ui);        // scroll bar
struct rect ui_back(const struct ui *ui), ui_contents(const struct ui *ui);
struct rect ui_tools(const struct ui *ui);      // the row of both buttons

// The link there, of the page; 0: none.
uint32_t ui_link_at(const struct ui *ui, int32_t x, int32_t y);
