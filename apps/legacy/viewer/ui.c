// SPDX-License-Identifier: MIT
// What events do to the window.

#include <draw/theme.h>
#include <session/keys.h>
#include "ui.h"

enum { LINE = 44, WHEEL = 66, TOOLS_HEIGHT = 44, BACK_WIDTH = 64, CONTENTS_WIDTH = 88 };

struct rect
ui_tools(const struct ui *ui)
{
	return (struct rect){ 0, 0, ui->width, TOOLS_HEIGHT };
}

struct rect
ui_back(const struct ui *ui)
{
	(void)ui;
	return (struct rect){ THEME_PAD - 1, THEME_GAP, BACK_WIDTH, THEME_BUTTON_HEIGHT };
}

struct rect
ui_contents(const struct ui *ui)
{
	struct rect back = ui_back(ui);

	return (struct rect){ back.x + back.w + THEME_GAP, back.y, CONTENTS_WIDTH, back.h };
}

struct rect
ui_view(const struct ui *ui)
{
	return (struct rect){ 0, TOOLS_HEIGHT, ui->width - THEME_SCROLLBAR,
	                      ui->height - TOOLS_HEIGHT };
}

struct rect
ui_bar(const struct ui *ui)
{
	struct rect view = ui_view(ui);

	return (struct rect){ view.x + view.w, view.y, THEME_SCROLLBAR, view.h - UI_CORNER };
}

uint32_t
ui_link_at(const struct ui *ui, int32_t x, int32_t y)
{
	struct rect view = ui_view(ui);

	if (ui->page == NULL || !rect_has(view, x, y))
		return 0;
	x -= view.x, y += ui->top - view.y;
	for (uint32_t i = 0; i < ui->page->pieces; i++) {
		const struct piece *p = &ui->page->piece[i];

		if (p->link != 0 && p->kind == PIECE_TEXT &&
		    rect_has((struct rect){ p->x, p->y, p->w, p->h }, x, y))
			return p->link;
	}
	return 0;
}

static void
scroll_to(struct ui *ui, int64_t top)
{
	int32_t all = ui->page != NULL ? ui->page->height : 0, shown = ui_view(ui).h;
	int64_t last = all > shown ? all - shown : 0;

	top = top < 0 ? 0 : top > last ? last : top;
	if (ui->top != top)
		ui->dirty |= DIRTY_PAGE;
	ui->top = (int32_t)top;
}

void
ui_page(struct ui *ui, const struct layout *page, int32_t top)
{
	ui->page = page;
	ui->hover = 0;
	ui->grab_link = 0;
	scroll_to(ui, top);
	ui->dirty |= DIRTY_TOOLS | DIRTY_PAGE;
}

static void
set_hover(struct ui *ui)
{
	uint32_t link = ui->grab == GRAB_NONE || ui->grab == GRAB_LINK ?
		ui_link_at(ui, ui->x, ui->y) : 0;

	if (link != ui->hover)
		ui->dirty |= DIRTY_PAGE | DIRTY_TOOLS;
	ui->hover = link;
}

// The next link behind the selected one, or the first; it is scrolled into view.
static void
select_next(struct ui *ui, bool back)
{
	const struct layout *page = ui->page;
	uint32_t last = 0, found = 0, first = 0;
	const struct piece *at = NULL;
	bool seen = false;

	for (uint32_t i = 0; page != NULL && i < page->pieces; i++) {
		const struct piece *p = &page->piece[i];

		if (p->link == 0 || p->kind != PIECE_TEXT || p->link == last)
			continue;
		first = first != 0 ? first : p->link;
		if (back ? p->link == ui->selected && last != 0 : seen) {
			found = back ? last : p->link;
			break;
		}
		seen |= p->link == ui->selected;
		last = p->link;
	}
	ui->selected = found != 0 ? found : back ? last : first;
	ui->dirty |= DIRTY_PAGE | DIRTY_TOOLS;
	for (uint32_t i = 0; page != NULL && i < page->pieces && at == NULL; i++)
		if (page->piece[i].link == ui->selected && page->piece[i].kind == PIECE_TEXT)
			at = &page->piece[i];
	if (at != NULL && ui->selected != 0 &&
	    (at->y < ui->top || at->y + at->h > ui->top + ui_view(ui).h))
		scroll_to(ui, at->y - ui_view(ui).h / 3);
}

static void
drag(struct ui *ui)
{
	struct rect bar = ui_bar(ui);
	int32_t all = ui->page != NULL ? ui->page->height : 0;

	switch (ui->grab) {
	case GRAB_SCROLL:
		scroll_to(ui, widget_scroll_to(bar, ui->y, (uint32_t)ui_view(ui).h, (uint32_t)all));
		break;
	case GRAB_BACK:
		ui->over = rect_has(ui_back(ui), ui->x, ui->y);
		ui->dirty |= DIRTY_TOOLS;
		break;
	case GRAB_CONTENTS:
		ui->over = rect_has(ui_contents(ui), ui->x, ui->y);
		ui->dirty |= DIRTY_TOOLS;
		break;
	case GRAB_LINK:
	case GRAB_NONE:
		break;
	}
}

static void
mouse_press(struct ui *ui)
{
	if (rect_has(ui_back(ui), ui->x, ui->y) && ui->can_back)
		ui->grab = GRAB_BACK;
	else if (rect_has(ui_contents(ui), ui->x, ui->y))
		ui->grab = GRAB_CONTENTS;
	else if (rect_has(ui_bar(ui), ui->x, ui->y))
		ui->grab = GRAB_SCROLL;
	else if ((ui->grab_link = ui_link_at(ui, ui->x, ui->y)) != 0)
		ui->grab = GRAB_LINK;
	drag(ui);
}

// A click counts when it ends where it began.
static enum ui_action
mouse_release(struct ui *ui)
{
	enum ui_grab was = ui->grab;

	drag(ui);
	bool over = ui->over;
	ui->grab = GRAB_NONE;
	ui->over = false;
	set_hover(ui);
	switch (was) {
	case GRAB_BACK:
		ui->dirty |= DIRTY_TOOLS;
		return over ? UI_BACK : UI_NOTHING;
	case GRAB_CONTENTS:
		ui->dirty |= DIRTY_TOOLS;
		return over ? UI_CONTENTS : UI_NOTHING;
	case GRAB_LINK:
		ui->follow = ui->grab_link;
		return ui->follow != 0 && ui_link_at(ui, ui->x, ui->y) == ui->follow ?
			UI_FOLLOW : UI_NOTHING;
	default:
		return UI_NOTHING;
	}
}

static void
key_scroll(struct ui *ui, uint32_t key)
{
	int64_t page = ui_view(ui).h - LINE, top = ui->top;

	switch (key) {
	case KEY_UP: scroll_to(ui, top - LINE); break;
	case KEY_DOWN: scroll_to(ui, top + LINE); break;
	case KEY_PAGEUP: scroll_to(ui, top - page); break;
	case KEY_PAGEDOWN:
	case KEY_SPACE: scroll_to(ui, top + page); break;
	case KEY_HOME: scroll_to(ui, 0); break;
	case KEY_END: scroll_to(ui, INT32_MAX); break;
	}
	set_hover(ui);
}

static enum ui_action
press(struct ui *ui, uint32_t code)
{
	switch (code) {
	case BTN_LEFT:
		mouse_press(ui);
		return UI_NOTHING;
	case KEY_BACKSPACE:
	case BTN_SIDE:
		return ui->can_back ? UI_BACK : UI_NOTHING;
	case KEY_TAB:
		select_next(ui, false);
		return UI_NOTHING;
	case KEY_ENTER:
	case KEY_KPENTER:
		ui->follow = ui->selected;
		return ui->selected != 0 ? UI_FOLLOW : UI_NOTHING;
	default:
		key_scroll(ui, code);
		return UI_NOTHING;
	}
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

	if (button || ev->type == INPUT_MOTION)
		ui->x = position(ev->x), ui->y = position(ev->y);
	switch (ev->type) {
	case INPUT_MOTION:
		drag(ui);
		set_hover(ui);
		break;
	case INPUT_PRESS:
		return press(ui, ev->code);
	case INPUT_REPEAT:
		key_scroll(ui, ev->code);
		break;
	case INPUT_RELEASE:
		return ev->code == BTN_LEFT ? mouse_release(ui) : UI_NOTHING;
	case INPUT_LEAVE:
		ui->x = ui->y = -1;
		set_hover(ui);
		break;
	case INPUT_WHEEL:
		scroll_to(ui, ui->top + (int64_t)ev->y * WHEEL);
		set_hover(ui);
		break;
	}
	return UI_NOTHING;
}

void
ui_let_go(struct ui *ui)
{
	ui->grab = GRAB_NONE;
	ui->over = false;
	if (ui->hover != 0)
		ui->dirty |= DIRTY_PAGE;
	ui->hover = 0;
	ui->dirty |= DIRTY_TOOLS;
}
