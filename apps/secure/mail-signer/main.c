// SPDX-License-Identifier: MIT
// Connects the window and the signer with their sessions: serves `sign` to one
// mail program, uses `gui`.  A message is copied once out of shared memory, and
// the signed one copied once into it.
#include <string.h>
#include <app/sign.h>
#include <core/drag.h>
#include <draw/fonts.h>
#include <sys/startup.h>
#include "engine.h"

// What is drawn; parts are drawn anew when theirs differs.
struct look { uint32_t all[3], pane, panel[5]; };

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
} core;

static uint8_t bytes[MESSAGE_MAX], text[MESSAGE_MAX], signed_bytes[SIGNED_MAX];
static struct message message;
static struct display display;

struct answer { enum err e; uint64_t word[2]; };

static enum sign_refusal
op_sign(void *self)
{
	size_t n = 0;
	enum sign_refusal why = engine_sign(&message, signed_bytes, sizeof(signed_bytes), &n);

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

static struct message_verdict
take_message(uint64_t n)
{
	struct message_verdict v = { SIGN_TOO_LARGE, 0 };

	if (n > MESSAGE_MAX || n > core.client->shared_size)
		return v;
	memcpy(bytes, (const void *)(uintptr_t)core.client->shared, n);
	v = message_check(bytes, n, text, &message);
	if (v.why == SIGN_OK && !core.able)
		v.why = SIGN_NO_KEY;
	if (v.why == SIGN_OK && !display_build(&display, &message, &font_mono, UI_COLUMNS))
		v.why = SIGN_TOO_LARGE;
	return v;
}

static struct answer
submit(uint64_t n)
{
	struct message_verdict v;

	if (ui_busy(&core.ui))
		return (struct answer){ ERR_BUSY, { 0, 0 } };
	core.messages++;
	v = take_message(n);
	if (v.why != SIGN_OK) {
		ui_refused(&core.ui, v);
		log_line(sign_refusal_text(v.why));
		return (struct answer){ ERR_REFUSED, { v.why, v.line } };
	}
	core.key.foreign = !message_is_from(&message, (const uint8_t *)core.key.mail.text,
	                                    core.key.mail.len);
	core.undecided = true;
	ui_submit(&core.ui);
	log_line("a message to review");
	return (struct answer){ OK, { 0, 0 } };
}

static struct answer
result(void)
{
	if (ui_busy(&core.ui))
		return (struct answer){ ERR_BUSY, { 0, 0 } };
	if (core.ui.state != UI_DONE)
		return (struct answer){ ERR_OP, { 0, 0 } };
	if (core.ui.outcome.why != SIGN_OK)
		return (struct answer){ ERR_REFUSED,
		                        { core.ui.outcome.why, core.ui.outcome.line } };
	return (struct answer){ OK, { core.signed_length, 0 } };
}

static struct answer
cancel(void)
{
	if (ui_busy(&core.ui)) {
		core.undecided = false;
		ui_withdraw(&core.ui);
	}
	return (struct answer){ OK, { 0, 0 } };
}

static struct answer
serve(tag_t t)
{
	switch (tag_label(t)) {
	case SIGN_SUBMIT:
		if (tag_words(t) < 1)
			return (struct answer){ ERR_ARG, { 0, 0 } };
		return submit(utcb()->mr[0]);
	case SIGN_RESULT:
		return result();
	case SIGN_CANCEL:
		return cancel();
	default:
		return (struct answer){ ERR_OP, { 0, 0 } };
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
handle_signal(uint64_t bits)
{
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
		  display.seen, ui->hidden },
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
settle(void)
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

int
main(void)
{
	struct answer answer = { OK, { 0, 0 } };
	bool reply = false;

	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "sign") != 0)
		die("there must be one client, of type sign");
	core.client = startup_clients();
	core.able = engine_init(&core.key);
	ui_init(&core.ui, &ops, &core.window, &display);
	open_window();
	log_line(core.able ? "ready" : "no usable key");
	for (;;) {
		struct reply r;
		uint64_t deadline = ui_early(&core.ui) ? sys_in_ms(UI_REST_MS / 4) : DEADLINE_NONE;

		utcb()->mr[0] = answer.word[0];
		utcb()->mr[1] = answer.word[1];
		r = reply ? sys_reply_and_wait(tag(answer.e, 2, 0), deadline)
		          : sys_wait(deadline);
		reply = tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IPC;
		if (reply)
			answer = serve(r.tag);
		else if (tag_kind(r.tag) == MSG_SIGNAL && r.label == core.window.label)
			handle_signal(utcb()->mr[0]);
		settle();
	}
}
