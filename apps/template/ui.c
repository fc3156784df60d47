// SPDX-License-Identifier: MIT
// The legacy part: a line to type, sent to the core with Enter, and what came
// back.  It may be as large and careless as you like: it is in no TCB.
#include <string.h>
#include <app/sample.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/gui.h>
#include <session/keys.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>

enum { WIDTH = 520, HEIGHT = 132, VIEW = 0 };

static const struct rect window = { 40, 120, WIDTH, HEIGHT };

static struct gui_session gui;
static struct sample_session core;
static struct input_end input;
static struct canvas canvas;
static const struct startup_use *gui_use, *core_use;
static char line[SAMPLE_TEXT_MAX];
static size_t length;
static const char *status = "";
static char hint[SAMPLE_TEXT_MAX + 1];          // the file data/hint.txt

static void
draw(void)
{
	struct rect field = { 2 * THEME_PAD, 44, WIDTH - 4 * THEME_PAD, 28 };
	int32_t x;

	widget_window(&canvas, "Sample: ask", true);
	draw_fill(&canvas, field, THEME_PAPER);
	draw_frame(&canvas, field, THEME_LINE);
	x = draw_text(&canvas, field.x + 6, field.y + 6, &font_ui, line, length, THEME_INK);
	draw_fill(&canvas, (struct rect){ x + 1, field.y + 6, 1, 16 }, THEME_ACCENT);
	draw_text_fit(&canvas, 2 * THEME_PAD, 88, WIDTH - 4 * THEME_PAD, &font_ui, status,
	              strlen(status), THEME_MUTED);
	(void)!gui_refresh(gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

static void
send(void)
{
	memcpy((void *)(uintptr_t)core_use->shared, line, length);
	switch (sample_ask(core, length)) {
	case OK:
		status = "Decide in the other window.";
		length = 0;
		break;
	case ERR_BUSY:
		status = "The core is busy: decide in its window, then ask again.";
		break;
	default:
		status = "The core does not take that.";
		break;
	}
	log_line(status);
}

static void
take_answer(void)
{
	uint64_t number;

	switch (sample_answer(core, &number)) {
	case OK:
		status = "Approved.";
		break;
	case ERR_REFUSED:
		status = "Refused.";
		break;
	default:
		return;
	}
	log_line(status);
}

static void
handle_input(void)
{
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && input_get(&input, &ev); i++) {
		if (ev.type == INPUT_TEXT && ev.code >= ' ' && ev.code <= '~' &&
		    length < sizeof line)
			line[length++] = (char)ev.code;
		else if (ev.type == INPUT_PRESS && ev.code == KEY_BACKSPACE && length > 0)
			length--;
		else if (ev.type == INPUT_PRESS && ev.code == KEY_ENTER)
			send();
	}
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)bits;
	if (label == core_use->label)
		take_answer();
	else
		handle_input();
}

static uint64_t
repaint(void)
{
	draw();
	return DEADLINE_NONE;
}

// What stands in the first line of the boot module, as far as there is room.
static void
read_hint(void)
{
	const struct startup_memory *m = startup_memory("sample/hint.txt");
	const char *text = m != NULL ? (const char *)(uintptr_t)m->addr : "";

	for (size_t i = 0; m != NULL && i < m->size && i < sizeof hint - 1 && text[i] != '\n'; i++)
		hint[i] = text[i];
	status = hint;
}

int
main(void)
{
	gui_use = startup_use("gui");
	core_use = startup_use("sample");
	if (gui_use == NULL || gui_use->shared_size < GUI_PIXELS + WIDTH * HEIGHT * 4)
		die("no gui session in the scenario, or too little donated for the window");
	if (core_use == NULL || core_use->shared_size < sizeof line)
		die("no sample session in the scenario, or no shared memory in it");
	gui.gate = gui_use->gate;
	core.gate = core_use->gate;
	input = gui_input(gui_use->shared);
	canvas = (struct canvas){ gui_pixels(gui_use->shared), WIDTH, HEIGHT, WIDTH };
	if (gui_buffer(gui, WIDTH, HEIGHT) != OK || gui_view(gui, VIEW, window, 0, 0) != OK)
		die("nitpicker gives no window");
	(void)!gui_title(gui, VIEW, "Ask");
	read_hint();
	draw();
	log_line(hint);
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = repaint });
}
