// SPDX-License-Identifier: MIT
// The trusted core: serves the sample session to its one client and shows what
// that asks in a window of its own.  What it decides is in ask.c.
#include <string.h>
#include <core/confirm.h>
#include <core/drag.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/keys.h>
#include <sys/serve.h>
#include "ask.h"

enum { WIDTH = 520, HEIGHT = 168 };

static const struct rect yes = { 292, 124, 100, THEME_BUTTON_HEIGHT };
static const struct rect no = { 404, 124, 100, THEME_BUTTON_HEIGHT };

static struct core_window window;
static struct core_drag drag;
static const struct startup_client *client;
static struct ask ask;
static const char *note = "";
static uint64_t since;          // when the open line was put here, ms

static void
text_at(int32_t y, const struct font *f, const char *text, size_t length, uint32_t colour)
{
	draw_text_fit(&window.canvas, 2 * THEME_PAD, y, WIDTH - 4 * THEME_PAD, f,
	              text, length, colour);
}

static void
draw(void)
{
	static const char *const heads[] = {
		[ASK_NOTHING] = "Nothing is asked.", [ASK_OPEN] = "Somebody asks you to approve:",
		[ASK_APPROVED] = "You approved:", [ASK_REFUSED] = "You refused:",
	};
	bool open = ask.state == ASK_OPEN;
	const char *head = heads[ask.state];

	widget_window(&window.canvas, "Sample", open);
	text_at(44, &font_ui, head, strlen(head), THEME_MUTED);
	text_at(72, &font_bold, ask.text, ask.length, THEME_INK);
	text_at(100, &font_ui, note, strlen(note), THEME_WARN);
	widget_button(&window.canvas, yes, "Approve", open ? BUTTON_DEFAULT : BUTTON_OFF);
	widget_button(&window.canvas, no, "Refuse", open ? BUTTON_NORMAL : BUTTON_OFF);
	(void)!gui_refresh(window.gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

// An approval counts only if the user could see what it is for: not when the
// line has just changed below the pointer, nor when another window covers it.
static void
decide(bool approve)
{
	if (ask.state != ASK_OPEN)
		return;
	if (approve && !confirm_counts(since, core_now(NULL), core_visible, &window)) {
		note = "Read it first, with nothing in front of it, then approve.";
		log_line("not yet");
		return;
	}
	note = "";
	ask_decide(&ask, approve);
	log_line(approve ? "approved" : "refused");
	(void)!sys_raise(client->signal, SAMPLE_SIGNAL);
}

// A click is a press and a release on the same button: it counts when let go.
static void
handle_input(void)
{
	static bool on_yes, on_no;
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++) {
		bool is_yes = rect_has(yes, ev.x, ev.y), is_no = rect_has(no, ev.x, ev.y);

		if (ev.type == INPUT_FOCUS)
			ask.focused = ev.code == 1;
		if (ev.code != BTN_LEFT || (ev.type != INPUT_PRESS && ev.type != INPUT_RELEASE))
			continue;
		if (ev.type == INPUT_RELEASE && on_yes && is_yes)
			decide(true);
		else if (ev.type == INPUT_RELEASE && on_no && is_no)
			decide(false);
		on_yes = ev.type == INPUT_PRESS && is_yes;
		on_no = ev.type == INPUT_PRESS && is_no;
	}
}

// A call; its answer goes out with the next wait.
static tag_t
answer(const struct startup_client *c, tag_t call)
{
	enum err e;
	const uint64_t bytes = utcb()->mr[0];

	(void)c;                // there is only one
	handle_input();         // where the focus is now
	switch (tag_label(call)) {
	case SAMPLE_ASK:
		if (tag_words(call) < 1)
			return tag(ERR_ARG, 0, 0);
		e = ask_put(&ask, (const char *)(uintptr_t)client->shared, bytes);
		if (e == OK)
			since = core_now(NULL);
		log_line(e == OK ? "asked" : "asked for what it does not take");
		return tag(e, 0, 0);
	case SAMPLE_ANSWER:
		return tag(ask_answer(&ask, &utcb()->mr[0]), 1, 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)label;
	if (bits & GUI_SIGNAL_MODE)
		core_fit(&window);
}

static uint64_t
settle(void)
{
	handle_input();
	draw();
	return DEADLINE_NONE;
}

int
main(void)
{
	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "sample") != 0)
		die("the scenario must give one client, of type sample");
	client = startup_clients();
	if (client->shared_size < SAMPLE_TEXT_MAX)
		die("the scenario gives the sample session no shared memory");
	core_open(&window, WIDTH, HEIGHT, "Approve");
	draw();
	core_show(&window, 480, 420);
	log_line("ready");
	serve((struct handlers){ .call = answer, .signal = hear, .idle = settle, .words = 1 });
}
