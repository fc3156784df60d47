// SPDX-License-Identifier: MIT
// A log on the screen: serves log sessions and shows what comes in a window.  The
// caller waits until its line is drawn, so a flood costs nobody but the flooder.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/keys.h>
#include <session/log.h>
#include <sys/serve.h>
#include <window/pane.h>
#include "lines.h"

enum { ROW = 17, CELL = 8, TIME = 11 * CELL, WHEEL = 3 };

static struct pane pane;
static struct lines lines;
static uint64_t begun;                  // TSC
static uint32_t top;                    // first line shown
static bool dragging;
static int32_t rows, width, height;     // inside of the window

static uint32_t
last_top(void)
{
	uint32_t n = lines_count(&lines), fit = rows > 0 ? (uint32_t)rows : 0;

	return n > fit ? n - fit : 0;
}

static void
scroll(int64_t to)
{
	uint32_t last = last_top();

	top = to < 0 ? 0 : to > last ? last : (uint32_t)to;
	pane.dirty = true;
}

static struct rect
bar(void)
{
	return (struct rect){ width - THEME_SCROLLBAR, 0, THEME_SCROLLBAR, height - 16 };
}

static void
draw_row(const struct canvas *c, int32_t y, const struct log_line *l)
{
	char time[11];
	int32_t x = THEME_GAP;

	if (l->first) {
		size_t n = lines_time(l->ms, time);

		draw_text(c, x + TIME - CELL * (2 + (int32_t)n), y, &font_mono, time, n,
		          THEME_MUTED);
	}
	x += TIME;
	for (unsigned i = 0; i < l->length; i++, x += CELL)
		draw_text(c, x, y, &font_mono, &l->text[i], 1,
		          l->escapes[i / 8] >> i % 8 & 1 ? THEME_ESCAPE : THEME_INK);
}

static void
draw(void)
{
	struct canvas c = pane_draw(&pane);

	width = c.width, height = c.height;
	rows = (height - 2 * 4) / ROW;
	if (top > last_top())
		top = last_top();
	draw_fill(&c, (struct rect){ 0, 0, c.width, c.height }, THEME_PAPER);
	struct canvas text = draw_part(&c,
		(struct rect){ 0, 0, c.width - THEME_SCROLLBAR, c.height });

	for (int32_t i = 0; i < rows && top + (uint32_t)i < lines_count(&lines); i++)
		draw_row(&text, 4 + i * ROW, lines_get(&lines, top + (uint32_t)i));
	if (lines_count(&lines) == 0)
		draw_text(&text, THEME_PAD, THEME_PAD, &font_ui, "Nothing has been said yet.", 26,
		          THEME_MUTED);
	widget_scrollbar(&c, bar(), top, (uint32_t)rows, lines_count(&lines));
	pane_show(&pane);
}

static void
drag(int32_t y)
{
	scroll(widget_scroll_to(bar(), y, (uint32_t)rows, lines_count(&lines)));
}

static void
event(void *arg, const struct input_event *ev)
{
	bool press = ev->type == INPUT_PRESS || ev->type == INPUT_REPEAT;

	(void)arg;
	if (ev->type == INPUT_WHEEL)
		scroll((int64_t)top + ev->y * WHEEL);
	else if (ev->type == INPUT_PRESS && ev->code == BTN_LEFT && rect_has(bar(), ev->x, ev->y))
		dragging = true, drag(ev->y);
	else if (ev->type == INPUT_MOTION && dragging)
		drag(ev->y);
	else if (ev->type == INPUT_RELEASE && ev->code == BTN_LEFT)
		dragging = false;
	if (!press)
		return;
	switch (ev->code) {
	case KEY_UP: scroll((int64_t)top - 1); break;
	case KEY_DOWN: scroll((int64_t)top + 1); break;
	case KEY_PAGEUP: scroll((int64_t)top - rows); break;
	case KEY_PAGEDOWN: scroll((int64_t)top + rows); break;
	case KEY_HOME: scroll(0); break;
	case KEY_END: scroll(last_top()); break;
	}
}

// A line from a client; at the end of the log the window follows it.
static tag_t
answer(const struct startup_client *c, tag_t call)
{
	uint64_t n = utcb()->mr[0];
	char text[LOG_TEXT_MAX];
	bool follow = top == last_top();
	uint64_t before = lines.total;

	(void)c;
	if (tag_label(call) != LOG_WRITE)
		return tag(ERR_OP, 0, 0);
	if (tag_words(call) < 1 || n > LOG_TEXT_MAX || n > (tag_words(call) - 1) * 8u)
		return tag(ERR_ARG, 0, 0);
	memcpy(text, &utcb()->mr[1], n);
	lines_add(&lines, (uint32_t)((sys_now() - begun) / kip()->tsc_khz), text, n);
	if (follow)
		top = last_top();
	else if (lines.total > LINES_MAX && top > lines.total - before)
		top -= (uint32_t)(lines.total - before);        // what is shown stays where it is
	pane.dirty = true;
	return tag(OK, 0, 0);
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)label;
	pane_signal(&pane, bits, event, NULL);
}

static uint64_t
repaint(void)
{
	if (pane.dirty || pane.frame_dirty)
		draw();
	return DEADLINE_NONE;
}

int
main(void)
{
	struct window plain = { .title = "Log", .r = { 24, 620, 976, 130 },
		.min_w = 240, .min_h = 100, .max_w = 976, .max_h = 400 };

	begun = sys_now();
	pane_open(&pane, &plain);
	draw();
	log_line("ready");
	serve((struct handlers){ .call = answer, .signal = hear, .idle = repaint });
}
