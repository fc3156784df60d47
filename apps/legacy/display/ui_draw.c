// SPDX-License-Identifier: MIT
// The window's looks.
#include <string.h>
#include <base/put.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include "ui.h"

enum { MODE_TEXT = 48 };        // two numbers and a cross

static char *
put_mode(char *p, const struct fb_mode *m)
{
	return put_number(put_text(put_number(p, m->width), " \u00d7 "), m->height);
}

static void
draw_mode(const struct ui *ui, unsigned i, const struct canvas *c)
{
	struct rect r = ui_place(UI_MODE + i), in = { r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
	bool now = ui_same(&ui->mode[i], &ui->now), down = ui->held == UI_MODE + i && ui->over;
	bool selected = i == ui->selected && ui->focused;
	uint32_t ink = ui->refused == UI_MODE + i ? THEME_BAD : now ? THEME_ACCENT : THEME_INK;
	char text[MODE_TEXT];
	size_t n = (size_t)(put_mode(text, &ui->mode[i]) - text);

	draw_round(c, r, THEME_RADIUS, selected ? THEME_ACCENT : THEME_LINE);
	draw_round(c, in, THEME_RADIUS - 1, now ? THEME_SELECTED : down ? THEME_BUTTON_DOWN :
	           THEME_BUTTON);
	draw_text(c, r.x + (r.w - font_width(&font_ui, text, n)) / 2,
	          r.y + (r.h - font_ui.height) / 2, &font_ui, text, n, ink);
}

static void
draw_button(const struct ui *ui, unsigned part, const char *text, const struct canvas *c)
{
	bool down = ui->held == part && ui->over, first = part == UI_KEEP_BUTTON;

	widget_button(c, ui_place(part), text, first ? down ? BUTTON_DEFAULT_DOWN : BUTTON_DEFAULT :
	              down ? BUTTON_DOWN : BUTTON_NORMAL);
}

static void
draw_question(const struct ui *ui, const struct canvas *c)
{
	char text[2 * MODE_TEXT + 40], *end = put_text(text, "Keep ");

	end = put_text(put_mode(end, &ui->now), "?");
	draw_text(c, THEME_PAD, THEME_PAD, &font_bold, text, (size_t)(end - text), THEME_INK);
	end = put_text(put_mode(put_text(text, "Else "), &ui->before), " comes back in ");
	end = put_text(put_number(end, ui->left), " s.");
	draw_text(c, THEME_PAD, THEME_PAD + 28, &font_ui, text, (size_t)(end - text), THEME_MUTED);
	draw_button(ui, UI_KEEP_BUTTON, "Keep", c);
	draw_button(ui, UI_BACK_BUTTON, "Back", c);
}

void
ui_draw(const struct ui *ui, const struct canvas *c)
{
	draw_fill(c, (struct rect){ 0, 0, c->width, c->height }, THEME_WINDOW);
	if (ui->left > 0) {
		draw_question(ui, c);
		return;
	}
	for (unsigned i = 0; i < ui->count; i++)
		draw_mode(ui, i, c);
}
