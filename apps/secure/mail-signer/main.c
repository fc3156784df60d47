// SPDX-License-Identifier: MIT
// Connects the window and the signer with their sessions: serves `sign` to one
// mail program, uses `gui`.  A message is copied once out of shared memory, and
// the signed one copied once into it.
#include <string.h>
#include <app/sign.h>
#include <core/drag.h>
#include <draw/fonts.h>
#include <sys/serve.h>
#include "engine.h"

// What is drawn; parts are drawn anew when theirs differs.
struct look { uint32_t all[3], pane, panel[6]; };

static struct core {
	struct core_window window;
	struct core_drag drag;
	const struct startup_client *client;
	struct ui ui;
	struct ui_key key;
	struct look drawn;
	bool able;                      // there is a key
	bool undecided;                 // the mail program waits for SIGN_SIGNAL
	uint32_t messages;              // shown so far
	size_t signed_length;
	unsigned now, before;           // in `letter`: the message under review, and the one
	                                // that the user has in mind while another comes
} core;

static struct letter { uint8_t bytes[MESSAGE_MAX], text[MESSAGE_MAX]; struct message m; } letter[2];
static uint8_t signed_bytes[SIGNED_MAX];
static struct display display;

// The answer of a call, of two words.
static tag_t
say(enum err e, uint64_t first, uint64_t second)
{
	utcb()->mr[0] = first, utcb()->mr[1] = second;
	return tag(e, 2, 0);
}

static enum sign_refusal
op_sign(void *self)
{
	size_t n = 0;
	enum sign_refusal why = engine_sign(&letter[core.now].m, signed_bytes,
	                                    sizeof(signed_bytes), &n);

	(void)self;
	if (why != SIGN_OK)
		return why;
	if (n > core.client->shared_size)
		return SIGN_MEMORY;
	memcpy((void *)(uintptr_t)core.client->shared, signed_bytes, n);
	core.signed_length = n;
	return SIGN_OK;
}

static const struct ui_ops ops = { core_visible, core_now, engine_unlock, op_sign, engine_lock };

// Into the letter that the user does not have in mind.
static struct message_verdict
take_message(uint64_t n)
{
	struct letter *l = &letter[core.before ^ 1];
	struct message_verdict v = { SIGN_TOO_LARGE, 0 };

	if (n > MESSAGE_MAX || n > core.client->shared_size)
		return v;
	memcpy(l->bytes, (const void *)(uintptr_t)core.client->shared, n);
	v = message_check(l->bytes, n, l->text, &l->m);
	if (v.why == SIGN_OK && !l->m.protects)
		v.why = SIGN_UNPROTECTED;
	if (v.why == SIGN_OK && !core.able)
		v.why = SIGN_NO_KEY;
	if (v.why == SIGN_OK && !display_build(&display, &l->m, &font_mono, UI_COLUMNS)) {
		display.rows = 0;
		v.why = SIGN_TOO_LARGE;
	}
	return v;
}

static tag_t
submit(uint64_t n)
{
	struct message_verdict v;

	if (ui_busy(&core.ui))
		return say(ERR_BUSY, 0, 0);
	core.messages++;
	if (core.ui.begun)
		core.before = core.now;
	v = take_message(n);
	if (v.why != SIGN_OK) {
		ui_refused(&core.ui, v);
		log_line(sign_refusal_text(v.why));
		return say(ERR_REFUSED, v.why, v.line);
	}
	core.now = core.before ^ 1;
	core.key.foreign = !message_is_from(&letter[core.now].m,
	                                    (const uint8_t *)core.key.mail.text,
	                                    core.key.mail.len);
	core.undecided = true;
	ui_submit(&core.ui);
	if (core.ui.state == UI_AFRESH)
		display_mark(&display, &letter[core.before].m);
	log_line(core.ui.state == UI_AFRESH ? "another message in its place"
	                                    : "a message to review");
	return say(OK, 0, 0);
}

static tag_t
result(void)
{
	if (ui_busy(&core.ui))
		return say(ERR_BUSY, 0, 0);
	if (core.ui.state != UI_DONE)
		return say(ERR_OP, 0, 0);
	if (core.ui.outcome.why != SIGN_OK)
		return say(ERR_REFUSED, core.ui.outcome.why, core.ui.outcome.line);
	return say(OK, core.signed_length, 0);
}

static tag_t
cancel(void)
{
	if (ui_busy(&core.ui)) {
		core.undecided = false;
		ui_withdraw(&core.ui);
		log_line("taken back");
	}
	return say(OK, 0, 0);
}

static tag_t
answer(const struct startup_client *c, tag_t t)
{
	(void)c;                // there is only one
	switch (tag_label(t)) {
	case SIGN_SUBMIT:
		if (tag_words(t) < 1)
			return say(ERR_ARG, 0, 0);
		return submit(utcb()->mr[0]);
	case SIGN_RESULT:
		return result();
	case SIGN_CANCEL:
		return cancel();
	default:
		return say(ERR_OP, 0, 0);
	}
}

static void
handle_input(void)
{
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&core.window, &core.drag, &ev); i++)
		ui_event(&core.ui, &ev);
}

static void
hear(uint64_t label, uint64_t bits)
{
	if (label != core.window.label)
		return;
	if (bits & GUI_SIGNAL_MODE)
		core_fit(&core.window);
	if (bits & INPUT_SIGNAL)
		handle_input();
}

static void
draw(enum ui_part part)
{
	(void)!gui_refresh(core.window.gui,
	                   ui_draw(&core.window.canvas, &core.ui, &core.key, part));
}

static void
redraw(void)
{
	const struct ui *ui = &core.ui;
	bool held = ui_target_at(ui->x, ui->y) == ui->pressed;
	const struct look look = {
		{ ui->state, ui->focused, core.messages }, ui->top,
		{ ui->note, (uint32_t)ui->secret.length, held ? ui->pressed : TARGET_NONE,
		  display.seen, ui->hidden, ui->ready },
	};
	const struct look drawn = core.drawn;

	core.drawn = look;
	if (memcmp(look.all, drawn.all, sizeof(look.all)) != 0) {
		draw(UI_ALL);
		return;
	}
	if (look.pane != drawn.pane)
		draw(UI_PANE);
	if (memcmp(look.panel, drawn.panel, sizeof(look.panel)) != 0)
		draw(UI_PANEL);
}

// Draw what changed, then do what takes long, until nothing is to do.
static void
work(void)
{
	if (core.drawn.all[2] != core.messages)
		(void)!gui_stack(core.window.gui, CORE_VIEW, false);
	do {
		redraw();
		if (ui_shown(&core.ui))
			redraw();
	} while (ui_step(&core.ui));
	if (!core.undecided || ui_busy(&core.ui))
		return;
	core.undecided = false;
	log_line(core.ui.outcome.why == SIGN_OK ? "signed" :
	         sign_refusal_text(core.ui.outcome.why));
	// a mail program that is gone does not hear it
	(void)!sys_raise(core.client->signal, SIGN_SIGNAL);
}

static void
open_window(void)
{
	struct core_window *w = &core.window;

	core_open(w, UI_WIDTH, UI_HEIGHT, "Review and sign");
	draw(UI_ALL);
	core_show(w, (int32_t)w->screen.width - UI_WIDTH - 16,
	          (int32_t)w->screen.height - UI_HEIGHT - 16);
}

static uint64_t
settle(void)
{
	work();
	return ui_early(&core.ui) ? sys_in_ms(UI_REST_MS / 4) : DEADLINE_NONE;
}

int
main(void)
{
	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "sign") != 0)
		die("there must be one client, of type sign");
	core.client = startup_clients();
	core.able = engine_init(&core.key);
	ui_init(&core.ui, &ops, &core.window, &display);
	open_window();
	log_line(core.able ? "ready" : "no usable key");
	serve((struct handlers){ .call = answer, .signal = hear, .idle = settle, .words = 2 });
}
