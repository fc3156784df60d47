// SPDX-License-Identifier: MIT
// How the window looks: title, list of drafts, preview, bar with status and
// button.

#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include "ui.h"

enum {
	INNER = UI_WIDTH - 2 * THEME_PAD,
	LIST_Y = THEME_TITLE_HEIGHT + THEME_PAD,        // its heading
	HEAD_HEIGHT = 22,
	ROWS_Y = LIST_Y + HEAD_HEIGHT,
	MAIL_Y = ROWS_Y + UI_LIST_ROWS * UI_ROW + THEME_PAD,
	FIELDS_HEIGHT = 62,                             // subject, from, to above the text
	TEXT_Y = MAIL_Y + FIELDS_HEIGHT,
	TEXT_HEIGHT = UI_PREVIEW_ROWS * UI_LINE + 2 * 4,
	BAR_Y = TEXT_Y + TEXT_HEIGHT + THEME_PAD,
	BUTTON_WIDTH = 112,
	FROM_X = 10, FROM_WIDTH = 150, SUBJECT_X = 170, DATE_WIDTH = 128,
};
_Static_assert(BAR_Y + THEME_BUTTON_HEIGHT + THEME_PAD <= UI_HEIGHT, "everything fits");

struct rect
ui_list(void)
{
	return (struct rect){ THEME_PAD, ROWS_Y, INNER - THEME_SCROLLBAR, UI_LIST_ROWS * UI_ROW };
}

struct rect
ui_list_bar(void)
{
	return (struct rect){ THEME_PAD + INNER - THEME_SCROLLBAR, ROWS_Y, THEME_SCROLLBAR - 1,
	                      UI_LIST_ROWS * UI_ROW - 1 };
}

struct rect
ui_preview(void)
{
	return (struct rect){ THEME_PAD, TEXT_Y, INNER - THEME_SCROLLBAR, TEXT_HEIGHT };
}

struct rect
ui_preview_bar(void)
{
	return (struct rect){ THEME_PAD + INNER - THEME_SCROLLBAR, TEXT_Y, THEME_SCROLLBAR - 1,
	                      TEXT_HEIGHT - 1 };
}

struct rect
ui_button(void)
{
	return (struct rect){ UI_WIDTH - THEME_PAD - BUTTON_WIDTH,
	                      UI_HEIGHT - THEME_PAD - THEME_BUTTON_HEIGHT,
	                      BUTTON_WIDTH, THEME_BUTTON_HEIGHT };
}

static void
put(const struct canvas *c, int32_t x, int32_t y, int32_t width, const struct font *f,
    const char *s, uint32_t colour)
{
	draw_text_fit(c, x, y, width, f, s, strlen(s), colour);
}

static void
draw_heading(const struct canvas *c)
{
	int32_t y = LIST_Y + (HEAD_HEIGHT - font_ui.height) / 2, x = THEME_PAD;

	put(c, x + FROM_X, y, FROM_WIDTH, &font_ui, "From", THEME_MUTED);
	put(c, x + SUBJECT_X, y, 99, &font_ui, "Subject", THEME_MUTED);
	put(c, x + INNER - THEME_SCROLLBAR - DATE_WIDTH, y, 99, &font_ui, "Date", THEME_MUTED);
}

static void
draw_row(const struct ui *ui, const struct canvas *c, uint32_t i, int32_t y)
{
	const struct draft *d = &ui->drafts[i];
	int32_t right = ui_list().x + ui_list().w - DATE_WIDTH, x = THEME_PAD;
	bool selected = i == ui->selected;
	const struct font *f = &font_ui;
	int32_t text_y = y + (UI_ROW - font_ui.height) / 2;
	size_t len;

	if (selected) {
		draw_fill(c, (struct rect){ x + 1, y, INNER - 2, UI_ROW }, THEME_SELECTED);
		draw_fill(c, (struct rect){ x + 1, y, 3, UI_ROW }, THEME_ACCENT);
	}
	const char *person = draft_person(d->from, &len);
	draw_text_fit(c, x + FROM_X, text_y, FROM_WIDTH, f, person, len, THEME_INK);
	put(c, x + SUBJECT_X, text_y, right - x - SUBJECT_X - THEME_PAD, f,
	    d->subject[0] != '\0' ? d->subject : "(no subject)", THEME_INK);
	const char *day = draft_day(d->date, &len);
	draw_text_fit(c, right, text_y, DATE_WIDTH - 4, &font_ui, day, len, THEME_MUTED);
}

static struct rect
draw_list(const struct ui *ui, const struct canvas *c)
{
	struct rect box = { THEME_PAD, LIST_Y, INNER, HEAD_HEIGHT + UI_LIST_ROWS * UI_ROW };

	draw_fill(c, box, THEME_PAPER);
	draw_heading(c);
	draw_fill(c, (struct rect){ THEME_PAD, ROWS_Y - 1, INNER, 1 }, THEME_LINE);
	for (uint32_t r = 0; r < UI_LIST_ROWS && ui->first + r < ui->count; r++)
		draw_row(ui, c, ui->first + r, ROWS_Y + (int32_t)r * UI_ROW);
	if (ui->count == 0)
		put(c, THEME_PAD + FROM_X, ROWS_Y + 8, INNER - 20, &font_ui,
		    "No drafts were given to this program.", THEME_MUTED);
	if (ui->count > UI_LIST_ROWS)
		widget_scrollbar(c, ui_list_bar(), ui->first, UI_LIST_ROWS, ui->count);
	draw_frame(c, box, THEME_LINE);
	return box;
}

// One row of the text, tabs expanded.
static void
draw_line(const struct canvas *c, int32_t x, int32_t y, const char *s, size_t len)
{
	int32_t column = 0;

	for (size_t pos = 0; pos < len; ) {
		uint32_t cp = utf8_next(s, len, &pos);

		if (cp == '\r')
			continue;
		if (cp == '\t') {
			column += PREVIEW_TAB - column % PREVIEW_TAB;
			continue;
		}
		draw_glyph(c, x + column * font_mono.cell, y, &font_mono, cp, THEME_INK);
		column++;
	}
}

static void
draw_fields(const struct draft *d, const struct canvas *c)
{
	int32_t x = THEME_PAD + FROM_X, y = MAIL_Y + THEME_GAP, value = x + 44;
	int32_t width = INNER - 20;

	put(c, x, y, width, &font_bold,
	    d->subject[0] != '\0' ? d->subject : "(no subject)", THEME_INK);
	y += 18;
	put(c, x, y, 44, &font_ui, "From", THEME_MUTED);
	put(c, value, y, width - 44, &font_ui, d->from, THEME_INK);
	y += 16;
	put(c, x, y, 44, &font_ui, "To", THEME_MUTED);
	put(c, value, y, width - 44, &font_ui, d->to, THEME_INK);
}

static struct rect
draw_preview(const struct ui *ui, const struct canvas *c)
{
	struct rect box = { THEME_PAD, MAIL_Y, INNER, FIELDS_HEIGHT + TEXT_HEIGHT };
	struct rect text = ui_preview();
	struct canvas pane = draw_part(c, text);

	draw_fill(c, box, THEME_PAPER);
	if (ui->count > 0) {
		draw_fields(&ui->drafts[ui->selected], c);
		draw_fill(c, (struct rect){ THEME_PAD, TEXT_Y - 1, INNER, 1 }, THEME_LINE);
		for (uint32_t r = 0; r < UI_PREVIEW_ROWS && ui->top + r < ui->preview.rows; r++) {
			uint32_t i = ui->top + r;

			draw_line(&pane, FROM_X - 2, 4 + (int32_t)r * UI_LINE,
			          ui->preview.text + ui->preview.row[i],
			          preview_row_len(&ui->preview, i));
		}
		if (ui->preview.rows > UI_PREVIEW_ROWS)
			widget_scrollbar(c, ui_preview_bar(), ui->top, UI_PREVIEW_ROWS,
			                 ui->preview.rows);
	}
	draw_frame(c, box, THEME_LINE);
	return box;
}

static struct rect
draw_bar(const struct ui *ui, const struct canvas *c)
{
	static const uint32_t ink[] = {
		[MOOD_PLAIN] = THEME_MUTED, [MOOD_BUSY] = THEME_WARN,
		[MOOD_GOOD] = THEME_GOOD, [MOOD_BAD] = THEME_BAD,
	};
	static const uint32_t ground[] = {
		[MOOD_PLAIN] = THEME_WINDOW, [MOOD_BUSY] = THEME_WARN_GROUND,
		[MOOD_GOOD] = THEME_GOOD_GROUND, [MOOD_BAD] = THEME_BAD_GROUND,
	};
	struct rect button = ui_button();
	struct rect box = { THEME_PAD, button.y, INNER, button.h };
	struct rect status = { box.x, box.y, box.w - button.w - THEME_PAD, box.h };
	bool down = ui->grab == GRAB_BUTTON && ui->over;

	draw_fill(c, box, THEME_WINDOW);
	draw_round(c, status, THEME_RADIUS, ground[ui->mood]);
	int32_t inset = ui->mood == MOOD_PLAIN ? 0 : 10;
	put(c, status.x + inset, status.y + (status.h - font_ui.height) / 2,
	    status.w - 2 * inset, &font_ui, ui->status.s, ink[ui->mood]);
	if (ui->waiting)
		widget_button(c, button, "Withdraw", down ? BUTTON_DOWN : BUTTON_NORMAL);
	else if (ui->count == 0)
		widget_button(c, button, "Sign…", BUTTON_OFF);
	else
		widget_button(c, button, "Sign…", down ? BUTTON_DEFAULT_DOWN : BUTTON_DEFAULT);
	return box;
}

static void
include(struct rect *sum, struct rect r)
{
	if (sum->w == 0) {
		*sum = r;
		return;
	}
	int32_t x = r.x < sum->x ? r.x : sum->x, y = r.y < sum->y ? r.y : sum->y;
	int32_t x1 = r.x + r.w, y1 = r.y + r.h;

	x1 = sum->x + sum->w > x1 ? sum->x + sum->w : x1;
	y1 = sum->y + sum->h > y1 ? sum->y + sum->h : y1;
	*sum = (struct rect){ x, y, x1 - x, y1 - y };
}

void
ui_draw(struct ui *ui, const struct canvas *c, struct rect *changed)
{
	*changed = (struct rect){ 0, 0, 0, 0 };
	if (ui->dirty & DIRTY_TITLE) {
		widget_window(c, "Mail", ui->focused);
		*changed = (struct rect){ 0, 0, UI_WIDTH, UI_HEIGHT };
		ui->dirty = DIRTY_ALL;          // the window's ground covers everything
	}
	if (ui->dirty & DIRTY_LIST)
		include(changed, draw_list(ui, c));
	if (ui->dirty & DIRTY_PREVIEW)
		include(changed, draw_preview(ui, c));
	if (ui->dirty & DIRTY_BAR)
		include(changed, draw_bar(ui, c));
	ui->dirty = 0;
}
