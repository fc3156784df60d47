// SPDX-License-Identifier: MIT
// What is inside the launcher's window: where things are, and what clicks and keys
// mean.  No system calls: launcher_ui_event says what the caller has to do.
#pragma once

#include <draw/draw.h>
#include <session/input.h>
#include <session/launcher.h>

enum { UI_ROWS = 8, UI_WIDTH = 440, UI_ROW_HEIGHT = 98, UI_FOOT = 58, UI_STEP = 64 << 10 };

enum ui_action { UI_NOTHING, UI_START, UI_DESTROY };

// What the pointer holds.
enum ui_part { UI_NONE, UI_SLIDER, UI_START_BUTTON, UI_DESTROY_BUTTON };

struct ui_row {
	struct launcher_status status;
	uint64_t wanted;                // bytes: where the slider stands
	enum err last;                  // what became of the last try to start it
};

struct ui {
	unsigned count, selected;
	struct ui_row row[UI_ROWS];
	struct launcher_free free;
	enum ui_part held;              // by the left button, in the selected row
	bool over;                      // and whether the pointer still is on it
	bool focused;
};

// What to do with the selected row; *redraw: something looks different now.
enum ui_action ui_event(struct ui *ui, const struct input_event *ev, bool *redraw);

// New figures have come: the sliders stay within what is possible.
void ui_update(struct ui *ui);

// Most that this row can get now, and at least what it needs.
uint64_t ui_most(const struct ui *ui, const struct ui_row *row);

bool ui_can_start(const struct ui_row *row), ui_can_destroy(const struct ui_row *row);

// Places, counted from the content's corner.
struct rect ui_row_rect(unsigned i), ui_slider(unsigned i),
	ui_button(unsigned i, enum ui_part which);

// "640 KiB", "1.5 MiB": rounded up, so that nothing is said to be less than it is.
enum { UI_BYTES = 28 };
void ui_bytes(uint64_t bytes, char text[UI_BYTES]);

// ui_draw.c
void ui_draw(const struct ui *ui, const struct canvas *c);
