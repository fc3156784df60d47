// SPDX-License-Identifier: MIT
// The window with the list of attacks and the two sentences about one of them.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include "trojan.h"

enum { LEFT = 10, TEXT_W = PANEL_W - 2 * LEFT, BELOW = PANEL_LIST + ATTACKS * PANEL_ROW + 6 };

static int32_t
put(int32_t x, int32_t y, const struct font *f, const char *s, size_t n, uint32_t colour)
{
	return draw_text(&trojan.panel, x, y, f, s, n, colour);
}

static void
draw_row(uint32_t i)
{
	const struct attack *a = &attacks[i];
	const char letter = attack_key(a);
	struct rect row = { 1, PANEL_LIST + (int32_t)i * PANEL_ROW, PANEL_W - 2, PANEL_ROW };

	draw_fill(&trojan.panel, row, a == trojan.on ? THEME_BAD_GROUND :
	          a == trojan.shown ? THEME_SELECTED : THEME_PAPER);
	put(LEFT, row.y - 1, &font_bold, &letter, 1, THEME_MUTED);
	put(LEFT + 18, row.y - 1, &font_ui, a->name, strlen(a->name),
	    a == trojan.on ? THEME_BAD : THEME_INK);
}

// The longest beginning of whole words that fits a line.
static size_t
line_length(const char *text)
{
	size_t fits = 0;

	for (size_t n = 1; ; n++) {
		if (text[n] != ' ' && text[n] != '\0')
			continue;
		if (fits > 0 && font_width(&font_ui, text, n) > TEXT_W)
			return fits;
		fits = n;
		if (text[n] == '\0')
			return fits;
	}
}

static int32_t
wrapped(int32_t y, const char *text, uint32_t colour)
{
	while (*text != '\0') {
		size_t n = line_length(text);

		put(LEFT, y, &font_ui, text, n, colour);
		y += PANEL_ROW;
		text += text[n] == ' ' ? n + 1 : n;
	}
	return y;
}

void
window_draw(void)
{
	const struct attack *a = trojan.shown;
	static const char hint[] = "Its key or a click starts an attack, Esc ends it.";

	widget_window(&trojan.panel, "Trojan", trojan.focused);
	for (uint32_t i = 0; i < ATTACKS; i++)
		draw_row(i);
	draw_fill(&trojan.panel, (struct rect){ 1, BELOW - 6, PANEL_W - 2, 1 }, THEME_LINE);
	if (a == NULL) {
		wrapped(BELOW, hint, THEME_MUTED);
	} else {
		int32_t y = wrapped(BELOW, a->tries, THEME_INK);

		wrapped(y + 4, a->see, THEME_GOOD);
	}
	for (int32_t y = 0; y < PANEL_H && trojan.glass; y++)
		for (int32_t x = 0; x < PANEL_W; x++)
			trojan.panel.px[y * CANVAS_W + x] |= 0xff000000;
	(void)!gui_refresh(trojan.gui, (struct rect){ 0, CANVAS_H, PANEL_W, PANEL_H });
}

const struct attack *
window_at(int32_t x, int32_t y)
{
	const struct rect list = { 0, PANEL_LIST, PANEL_W, ATTACKS * PANEL_ROW };

	return rect_has(list, x, y) ? &attacks[(y - PANEL_LIST) / PANEL_ROW] : NULL;
}
