// SPDX-License-Identifier: MIT
// What events do to the window.

#include <draw/theme.h>
#include <session/keys.h>
#include "ui.h"

enum { WHEEL_ROWS = 3, PREVIEW_COLUMNS = 78 };

void
ui_status(struct ui *ui, enum ui_mood mood, const struct text *sentence)
{
	ui->mood = mood;
	ui->status = *sentence;
	ui->dirty |= DIRTY_BAR;
}

static void
select_draft(struct ui *ui, uint32_t i)
{
	const struct draft *d = &ui->drafts[i];

	ui->selected = i;
	ui->top = 0;
	if (i < ui->first)
		ui->first = i;
	if (i >= ui->first + UI_LIST_ROWS)
		ui->first = i - UI_LIST_ROWS + 1;
	preview_wrap(&ui->preview, d->bytes + d->body, d->size - d->body, PREVIEW_COLUMNS);
	ui->dirty |= DIRTY_LIST | DIRTY_PREVIEW;
}

void
ui_init(struct ui *ui, const struct draft *drafts, uint32_t count)
{
	struct text t = { 0 };

	ui->drafts = drafts;
	ui->count = count;
	ui->dirty = DIRTY_ALL;
	if (count > 0)
		select_draft(ui, 0);
	text_add(&t, count > 0 ? "Choose a draft, then sign it." : "There are no drafts.");
	ui_status(ui, MOOD_PLAIN, &t);
}

// `by` rows further, as far as there are any.
static uint32_t
scrolled(uint32_t top, int64_t by, uint32_t shown, uint32_t total)
{
	int64_t last = total > shown ? total - shown : 0, to = top + by;

	return (uint32_t)(to < 0 ? 0 : to > last ? last : to);
}

static void
scroll_list(struct ui *ui, uint32_t first)
{
	ui->first = first;
	ui->dirty |= DIRTY_LIST;
}

static void
scroll_preview(struct ui *ui, uint32_t top)
{
	ui->top = top;
	ui->dirty |= DIRTY_PREVIEW;
}

static void
scroll_preview_by(struct ui *ui, int64_t rows)
{
	scroll_preview(ui, scrolled(ui->top, rows, UI_PREVIEW_ROWS, ui->preview.rows));
}

static enum ui_action
press_button(const struct ui *ui)
{
	if (ui->count == 0)
		return UI_NOTHING;
	return ui->waiting ? UI_WITHDRAW : UI_SIGN;
}

// The pointer moved while the left button holds something.
static enum ui_action
drag(struct ui *ui)
{
	switch (ui->grab) {
	case GRAB_WINDOW:
		ui->move_x = ui->x - ui->grab_x;
		ui->move_y = ui->y - ui->grab_y;
		return UI_MOVE;
	case GRAB_LIST_BAR:
		scroll_list(ui, widget_scroll_to(ui_list_bar(), ui->y, UI_LIST_ROWS, ui->count));
		break;
	case GRAB_PREVIEW_BAR:
		scroll_preview(ui, widget_scroll_to(ui_preview_bar(), ui->y, UI_PREVIEW_ROWS,
		                                    ui->preview.rows));
		break;
	case GRAB_BUTTON:
		ui->over = rect_has(ui_button(), ui->x, ui->y);
		ui->dirty |= DIRTY_BAR;
		break;
	case GRAB_NONE:
		break;
	}
	return UI_NOTHING;
}

static void
mouse_press(struct ui *ui)
{
	if (rect_has(ui_list(), ui->x, ui->y)) {
		uint32_t i = ui->first + (uint32_t)(ui->y - ui_list().y) / UI_ROW;

		if (i < ui->count)
			select_draft(ui, i);
		return;
	}
	if (rect_has(ui_list_bar(), ui->x, ui->y))
		ui->grab = GRAB_LIST_BAR;
	else if (rect_has(ui_preview_bar(), ui->x, ui->y))
		ui->grab = GRAB_PREVIEW_BAR;
	else if (rect_has(ui_button(), ui->x, ui->y))
		ui->grab = GRAB_BUTTON;
	else if (rect_has((struct rect){ 0, 0, UI_WIDTH, THEME_TITLE_HEIGHT }, ui->x, ui->y))
		ui->grab = GRAB_WINDOW, ui->grab_x = ui->x, ui->grab_y = ui->y;
	if (ui->grab != GRAB_WINDOW)
		drag(ui);
}

static enum ui_action
mouse_release(struct ui *ui)
{
	bool click = ui->grab == GRAB_BUTTON && ui->over;

	ui->grab = GRAB_NONE;
	ui->over = false;
	ui->dirty |= DIRTY_BAR;
	return click ? press_button(ui) : UI_NOTHING;
}

static enum ui_action
key_press(struct ui *ui, uint32_t key)
{
	switch (key) {
	case KEY_UP:
		if (ui->selected > 0)
			select_draft(ui, ui->selected - 1);
		break;
	case KEY_DOWN:
		if (ui->selected + 1 < ui->count)
			select_draft(ui, ui->selected + 1);
		break;
	case KEY_PAGEUP:
		scroll_preview_by(ui, -UI_PREVIEW_ROWS);
		break;
	case KEY_PAGEDOWN:
	case KEY_SPACE:
		scroll_preview_by(ui, UI_PREVIEW_ROWS);
		break;
	case KEY_HOME:
		scroll_preview(ui, 0);
		break;
	case KEY_END:
		scroll_preview_by(ui, UINT32_MAX);
		break;
	}
	return UI_NOTHING;
}

static enum ui_action
press(struct ui *ui, uint32_t code)
{
	switch (code) {
	case BTN_LEFT:
		mouse_press(ui);
		return UI_NOTHING;
	case KEY_S:
	case KEY_ENTER:
	case KEY_KPENTER:
		return ui->waiting ? UI_NOTHING : press_button(ui);
	case KEY_ESC:
		return ui->waiting ? UI_WITHDRAW : UI_NOTHING;
	default:
		return key_press(ui, code);
	}
}

static void
wheel(struct ui *ui, int32_t notches)
{
	int64_t rows = (int64_t)notches * WHEEL_ROWS;

	if (ui->y < ui_list().y + ui_list().h)
		scroll_list(ui, scrolled(ui->first, notches, UI_LIST_ROWS, ui->count));
	else
		scroll_preview_by(ui, rows);
}

// No screen is larger, and sums of such positions cannot overflow.
static int32_t
position(int32_t n)
{
	enum { FAR = 1 << 20 };

	return n < -FAR ? -FAR : n > FAR ? FAR : n;
}

enum ui_action
ui_event(struct ui *ui, const struct input_event *ev)
{
	bool button = ev->code >= BTN_LEFT &&
		(ev->type == INPUT_PRESS || ev->type == INPUT_RELEASE);

	// no motion comes while another program has the focus: buttons tell, too
	if (button || ev->type == INPUT_MOTION)
		ui->x = position(ev->x), ui->y = position(ev->y);
	switch (ev->type) {
	case INPUT_MOTION:
		return ui->grab != GRAB_NONE ? drag(ui) : UI_NOTHING;
	case INPUT_PRESS:
		return press(ui, ev->code);
	case INPUT_REPEAT:
		return key_press(ui, ev->code);
	case INPUT_RELEASE:
		return ev->code == BTN_LEFT ? mouse_release(ui) : UI_NOTHING;
	case INPUT_WHEEL:
		wheel(ui, ev->y);
		break;
	case INPUT_FOCUS:
		ui->focused = ev->code != 0;
		ui->grab = GRAB_NONE;           // whatever became of the button
		ui->dirty |= DIRTY_TITLE;
		break;
	}
	return UI_NOTHING;
}
