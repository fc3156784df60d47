// SPDX-License-Identifier: MIT
// Shows how much memory its subsystem got: writes to all of it, reads it back, and
// draws a square for each 64 KiB.  One button writes beyond it, which is its end.
#include <base/put.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/keys.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include <window/pane.h>

enum {
	PIECE = 64 << 10, ACROSS = 24, SQUARE = 12, PITCH = 14, SQUARES_MAX = 24 * 10,
	WIDTH = ACROSS * PITCH + 2 * THEME_PAD, HEIGHT = 264 - THEME_TITLE_HEIGHT - 1,
};

static struct pane pane;
static uint64_t start, size;            // what was given
static uint64_t good;                   // bytes that held what was written
static bool held;

static void
fill(void)
{
	uint64_t *word = (uint64_t *)(uintptr_t)start, n = size / sizeof *word;

	for (uint64_t i = 0; i < n; i++)
		word[i] = i * 0x9e3779b97f4a7c15;
	for (uint64_t i = 0; i < n; i++)
		good += word[i] == i * 0x9e3779b97f4a7c15 ? sizeof *word : 0;
}

static struct rect
button(void)
{
	struct rect in = window_content(&pane.window);

	return (struct rect){ in.w - THEME_PAD - 150, in.h - THEME_PAD - THEME_BUTTON_HEIGHT, 150,
		              THEME_BUTTON_HEIGHT };
}

static void
draw(void)
{
	static const char key[] = "64 KiB each";
	struct canvas c = pane_draw(&pane);
	char text[80], *end = put_text(put_number(text, good >> 10), " KiB, written and read back");

	draw_fill(&c, (struct rect){ 0, 0, c.width, c.height }, THEME_WINDOW);
	draw_text(&c, THEME_PAD, THEME_PAD, &font_ui, text, (size_t)(end - text), THEME_INK);
	for (uint64_t i = 0; i < SQUARES_MAX && i * PIECE < size; i++)
		draw_round(&c, (struct rect){ THEME_PAD + (int32_t)(i % ACROSS) * PITCH,
			40 + (int32_t)(i / ACROSS) * PITCH, SQUARE, SQUARE }, 2,
			i * PIECE < good ? THEME_ACCENT : THEME_LINE);
	draw_text(&c, THEME_PAD, button().y + 6, &font_ui, key, sizeof key - 1, THEME_MUTED);
	widget_button(&c, button(), "Write beyond it", held ? BUTTON_DOWN : BUTTON_NORMAL);
	pane_show(&pane);
}

static void
event(void *arg, const struct input_event *ev)
{
	bool on = rect_has(button(), ev->x, ev->y);

	(void)arg;
	if (ev->type == INPUT_PRESS && ev->code == BTN_LEFT)
		pane.dirty = held = on;
	if (ev->type == INPUT_RELEASE && ev->code == BTN_LEFT && held) {
		held = false, pane.dirty = true;
		if (on)
			*(volatile uint8_t *)(uintptr_t)(start + size) = 1;
	}
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
	const struct startup_memory *heap = startup_memory("heap");

	if (heap == NULL || heap->kind != MEMORY_REST)
		die("the scenario gives no memory that grows");
	start = heap->addr;
	size = *(const uint64_t *)(uintptr_t)start;
	fill();
	pane_open_fixed(&pane, "Memory", 540, 120, WIDTH, HEIGHT);
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = repaint });
}
