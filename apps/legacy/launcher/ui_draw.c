// SPDX-License-Identifier: MIT
// The launcher's looks.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include "ui.h"

enum { KNOB = 8, LINE = 200 };

struct line { char text[LINE]; size_t n; };

static void
add(struct line *l, const char *text)
{
	for (; *text != '\0' && l->n < LINE - 1; text++)
		l->text[l->n++] = *text;
}

static void
add_bytes(struct line *l, uint64_t bytes)
{
	char text[UI_BYTES];

	ui_bytes(bytes, text);
	add(l, text);
}

static void
draw_line(const struct canvas *c, int32_t x, int32_t y, const struct line *l, uint32_t colour)
{
	draw_text(c, x, y, &font_ui, l->text, l->n, colour);
}

// How much of something is taken.
static void
draw_bar(const struct canvas *c, struct rect r, uint64_t part, uint64_t all)
{
	int32_t w = all > 0 ? (int32_t)((uint64_t)(r.w - 2) * (part < all ? part : all) / all) : 0;

	draw_round(c, r, 3, THEME_LINE);
	draw_round(c, (struct rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 }, 2, THEME_PAPER);
	if (w > 3)
		draw_round(c, (struct rect){ r.x + 1, r.y + 1, w, r.h - 2 }, 2, THEME_ACCENT);
}

static void
draw_slider(const struct ui *ui, unsigned i, const struct canvas *c)
{
	const struct ui_row *row = &ui->row[i];
	struct rect r = ui_slider(i), groove = { r.x, r.y + 8, r.w, 4 };
	uint64_t least = (row->status.needs + UI_STEP - 1) / UI_STEP * UI_STEP;
	uint64_t range = ui_most(ui, row) - least;
	int32_t at = r.x + KNOB + (range > 0 ?
		(int32_t)((uint64_t)(r.w - 2 * KNOB) * (row->wanted - least) / range) : 0);

	draw_round(c, groove, 2, THEME_LINE);
	draw_round(c, (struct rect){ groove.x, groove.y, at - groove.x, 4 }, 2, THEME_ACCENT);
	draw_round(c, (struct rect){ at - KNOB, r.y + 2, 2 * KNOB, 2 * KNOB }, KNOB,
	           THEME_ACCENT_DOWN);
	draw_round(c, (struct rect){ at - KNOB + 1, r.y + 3, 2 * KNOB - 2, 2 * KNOB - 2 }, KNOB - 1,
	           THEME_PAPER);
}

static void
draw_state(const struct ui_row *row, struct rect r, const struct canvas *c)
{
	static const struct { const char *text; uint32_t ink, ground; } look[] = {
		[LAUNCHER_STOPPED] = { "stopped", THEME_MUTED, THEME_TITLE },
		[LAUNCHER_RUNNING] = { "running", THEME_GOOD, THEME_GOOD_GROUND },
		[LAUNCHER_FAULTED] = { "faulted", THEME_BAD, THEME_BAD_GROUND },
		[LAUNCHER_LOCKED_OUT] = { "locked out", THEME_WARN, THEME_WARN_GROUND },
	};
	uint64_t state = row->status.state <= LAUNCHER_LOCKED_OUT ? row->status.state : 0;
	size_t n = strlen(look[state].text);
	int32_t w = font_width(&font_ui, look[state].text, n);
	struct rect box = { r.x + r.w - THEME_PAD - w - 16, r.y + 8, w + 16, 20 };

	draw_round(c, box, THEME_RADIUS, look[state].ground);
	draw_text(c, box.x + 8, box.y + (box.h - font_ui.height) / 2, &font_ui, look[state].text, n,
	          look[state].ink);
}

// The line beside the buttons.
static void
draw_remark(const struct ui_row *row, struct rect r, const struct canvas *c)
{
	const struct launcher_status *s = &row->status;
	struct line l = { .n = 0 };
	bool bad = s->state == LAUNCHER_STOPPED && row->last != OK;

	if (bad) {
		add(&l, row->last == ERR_QUOTA ? "Not enough memory is free" : "It was refused");
	} else if (s->state == LAUNCHER_LOCKED_OUT) {
		add(&l, "Its windows were locked out");
	} else {
		add(&l, s->state == LAUNCHER_STOPPED ? "needs " : "uses ");
		add_bytes(&l, s->state == LAUNCHER_STOPPED ? s->needs : s->used);
		add(&l, ", kernel ");
		add_bytes(&l, s->kernel);
	}
	draw_line(c, r.x + THEME_PAD, r.y + r.h - THEME_BUTTON_HEIGHT - 8 +
	          (THEME_BUTTON_HEIGHT - font_ui.height) / 2, &l, bad ? THEME_BAD : THEME_MUTED);
}

static enum widget_button
button_state(const struct ui *ui, unsigned i, enum ui_part which)
{
	const struct ui_row *row = &ui->row[i];
	bool can = which == UI_START_BUTTON ? ui_can_start(row) : ui_can_destroy(row);
	bool down = i == ui->selected && ui->held == which && ui->over;
	bool first = which == UI_START_BUTTON && i == ui->selected;

	if (!can)
		return BUTTON_OFF;
	if (first)
		return down ? BUTTON_DEFAULT_DOWN : BUTTON_DEFAULT;
	return down ? BUTTON_DOWN : BUTTON_NORMAL;
}

static void
draw_row(const struct ui *ui, unsigned i, const struct canvas *c)
{
	const struct ui_row *row = &ui->row[i];
	struct rect r = ui_row_rect(i), s = ui_slider(i);
	bool stopped = ui_can_start(row), selected = i == ui->selected && ui->focused;
	struct line size = { .n = 0 };
	char name[LAUNCHER_NAME + 1] = "";

	memcpy(name, row->status.name, LAUNCHER_NAME);
	if (name[0] >= 'a' && name[0] <= 'z')
		name[0] = (char)(name[0] - 'a' + 'A');
	draw_round(c, r, THEME_RADIUS, selected ? THEME_ACCENT : THEME_LINE);
	draw_round(c, (struct rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 }, THEME_RADIUS - 1,
	           THEME_PAPER);
	draw_text_fit(c, r.x + THEME_PAD, r.y + 10, r.w - 140, &font_bold, name,
	              strlen(name), THEME_INK);
	draw_state(row, r, c);
	if (stopped)
		draw_slider(ui, i, c);
	else
		draw_bar(c, (struct rect){ s.x, s.y + 5, s.w, 10 }, row->status.used,
		         row->status.given);
	add_bytes(&size, stopped ? row->wanted : row->status.given);
	if (row->status.state != LAUNCHER_LOCKED_OUT)
		draw_line(c, s.x + s.w + THEME_PAD, s.y + (s.h - font_ui.height) / 2, &size,
		          THEME_INK);
	draw_remark(row, r, c);
	widget_button(c, ui_button(i, UI_START_BUTTON), "Start",
	              button_state(ui, i, UI_START_BUTTON));
	widget_button(c, ui_button(i, UI_DESTROY_BUTTON), "Destroy",
	              button_state(ui, i, UI_DESTROY_BUTTON));
}

// What is left for all of them.
static void
draw_foot(const struct ui *ui, const struct canvas *c)
{
	struct rect first = ui_row_rect(ui->count);
	const struct launcher_free *f = &ui->free;
	struct line l = { .n = 0 };

	add_bytes(&l, f->free);
	add(&l, " of ");
	add_bytes(&l, f->all);
	add(&l, " are free, ");
	add_bytes(&l, f->kernel_free);
	add(&l, " of the kernel's");
	draw_line(c, first.x, first.y + 2, &l, THEME_MUTED);
	draw_bar(c, (struct rect){ first.x, first.y + 24, first.w, 10 }, f->all - f->free, f->all);
}

void
ui_draw(const struct ui *ui, const struct canvas *c)
{
	draw_fill(c, (struct rect){ 0, 0, c->width, c->height }, THEME_WINDOW);
	for (unsigned i = 0; i < ui->count; i++)
		draw_row(ui, i, c);
	draw_foot(ui, c);
}
