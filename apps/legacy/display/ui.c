// SPDX-License-Identifier: MIT
// Clicks and keys in the window.
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/keys.h>
#include "ui.h"

enum { PAD = 6, GAP = 5, ROW = 22, BUTTON_W = 84 };

bool
ui_same(const struct fb_mode *a, const struct fb_mode *b)
{
	return a->width == b->width && a->height == b->height;
}

static bool
smaller(const struct fb_mode *a, const struct fb_mode *b)
{
	return a->width != b->width ? a->width < b->width : a->height < b->height;
}

void
ui_add(struct ui *ui, struct fb_mode mode)
{
	unsigned at = 0, last;

	while (at < ui->count && smaller(&ui->mode[at], &mode))
		at++;
	if (mode.width < UI_LEAST_WIDTH || mode.height < UI_LEAST_HEIGHT || at == UI_MODES ||
	    (at < ui->count && ui_same(&ui->mode[at], &mode)))
		return;
	last = ui->count < UI_MODES ? ui->count++ : UI_MODES - 1;
	for (; last > at; last--)
		ui->mode[last] = ui->mode[last - 1];
	ui->mode[at] = mode;
}

struct rect
ui_place(unsigned part)
{
	int32_t n = (int32_t)part - UI_MODE, w = (UI_WIDTH - 2 * PAD + GAP) / UI_COLUMNS;
	int32_t from_right = part == UI_BACK_BUTTON ? BUTTON_W : 2 * BUTTON_W + THEME_GAP;

	if (n >= 0)
		return (struct rect){ PAD + n % UI_COLUMNS * w, PAD + n / UI_COLUMNS * (ROW + GAP),
		                      w - GAP, ROW };
	return (struct rect){ UI_WIDTH - THEME_PAD - from_right,
		UI_HEIGHT - THEME_PAD - THEME_BUTTON_HEIGHT, BUTTON_W, THEME_BUTTON_HEIGHT };
}

static unsigned
part_at(const struct ui *ui, int32_t x, int32_t y)
{
	unsigned first = ui->left > 0 ? UI_KEEP_BUTTON : UI_MODE;
	unsigned end = ui->left > 0 ? UI_MODE : UI_MODE + ui->count;

	for (unsigned part = first; part < end; part++)
		if (rect_has(ui_place(part), x, y))
			return part;
	return UI_NONE;
}

static enum ui_action
choose(struct ui *ui, unsigned part)
{
	if (part == UI_KEEP_BUTTON || part == UI_BACK_BUTTON)
		return part == UI_KEEP_BUTTON ? UI_KEEP : UI_BACK;
	ui->selected = part - UI_MODE;
	return ui_same(&ui->mode[ui->selected], &ui->now) ? UI_NOTHING : UI_SET;
}

static enum ui_action
release(struct ui *ui)
{
	unsigned held = ui->held;

	ui->held = UI_NONE;
	return ui->over && held != UI_NONE ? choose(ui, held) : UI_NOTHING;
}

static enum ui_action
key(struct ui *ui, uint32_t code)
{
	unsigned n = ui->count, to = ui->selected;

	if (code == KEY_ENTER || code == KEY_KPENTER)
		return choose(ui, ui->left > 0 ? UI_KEEP_BUTTON : UI_MODE + ui->selected);
	if (ui->left > 0)
		return code == KEY_ESC ? UI_BACK : UI_NOTHING;
	switch (code) {
	case KEY_RIGHT: to += to + 1 < n; break;
	case KEY_LEFT: to -= to > 0; break;
	case KEY_DOWN: to += to + UI_COLUMNS < n ? UI_COLUMNS : 0; break;
	case KEY_UP: to -= to >= UI_COLUMNS ? UI_COLUMNS : 0; break;
	case KEY_TAB: to = (to + 1) % n; break;
	}
	ui->selected = to;
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
		ui->over = ui->held != UI_NONE && part_at(ui, ev->x, ev->y) == ui->held;
		return UI_NOTHING;
	case INPUT_PRESS:
		if (!left)
			return ui->held == UI_NONE ? key(ui, ev->code) : UI_NOTHING;
		ui->held = part_at(ui, ev->x, ev->y);
		ui->over = true;
		return UI_NOTHING;
	case INPUT_RELEASE:
		return left ? release(ui) : UI_NOTHING;
	}
	return UI_NOTHING;
}
