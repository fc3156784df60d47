// SPDX-License-Identifier: MIT
// Tools, and the part of the page that can be seen.

#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include "typeface.h"
#include "ui_draw.h"

static void
draw_button(const struct canvas *c, struct rect r, const char *text, bool usable, bool down)
{
	widget_button(c, r, text, !usable ? BUTTON_OFF : down ? BUTTON_DOWN : BUTTON_NORMAL);
}

static void
draw_tools(const struct ui *ui, const struct canvas *c)
{
	struct rect tools = ui_tools(ui), last = ui_contents(ui);
	int32_t x = last.x + last.w + THEME_PAD;
	const struct font *f = &font_ui;

	draw_fill(c, tools, THEME_WINDOW);
	draw_fill(c, (struct rect){ tools.x, tools.y + tools.h - 1, tools.w, 1 }, THEME_LINE);
	draw_button(c, ui_back(ui), "Back", ui->can_back, ui->grab == GRAB_BACK && ui->over);
	draw_button(c, last, "Contents", true, ui->grab == GRAB_CONTENTS && ui->over);
	draw_text_fit(c, x, last.y + (last.h - f->height) / 2, tools.x + tools.w - x - THEME_PAD,
	              f, ui->status, strlen(ui->status), THEME_MUTED);
}

static void
draw_words(const struct ui *ui, const struct canvas *c, const struct piece *p, int32_t y)
{
	bool hot = p->link != 0 && p->link == ui->hover;

	if (p->code)
		draw_round(c, (struct rect){ p->x - 3, y + 2, p->w + 6, p->h - 4 }, 3,
		           THEME_WINDOW);
	if (hot)
		draw_round(c, (struct rect){ p->x - 2, y + 1, p->w + 4, p->h - 2 }, 3,
		           THEME_SELECTED);
	typeface_draw(c, p->x, y + p->baseline, p->font, p->text, p->length, p->colour);
	if (p->link != 0)
		draw_fill(c, (struct rect){ p->x, y + p->baseline + 2, p->w, 1 }, THEME_ACCENT);
	if (p->link != 0 && p->link == ui->selected)
		draw_frame(c, (struct rect){ p->x - 3, y, p->w + 6, p->h }, THEME_ACCENT);
}

static void
draw_picture(const struct canvas *c, const struct piece *p, int32_t y, const struct picture *from)
{
	if (from == NULL) {
		draw_frame(c, (struct rect){ p->x, y, p->w, p->h }, THEME_LINE);
		return;
	}
	for (int32_t row = 0; row < from->height; row++) {
		int32_t to = y + row, n = from->width;

		if (to < 0 || to >= c->height || p->x < 0 || p->x >= c->width)
			continue;
		n = n < c->width - p->x ? n : c->width - p->x;
		memcpy(c->px + (ptrdiff_t)to * c->stride + p->x,
		       from->px + (ptrdiff_t)row * from->width, (size_t)n * sizeof *c->px);
	}
}

static void
draw_page(const struct ui *ui, const struct canvas *c, const struct ui_look *look)
{
	struct rect view = ui_view(ui), bar = ui_bar(ui);
	struct canvas pane = draw_part(c, view);
	uint32_t all = ui->page != NULL ? (uint32_t)ui->page->height : 0;

	draw_fill(c, view, THEME_PAPER);
	for (uint32_t i = 0; ui->page != NULL && i < ui->page->pieces; i++) {
		const struct piece *p = &ui->page->piece[i];
		int32_t y = p->y - ui->top;

		if (y >= view.h || p->y + p->h < ui->top)
			continue;
		if (p->kind == PIECE_BOX)
			draw_fill(&pane, (struct rect){ p->x, y, p->w, p->h }, p->colour);
		else if (p->kind == PIECE_PICTURE)
			draw_picture(&pane, p, y, look->picture(look->self, p->link));
		else
			draw_words(ui, &pane, p, y);
	}
	widget_scrollbar(c, bar, (uint32_t)ui->top, (uint32_t)view.h, all);
}

void
ui_draw(struct ui *ui, const struct canvas *c, const struct ui_look *look, struct rect *changed)
{
	*changed = (struct rect){ 0, 0, 0, 0 };
	if (ui->dirty & DIRTY_TOOLS) {
		draw_tools(ui, c);
		*changed = ui_tools(ui);
	}
	if (ui->dirty & DIRTY_PAGE) {
		draw_page(ui, c, look);
		*changed = (struct rect){ 0, 0, ui->width, ui->height };
	}
	ui->dirty = 0;
}
