// SPDX-License-Identifier: MIT
// Window, button and scroll bar in the colours of theme.h.

#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>

enum { HAND_MIN = 24 };         // shortest hand of a scroll bar, pixels

bool
rect_has(struct rect r, int32_t x, int32_t y)
{
	return x >= r.x && y >= r.y && (int64_t)x - r.x < r.w && (int64_t)y - r.y < r.h;
}

void
widget_window(const struct canvas *c, const char *title, bool focused)
{
	struct rect all = { 0, 0, c->width, c->height };
	struct rect bar = { 0, 0, c->width, THEME_TITLE_HEIGHT };

	draw_fill(c, all, THEME_WINDOW);
	draw_fill(c, bar, focused ? THEME_TITLE : THEME_WINDOW);
	draw_fill(c, (struct rect){ 0, bar.h - 1, bar.w, 1 }, THEME_LINE);
	draw_text_fit(c, THEME_PAD, (bar.h - font_bold.height) / 2, bar.w - 2 * THEME_PAD,
	              &font_bold, title, strlen(title), focused ? THEME_INK : THEME_MUTED);
	draw_frame(c, all, THEME_EDGE);
}

void
widget_button(const struct canvas *c, struct rect r, const char *text,
              enum widget_button state)
{
	static const struct { uint32_t edge, ground, ink; } look[] = {
		[BUTTON_NORMAL]  = { THEME_EDGE, THEME_BUTTON, THEME_INK },
		[BUTTON_DEFAULT] = { THEME_ACCENT_DOWN, THEME_ACCENT, THEME_ACCENT_INK },
		[BUTTON_DOWN]    = { THEME_EDGE, THEME_BUTTON_DOWN, THEME_INK },
		[BUTTON_DEFAULT_DOWN] = { THEME_ACCENT_DOWN, THEME_ACCENT_DOWN, THEME_ACCENT_INK },
		[BUTTON_OFF]     = { THEME_LINE, THEME_WINDOW, THEME_OFF },
	};
	struct rect inner = { r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
	size_t len = strlen(text);

	draw_round(c, r, THEME_RADIUS, look[state].edge);
	draw_round(c, inner, THEME_RADIUS - 1, look[state].ground);
	draw_text(c, r.x + (r.w - font_width(&font_ui, text, len)) / 2,
	          r.y + (r.h - font_ui.height) / 2, &font_ui, text, len, look[state].ink);
}

// Length of the hand; 0 when everything is shown.
static int32_t
hand_length(struct rect r, uint32_t shown, uint32_t total)
{
	int64_t n = total > shown ? (int64_t)r.h * shown / total : 0;

	if (total <= shown || r.h <= HAND_MIN)
		return 0;
	return n < HAND_MIN ? HAND_MIN : (int32_t)n;
}

void
widget_scrollbar(const struct canvas *c, struct rect r,
                 uint32_t first, uint32_t shown, uint32_t total)
{
	int32_t hand = hand_length(r, shown, total);

	draw_fill(c, r, THEME_WINDOW);
	if (hand == 0)
		return;
	if (first > total - shown)
		first = total - shown;
	int64_t y = r.y + (int64_t)(r.h - hand) * first / (total - shown);
	draw_round(c, (struct rect){ r.x + 2, (int32_t)y + 2, r.w - 4, hand - 4 }, 3, THEME_EDGE);
}

uint32_t
widget_scroll_to(struct rect r, int32_t y, uint32_t shown, uint32_t total)
{
	int32_t hand = hand_length(r, shown, total);
	int64_t way = r.h - hand, at = (int64_t)y - r.y - hand / 2;

	if (hand == 0 || way <= 0 || at <= 0)
		return 0;
	return at >= way ? total - shown : (uint32_t)(at * (total - shown) / way);
}
