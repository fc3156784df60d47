// SPDX-License-Identifier: MIT
// What the user sees of a note: our words in proportional type, the note's in
// cells of a fixed width.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include "note_draw.h"

static void
draw_line(const struct canvas *c, int32_t y, const struct font *f, const char *text,
          uint32_t colour)
{
	draw_text_fit(c, THEME_PAD, y, c->width - 2 * THEME_PAD, f, text, strlen(text), colour);
}

static void
draw_paper(const struct canvas *c, const struct note *n)
{
	const struct rect paper = note_place(NOTE_PAPER);
	const struct editor *e = &n->text;
	uint32_t row, column;

	draw_round(c, paper, THEME_RADIUS, n->focused ? THEME_ACCENT : THEME_EDGE);
	draw_round(c, (struct rect){ paper.x + 1, paper.y + 1, paper.w - 2, paper.h - 2 },
	           THEME_RADIUS - 1, THEME_PAPER);
	editor_cursor(e, &row, &column);
	for (uint32_t i = 0; i < EDITOR_ROWS && e->top + i < e->rows; i++) {
		const int32_t y = paper.y + 8 + (int32_t)i * font_mono.height;
		struct cell cells[EDITOR_COLUMNS];

		editor_cells(e, e->top + i, cells);
		cells_draw(c, paper.x + 8, y, &font_mono, cells, EDITOR_COLUMNS);
		if (n->focused && e->top + i == row)
			draw_fill(c, (struct rect){ paper.x + 8 + (int32_t)column * font_mono.cell,
			                            y, 2, font_mono.height }, THEME_ACCENT);
	}
	widget_scrollbar(c, (struct rect){ paper.x + paper.w - THEME_SCROLLBAR - 2, paper.y + 2,
	                 THEME_SCROLLBAR, paper.h - 4 }, e->top, EDITOR_ROWS, e->rows);
}

static void
draw_secret(const struct canvas *c, const struct note *n)
{
	const struct rect field = note_field();
	const char *label = "Passphrase";

	draw_text(c, field.x - 8 - font_width(&font_ui, label, strlen(label)),
	          field.y + (field.h - font_ui.height) / 2, &font_ui, label, strlen(label),
	          THEME_MUTED);
	secret_draw(c, field, n->state == NOTE_REPEAT ? &n->again : &n->secret, n->focused,
	            n->state != NOTE_WORKING);
}

static void
draw_button(const struct canvas *c, const struct note *n, enum note_target t, const char *text)
{
	bool down = n->pressed == t && rect_has(note_place(t), n->x, n->y), main = t == NOTE_YES;

	widget_button(c, note_place(t), text, !note_enabled(n, t) ? BUTTON_OFF :
	              main ? (down ? BUTTON_DEFAULT_DOWN : BUTTON_DEFAULT) :
	              down ? BUTTON_DOWN : BUTTON_NORMAL);
}

void
note_draw(const struct canvas *c, const struct note *n)
{
	bool warn = n->hint > HINT_LEFT, good = n->hint == HINT_SAVED;

	widget_window(c, n->state == NOTE_CLOSED ? "Note" : n->name, n->focused);
	draw_line(c, 40, &font_head, note_heading(n), THEME_INK);
	draw_line(c, 64, &font_ui, note_sentence(n), good ? THEME_GOOD : warn ? THEME_WARN :
	          THEME_MUTED);
	if (n->state == NOTE_OPEN || n->state == NOTE_SAVING)
		draw_paper(c, n);
	else if (n->state != NOTE_CLOSED)
		draw_secret(c, n);
	if (n->state == NOTE_CLOSED)
		return;
	draw_button(c, n, NOTE_NO, n->state == NOTE_OPEN && n->changed ? "Discard" : "Close");
	draw_button(c, n, NOTE_YES, note_yes_text(n));
}
