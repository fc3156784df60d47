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
#include <sys/startup.h>
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

static void
handle_input(void)
{
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++) {
		if (ev.type != INPUT_PRESS || ev.code != BTN_LEFT)
			continue;
		if (rect_has(yes, ev.x, ev.y))
			decide(true);
		else if (rect_has(no, ev.x, ev.y))
			decide(false);
	}
}

static enum err
serve(tag_t t, uint64_t *number)
{
	enum err e;

	*number = 0;
	switch (tag_label(t)) {
	case SAMPLE_ASK:
		if (tag_words(t) < 1)
			return ERR_ARG;
		e = ask_put(&ask, (const char *)(uintptr_t)client->shared, utcb()->mr[0]);
		if (e == OK)
			since = core_now(NULL);
		log_line(e == OK ? "asked" : "asked for what it does not take");
		return e;
	case SAMPLE_ANSWER:
		return ask_answer(&ask, number);
	default:
		return ERR_OP;
	}
}

int
main(void)
{
	bool reply = false;
	enum err answer = OK;
	uint64_t number = 0;

	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "sample") != 0)
		die("the scenario must give one client, of type sample");
	client = startup_clients();
	if (client->shared_size < SAMPLE_TEXT_MAX)
		die("the scenario gives the sample session no shared memory");
	core_open(&window, WIDTH, HEIGHT, "Approve");
	draw();
	core_show(&window, 480, 420);
	log_line("ready");
	// one place to wait; calls are answered with the next wait
	for (;;) {
		struct reply r;

		utcb()->mr[0] = number;
		r = reply ? sys_reply_and_wait(tag(answer, 1, 0), DEADLINE_NONE)
		          : sys_wait(DEADLINE_NONE);
		reply = tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IPC;
		if (reply)
			answer = serve(r.tag, &number);
		else if (tag_kind(r.tag) == MSG_SIGNAL && utcb()->mr[0] & GUI_SIGNAL_MODE)
			core_fit(&window);
		handle_input();
		draw();
	}
}
