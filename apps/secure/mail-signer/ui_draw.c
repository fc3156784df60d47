// SPDX-License-Identifier: MIT
// The signer's window: message pane above, what to do, key and buttons below.
#include <base/put.h>
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include "ui_draw.h"

enum {
	GUTTER = 8, TEXT = 26, TOP = 8,         // inside the pane
	MARK = 4,                               // at its edge, of what has changed
	BAND = 452, BAND_HEIGHT = 50,           // heading and hint
	KEY = 510, KEY_HEIGHT = 76, KEY_LINE = 17, KEY_TEXT = 106,
};

static void
draw_row(const struct canvas *pane, const struct ui *ui, uint32_t n, int32_t y)
{
	struct display_row row = ui->display->row[n];
	struct cell cells[DISPLAY_COLUMNS_MAX];
	const int32_t h = font_mono.height;

	if (row.kind == ROW_ENVELOPE)
		draw_fill(pane, (struct rect){ 0, y, pane->width, h }, THEME_SELECTED);
	if (row.changed) {
		draw_fill(pane, (struct rect){ 0, y, pane->width, h }, THEME_WARN_GROUND);
		draw_fill(pane, (struct rect){ 0, y, MARK, h }, THEME_BAD);
	}
	if (row.kind == ROW_TITLE) {
		const char *words = display_title(row);
		int32_t end = draw_text(pane, GUTTER, y, &font_bold, words, strlen(words),
		                        THEME_MUTED);

		draw_fill(pane, (struct rect){ end + GUTTER, y + h / 2,
		                               pane->width - end - 2 * GUTTER, 1 }, THEME_LINE);
		return;
	}
	if (row.kind == ROW_WORDS && !row.continues)
		draw_glyph(pane, GUTTER, y, &font_mono, '=', THEME_ESCAPE);
	if (row.continues)
		draw_glyph(pane, GUTTER, y, &font_mono, 0x21aa, THEME_ESCAPE);
	display_cells(ui->display, n, cells);
	cells_draw(pane, TEXT, y, &font_mono, cells, UI_COLUMNS);
}

static void
draw_centred(const struct canvas *c, int32_t y, const struct font *f, const char *text,
             uint32_t colour)
{
	size_t len = strlen(text);

	draw_text(c, (c->width - font_width(f, text, len)) / 2, y, f, text, len, colour);
}

static void
draw_pane(const struct canvas *c, const struct ui *ui)
{
	const struct canvas pane = draw_part(c, ui_pane);

	draw_fill(c, ui_pane, THEME_PAPER);
	widget_scrollbar(c, ui_scrollbar, ui->top, UI_ROWS, ui->display->rows);
	if (ui->display->rows == 0)
		draw_centred(&pane, pane.height / 2 - 20, &font_head,
		             ui->state == UI_IDLE ? "No message"
		             : ui->state == UI_LOST ? "Taken back" : "Refused unseen",
		             THEME_OFF);
	for (uint32_t i = 0; i < UI_ROWS && ui->top + i < ui->display->rows; i++)
		draw_row(&pane, ui, ui->top + i, TOP + (int32_t)i * font_mono.height);
}

static void
draw_band(const struct canvas *c, const struct ui *ui)
{
	bool done = ui->state == UI_DONE, good = done && ui->outcome.why == SIGN_OK;
	bool notice = ui->state == UI_LOST || ui->state == UI_AFRESH;
	uint32_t ground = good ? THEME_GOOD_GROUND : done || notice ? THEME_BAD_GROUND
	                : ui->note != NOTE_NONE ? THEME_WARN_GROUND : THEME_WINDOW;
	uint32_t ink = good ? THEME_GOOD : done || notice ? THEME_BAD : THEME_INK;
	uint32_t soft = done || notice ? ink : ui->note != NOTE_NONE ? THEME_WARN : THEME_MUTED;
	const struct rect band = { 1, BAND, UI_WIDTH - 2, BAND_HEIGHT };
	const char *heading = ui_heading(ui), *hint = ui_hint(ui);
	char line[24], *p = line;
	int32_t x;

	draw_fill(c, band, ground);
	draw_fill(c, (struct rect){ 1, BAND, UI_WIDTH - 2, 1 }, THEME_LINE);
	draw_text(c, THEME_PAD, BAND + 7, &font_head, heading, strlen(heading), ink);
	x = draw_text(c, THEME_PAD, BAND + 28, &font_ui, hint, strlen(hint), soft);
	if (done && ui->outcome.line > 0) {
		p = put_number(put_text(p, " (line "), ui->outcome.line);
		*p++ = ')';
		draw_text(c, x, BAND + 28, &font_ui, line, (size_t)(p - line), soft);
	}
}

static void
draw_label(const struct canvas *c, int32_t line, const char *label, struct ui_text text)
{
	int32_t y = KEY + 4 + line * KEY_LINE;

	draw_text(c, THEME_PAD + 8, y, &font_ui, label, strlen(label), THEME_MUTED);
	draw_text_fit(c, KEY_TEXT, y, UI_WIDTH - KEY_TEXT - 2 * THEME_PAD, &font_ui, text.text,
	              text.len, THEME_INK);
}

// Our words with something of the certificate's behind them.
static void
draw_warning(const struct canvas *c, int32_t line, const char *words, struct ui_text text)
{
	int32_t y = KEY + 4 + line * KEY_LINE;
	int32_t x = draw_text(c, KEY_TEXT, y, &font_bold, words, strlen(words), THEME_WARN);

	draw_text_fit(c, x, y, UI_WIDTH - x - 2 * THEME_PAD, &font_ui, text.text, text.len,
	              THEME_WARN);
}

static void
draw_key(const struct canvas *c, const struct ui_key *key)
{
	const struct rect box = { THEME_PAD, KEY, UI_WIDTH - 2 * THEME_PAD, KEY_HEIGHT };
	const struct rect inner = { box.x + 1, box.y + 1, box.w - 2, box.h - 2 };
	static const char none[] = "none: key or certificate missing or broken";

	draw_round(c, box, THEME_RADIUS, THEME_LINE);
	draw_round(c, inner, THEME_RADIUS - 1, THEME_PAPER);
	if (key->subject.len == 0 && key->mail.len == 0) {
		draw_label(c, 0, "Signing key", (struct ui_text){ none, sizeof(none) - 1 });
		return;
	}
	draw_label(c, 0, "Signing key", key->subject);
	draw_label(c, 1, "for", key->mail);
	draw_label(c, 2, "issued by", key->issuer);
	if (key->demo.len > 0)
		draw_warning(c, 3, "Demo key, known to everybody. Its passphrase: ", key->demo);
}

// At the right end of a line of the key's box.
static void
draw_badge(const struct canvas *c, int32_t line, const char *words)
{
	size_t len = strlen(words);
	int32_t w = font_width(&font_bold, words, len) + 16;
	const struct rect badge = { UI_WIDTH - 2 * THEME_PAD - w + 6, KEY + 4 + line * KEY_LINE,
	                            w, 18 };

	draw_round(c, badge, THEME_RADIUS, THEME_WARN_GROUND);
	draw_text(c, badge.x + 8, badge.y + 1, &font_bold, words, len, THEME_WARN);
}

static void
draw_field(const struct canvas *c, const struct ui *ui)
{
	static const char label[] = "Passphrase";
	int32_t x = ui_field.x - 8 - font_width(&font_ui, label, sizeof(label) - 1);
	int32_t y = ui_field.y + (ui_field.h - font_mono.height) / 2;

	draw_text(c, x, y, &font_ui, label, sizeof(label) - 1, THEME_MUTED);
	secret_draw(c, ui_field, &ui->secret, ui->focused, ui->state == UI_PASSPHRASE);
}

static void
draw_progress(const struct canvas *c, const struct ui *ui)
{
	char text[64], *p = put_number(text, ui->display->seen);
	int32_t w, y = ui_accept.y + (ui_accept.h - font_ui.height) / 2;

	p = put_number(put_text(p, " of "), ui->display->rows);
	p = put_text(p, " rows seen");
	w = font_width(&font_ui, text, (size_t)(p - text));
	draw_text(c, ui_accept.x - 16 - w, y, &font_ui, text, (size_t)(p - text), THEME_MUTED);
}

static void
draw_panel(const struct canvas *c, const struct ui *ui, const struct ui_key *key)
{
	const struct rect below = { 1, BAND, UI_WIDTH - 2, UI_HEIGHT - BAND - 1 };
	bool held = ui_target_at(ui->x, ui->y) == ui->pressed;
	bool refuse = held && ui->pressed == TARGET_REFUSE;
	bool accept = held && ui->pressed == TARGET_ACCEPT;

	draw_fill(c, below, THEME_WINDOW);
	draw_band(c, ui);
	draw_key(c, key);
	if (ui_busy(ui) && key->foreign)
		draw_badge(c, 1, "The From address is another");
	if (key->expired)
		draw_badge(c, 2, "The certificate is not valid now");
	if (ui->state == UI_REVIEW)
		draw_progress(c, ui);
	if (ui->state == UI_PASSPHRASE || ui->state == UI_UNLOCKING)
		draw_field(c, ui);
	if (!ui_busy(ui) && ui->state != UI_LOST)
		return;
	if (ui->state != UI_LOST)
		widget_button(c, ui_refuse, "Refuse", !ui_enabled(ui, TARGET_REFUSE) ? BUTTON_OFF
		              : refuse ? BUTTON_DOWN : BUTTON_NORMAL);
	widget_button(c, ui_accept, ui_accept_text(ui),
	              !ui_enabled(ui, TARGET_ACCEPT) ? BUTTON_OFF
	              : accept ? BUTTON_DEFAULT_DOWN : BUTTON_DEFAULT);
}

struct rect
ui_draw(const struct canvas *c, const struct ui *ui, const struct ui_key *key, enum ui_part part)
{
	if (part == UI_ALL)
		widget_window(c, "Mail signer", ui->focused);
	if (part != UI_PANEL)
		draw_pane(c, ui);
	if (part != UI_PANE)
		draw_panel(c, ui, key);
	if (part == UI_PANE)
		return (struct rect){ ui_pane.x, ui_pane.y, UI_WIDTH - 2, ui_pane.h };
	if (part == UI_PANEL)
		return (struct rect){ 0, BAND, UI_WIDTH, UI_HEIGHT - BAND };
	return (struct rect){ 0, 0, UI_WIDTH, UI_HEIGHT };
}
