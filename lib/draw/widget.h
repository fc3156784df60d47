// SPDX-License-Identifier: MIT
// The few shapes that our windows have in common.  They only draw; what a click
// means is the client's business.
#pragma once

#include <draw/draw.h>

// Window with title bar and edge over the whole canvas.
void widget_window(const struct canvas *c, const char *title, bool focused);

enum widget_button { BUTTON_NORMAL, BUTTON_DEFAULT, BUTTON_DOWN, BUTTON_DEFAULT_DOWN, BUTTON_OFF };
void widget_button(const struct canvas *c, struct rect r, const char *text,
                   enum widget_button state);

// Vertical scroll bar in r: `first` of `total` rows is at the top, `shown` fit.
void widget_scrollbar(const struct canvas *c, struct rect r,
                      uint32_t first, uint32_t shown, uint32_t total);

// The `first` row for a pointer at y with its hand on the bar: its middle
// follows the pointer.
uint32_t widget_scroll_to(struct rect r, int32_t y, uint32_t shown, uint32_t total);

// True if the point lies in r.
bool rect_has(struct rect r, int32_t x, int32_t y);
