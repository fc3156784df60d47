// SPDX-License-Identifier: MIT
// The frame's looks: those of widget_window, a close button, a grip.
#include <draw/theme.h>
#include <draw/widget.h>
#include <window/window.h>

enum { CROSS = 9 };

// Two pixels wide, so that it is as heavy as the title's text.
static void
cross(const struct canvas *c, int32_t x, int32_t y, uint32_t colour)
{
	for (int32_t i = 0; i < CROSS; i++) {
		draw_fill(c, (struct rect){ x + i, y + i, 2, 1 }, colour);
		draw_fill(c, (struct rect){ x + CROSS - 1 - i, y + i, 2, 1 }, colour);
	}
}

static void
grip(const struct canvas *c, int32_t x, int32_t y)
{
	for (int32_t i = 2; i < 12; i += 4)
		for (int32_t k = 0; k < i; k++)
			draw_fill(c, (struct rect){ x - 3 - k, y - 2 - i + k, 1, 1 }, THEME_EDGE);
}

void
window_draw(const struct window *w, const struct canvas *c)
{
	int32_t x = w->r.w - THEME_TITLE_HEIGHT;
	struct rect button = { x + 3, 4, THEME_TITLE_HEIGHT - 7, THEME_TITLE_HEIGHT - 8 };
	bool down = w->grip == WINDOW_CLOSE;

	widget_window(c, w->title, w->focused);
	if (w->over_close)
		draw_round(c, button, THEME_RADIUS, down ? THEME_BUTTON_DOWN : THEME_BAD_GROUND);
	cross(c, x + (THEME_TITLE_HEIGHT - CROSS) / 2 - 1, (THEME_TITLE_HEIGHT - CROSS) / 2,
	      w->over_close ? THEME_BAD : w->focused ? THEME_INK : THEME_MUTED);
	if (w->min_w != w->max_w || w->min_h != w->max_h)
		grip(c, w->r.w, w->r.h);
}
