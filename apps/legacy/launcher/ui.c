// SPDX-License-Identifier: MIT
// Clicks and keys in the launcher's window.
#include <base/put.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/keys.h>
#include "ui.h"

enum { BUTTON_W = 84, KNOB = 8 };

struct rect
ui_row_rect(unsigned i)
{
	return (struct rect){ THEME_PAD, THEME_PAD + (int32_t)i * (UI_ROW_HEIGHT + THEME_GAP),
	                      UI_WIDTH - 2 * THEME_PAD, UI_ROW_HEIGHT };
}

struct rect
ui_slider(unsigned i)
{
	struct rect r = ui_row_rect(i);

	return (struct rect){ r.x + THEME_PAD, r.y + 34, r.w - 2 * THEME_PAD - 100, 20 };
}

struct rect
ui_button(unsigned i, enum ui_part which)
{
	struct rect r = ui_row_rect(i);
	int32_t from_right = which == UI_DESTROY_BUTTON ? BUTTON_W : 2 * BUTTON_W + THEME_GAP;

	return (struct rect){ r.x + r.w - THEME_PAD - from_right,
		r.y + r.h - THEME_BUTTON_HEIGHT - 8, BUTTON_W, THEME_BUTTON_HEIGHT };
}

bool
ui_can_start(const struct ui_row *row)
{
	return row->status.state == LAUNCHER_STOPPED;
}

bool
ui_can_destroy(const struct ui_row *row)
{
	return row->status.state == LAUNCHER_RUNNING || row->status.state == LAUNCHER_FAULTED;
}

static uint64_t
whole(uint64_t bytes)
{
	return (bytes + UI_STEP - 1) / UI_STEP * UI_STEP;
}

uint64_t
ui_most(const struct ui *ui, const struct ui_row *row)
{
	uint64_t most = ui->free.largest / UI_STEP * UI_STEP, least = whole(row->status.needs);

	return most > least ? most : least;
}

static void
want(const struct ui *ui, struct ui_row *row, uint64_t bytes)
{
	uint64_t least = whole(row->status.needs), most = ui_most(ui, row);

	row->wanted = bytes < least ? least : bytes > most ? most : bytes / UI_STEP * UI_STEP;
}

void
ui_update(struct ui *ui)
{
	for (unsigned i = 0; i < ui->count; i++)
		if (ui_can_start(&ui->row[i]))
			want(ui, &ui->row[i], ui->row[i].wanted);
	if (ui->selected >= ui->count)
		ui->selected = 0;
}

// The slider follows the pointer.
static void
slide(struct ui *ui, int32_t x)
{
	struct ui_row *row = &ui->row[ui->selected];
	struct rect r = ui_slider(ui->selected);
	uint64_t least = whole(row->status.needs), most = ui_most(ui, row);
	int32_t length = r.w - 2 * KNOB, at = x - r.x - KNOB;

	at = at < 0 ? 0 : at > length ? length : at;
	want(ui, row, least + (most - least) * (uint64_t)at / (uint64_t)length + UI_STEP / 2);
}

static enum ui_part
part_at(const struct ui *ui, unsigned i, int32_t x, int32_t y)
{
	const struct ui_row *row = &ui->row[i];

	if (ui_can_start(row) && rect_has(ui_slider(i), x, y))
		return UI_SLIDER;
	if (ui_can_start(row) && rect_has(ui_button(i, UI_START_BUTTON), x, y))
		return UI_START_BUTTON;
	if (ui_can_destroy(row) && rect_has(ui_button(i, UI_DESTROY_BUTTON), x, y))
		return UI_DESTROY_BUTTON;
	return UI_NONE;
}

static void
press(struct ui *ui, int32_t x, int32_t y)
{
	for (unsigned i = 0; i < ui->count; i++) {
		if (!rect_has(ui_row_rect(i), x, y))
			continue;
		ui->selected = i;
		ui->held = part_at(ui, i, x, y);
		ui->over = true;
		if (ui->held == UI_SLIDER)
			slide(ui, x);
	}
}

static enum ui_action
release(struct ui *ui)
{
	enum ui_part held = ui->held;

	ui->held = UI_NONE;
	if (!ui->over || held == UI_NONE || held == UI_SLIDER)
		return UI_NOTHING;
	return held == UI_START_BUTTON ? UI_START : UI_DESTROY;
}

static enum ui_action
key(struct ui *ui, uint32_t code)
{
	struct ui_row *row = &ui->row[ui->selected];

	switch (code) {
	case KEY_DOWN: case KEY_TAB:
		ui->selected = (ui->selected + 1) % ui->count;
		break;
	case KEY_UP:
		ui->selected = (ui->selected + ui->count - 1) % ui->count;
		break;
	case KEY_LEFT: case KEY_RIGHT:
		if (ui_can_start(row))
			want(ui, row, row->wanted +
			     (code == KEY_LEFT ? -(uint64_t)UI_STEP : UI_STEP));
		break;
	case KEY_ENTER: case KEY_KPENTER:
		return ui_can_start(row) ? UI_START : UI_NOTHING;
	case KEY_DELETE: case KEY_BACKSPACE:
		return ui_can_destroy(row) ? UI_DESTROY : UI_NOTHING;
	}
	return UI_NOTHING;
}

enum ui_action
ui_event(struct ui *ui, const struct input_event *ev, bool *redraw)
{
	bool left = ev->code == BTN_LEFT;

	if (ui->count == 0)
		return UI_NOTHING;
	*redraw |= ev->type != INPUT_MOTION || ui->held != UI_NONE;
	switch (ev->type) {
	case INPUT_FOCUS:
		ui->focused = ev->code != 0;
		ui->held = UI_NONE;
		return UI_NOTHING;
	case INPUT_MOTION:
		if (ui->held == UI_SLIDER)
			slide(ui, ev->x);
		else if (ui->held != UI_NONE)
			ui->over = rect_has(ui_button(ui->selected, ui->held), ev->x, ev->y);
		return UI_NOTHING;
	case INPUT_PRESS:
		if (left)
			press(ui, ev->x, ev->y);
		return left || ui->held != UI_NONE ? UI_NOTHING : key(ui, ev->code);
	case INPUT_REPEAT:
		// not what starts or destroys
		if (ev->code == KEY_LEFT || ev->code == KEY_RIGHT)
			(void)key(ui, ev->code);
		return UI_NOTHING;
	case INPUT_RELEASE:
		return left ? release(ui) : UI_NOTHING;
	}
	return UI_NOTHING;
}

void
ui_bytes(uint64_t bytes, char text[UI_BYTES])
{
	bool big = bytes >= 1 << 20;
	uint64_t n = big ? (bytes * 10 + (1 << 20) - 1) >> 20 : (bytes + 1023) >> 10;
	char *p = put_number(text, big ? n / 10 : n);

	if (big)
		*p++ = '.', *p++ = (char)('0' + n % 10);
	*put_text(p, big ? " MiB" : " KiB") = '\0';
}
