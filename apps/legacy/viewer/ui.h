// SPDX-License-Identifier: MIT
// What is inside the window: where things are and what clicks and keys do.  No
// system calls and no files: ui_event says what the caller has to do.  Positions
// count from the content's corner; the frame around it is lib/window's.
#pragma once

#include <draw/widget.h>
#include <session/input.h>
#include "layout.h"

enum ui_action {
	UI_NOTHING,
	UI_FOLLOW,              // the link `follow`
	UI_BACK, UI_CONTENTS,
};

enum { DIRTY_TOOLS = 1, DIRTY_PAGE = 2, DIRTY_ALL = 3 };

enum ui_grab { GRAB_NONE, GRAB_SCROLL, GRAB_BACK, GRAB_CONTENTS, GRAB_LINK };

enum { UI_CORNER = 14, UI_STATUS = 96 };        // corner: of the frame's grip, left free

struct ui {
	int32_t width, height;          // of the content
	const struct layout *page;
	int32_t top;                    // line of pixels of the page at the top
	bool can_back;
	char status[UI_STATUS];
	uint32_t hover, selected;       // links under the pointer, chosen by keyboard; 0: none
	unsigned dirty;

	int32_t x, y;                   // pointer
	enum ui_grab grab;              // what the left button holds
	bool over;                      // and whether the pointer still is on it
	uint32_t grab_link;
	uint32_t follow;
};

enum ui_action ui_event(struct ui *ui, const struct input_event *ev);

// Whatever is held is let go.
void ui_let_go(struct ui *ui);

// A page is shown from `top` on, as far as that is possible.
void ui_page(struct ui *ui, const struct layout *page, int32_t top);

// Where things are.
struct rect ui_view(const struct ui *ui);       // the page's part that can be seen
struct rect ui_bar(const struct ui *ui);        // scroll bar
struct rect ui_back(const struct ui *ui), ui_contents(const struct ui *ui);
struct rect ui_tools(const struct ui *ui);      // the row of both buttons

// The link there, of the page; 0: none.
uint32_t ui_link_at(const struct ui *ui, int32_t x, int32_t y);
