// SPDX-License-Identifier: MIT
// The window: what it shows, what clicks and keys do to it.  No system calls:
// ui_event says what the caller has to do, ui_draw paints.
#pragma once

#include <draw/widget.h>
#include <session/input.h>
#include "draft.h"
#include "preview.h"
#include "text.h"

enum { UI_WIDTH = 672, UI_HEIGHT = 510 };

enum ui_action {
	UI_NOTHING,
	UI_SIGN,                // hand drafts[selected] to the signer
	UI_WITHDRAW,            // take it back
	UI_MOVE,                // the window to move_x, move_y from where it was grabbed
};

enum ui_mood { MOOD_PLAIN, MOOD_BUSY, MOOD_GOOD, MOOD_BAD };

// Areas to repaint.
enum { DIRTY_TITLE = 1, DIRTY_LIST = 2, DIRTY_PREVIEW = 4, DIRTY_BAR = 8, DIRTY_ALL = 15 };

enum ui_grab { GRAB_NONE, GRAB_WINDOW, GRAB_LIST_BAR, GRAB_PREVIEW_BAR, GRAB_BUTTON };

struct ui {
	const struct draft *drafts;
	uint32_t count;
	uint32_t selected;              // < count, unless there are none
	uint32_t first;                 // row of the list that is at its top
	uint32_t top;                   // row of the preview that is at its top
	struct preview preview;         // of the selected draft's body

	bool focused;
	bool waiting;                   // for the signer
	enum ui_mood mood;
	struct text status;
	unsigned dirty;

	int32_t x, y;                   // pointer, inside the window
	enum ui_grab grab;              // what the left button holds
	bool    over;                   // GRAB_BUTTON: the pointer still is on it
	int32_t grab_x, grab_y;         // GRAB_WINDOW: where in the window
	int32_t move_x, move_y;
};

void ui_init(struct ui *ui, const struct draft *drafts, uint32_t count);

enum ui_action ui_event(struct ui *ui, const struct input_event *ev);

// Show a sentence in the bar.
void ui_status(struct ui *ui, enum ui_mood mood, const struct text *sentence);

// Paint and forget what is dirty; *changed is the smallest rectangle around it.
void ui_draw(struct ui *ui, const struct canvas *c, struct rect *changed);

// Where things are.
struct rect ui_list(void);              // rows, without their scroll bar
struct rect ui_list_bar(void);
struct rect ui_preview(void);           // text rows, without their scroll bar
struct rect ui_preview_bar(void);
struct rect ui_button(void);

enum { UI_ROW = 24, UI_LIST_ROWS = 6, UI_LINE = 17, UI_PREVIEW_ROWS = 10 };
