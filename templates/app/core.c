// SPDX-License-Identifier: MIT
// The trusted core: serves the sample session to its one client and shows what
// that asks in a window of its own.  What it decides is in ask.c.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/gui.h>
#include <session/keys.h>
#include <sys/startup.h>
#include "ask.h"

enum {
	WIDTH = 520, HEIGHT = 168, VIEW = 0,
	LOOK_MS = 500,          // so long it must be seen, unobscured and in focus
};

static const struct rect window = { 480, 420, WIDTH, HEIGHT };
static const struct rect yes = { 292, 124, 100, THEME_BUTTON_HEIGHT };
static const struct rect no = { 404, 124, 100, THEME_BUTTON_HEIGHT };

static struct gui_session gui;
static struct input_end input;
static struct canvas canvas;
static const struct startup_client *client;
static struct ask ask;
static const char *note = "";
static uint64_t ready_at;       // before, the user cannot have read it

static void
text_at(int32_t y, const struct font *f, const char *text, size_t length, uint32_t colour)
{
	draw_text_fit(&canvas, 2 * THEME_PAD, y, WIDTH - 4 * THEME_PAD, f, text, length, colour);
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

	widget_window(&canvas, "Sample", open);
	text_at(44, &font_ui, head, strlen(head), THEME_MUTED);
	text_at(72, &font_bold, ask.text, ask.length, THEME_INK);
	text_at(100, &font_ui, note, strlen(note), THEME_WARN);
	widget_button(&canvas, yes, "Approve", open ? BUTTON_DEFAULT : BUTTON_OFF);
	widget_button(&canvas, no, "Refuse", open ? BUTTON_NORMAL : BUTTON_OFF);
	(void)!gui_refresh(gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

// An approval counts only if the user could see what it is for: not when the
// line has just changed below the pointer, nor when another window covers it.
static void
decide(bool approve)
{
	if (ask.state != ASK_OPEN)
		return;
	if (approve && (sys_now() < ready_at || gui_confirm(gui, VIEW, LOOK_MS) != OK)) {
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

	for (unsigned i = 0; i < INPUT_SLOTS && input_get(&input, &ev); i++) {
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
			ready_at = sys_in_ms(LOOK_MS);
		log_line(e == OK ? "asked" : "asked for what it does not take");
		return e;
	case SAMPLE_ANSWER:
		return ask_answer(&ask, number);
	default:
		return ERR_OP;
	}
}

static void
open_window(void)
{
	const struct startup_use *use = startup_use("gui");

	if (use == NULL || use->shared_size < GUI_PIXELS + WIDTH * HEIGHT * 4)
		die("no gui session in the scenario, or too little donated for the window");
	gui.gate = use->gate;
	input = gui_input(use->shared);
	canvas = (struct canvas){ gui_pixels(use->shared), WIDTH, HEIGHT, WIDTH };
	if (gui_buffer(gui, WIDTH, HEIGHT) != OK || gui_view(gui, VIEW, window, 0, 0) != OK)
		die("nitpicker gives no window");
	(void)!gui_title(gui, VIEW, "Approve");
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
	open_window();
	draw();
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
		else if (tag_kind(r.tag) == MSG_SIGNAL)
			handle_input();
		draw();
	}
}
