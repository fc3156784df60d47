// SPDX-License-Identifier: MIT
// The decisions of the signer's window.  The rule that matters: UI_SIGNING is
// entered in ui_confirm alone, from UI_CONFIRM, which only ui_unlock enters.
#include <draw/widget.h>
#include <session/keys.h>
#include "ui_state.h"

static bool
all_seen(const struct ui *ui)
{
	return ui->display->seen == ui->display->rows;
}

static void
go(struct ui *ui, enum ui_state state, enum ui_note note)
{
	ui->state = state;
	ui->note = note;
	ui->pressed = TARGET_NONE;      // a click is good for the state it began in
}

// Leave whatever was going on: no key stays open, no passphrase in memory.
static void
forget(struct ui *ui)
{
	secret_wipe(&ui->secret);
	ui->ops->lock(ui->self);
}

static void
finish(struct ui *ui, enum sign_refusal why)
{
	forget(ui);
	ui->outcome = (struct message_verdict){ why, 0 };
	go(ui, UI_DONE, NOTE_NONE);
}

void
ui_init(struct ui *ui, const struct ui_ops *ops, void *self, struct display *display)
{
	*ui = (struct ui){ .ops = ops, .self = self, .display = display };
}

bool
ui_busy(const struct ui *ui)
{
	return ui->state != UI_IDLE && ui->state != UI_DONE;
}

void
ui_submit(struct ui *ui)
{
	ui->top = ui->drawn = 0;
	go(ui, UI_REVIEW, NOTE_NONE);
}

void
ui_refused(struct ui *ui, struct message_verdict v)
{
	ui->outcome = v;
	ui->display->rows = ui->top = 0;
	go(ui, UI_DONE, NOTE_NONE);
}

void
ui_withdraw(struct ui *ui)
{
	forget(ui);
	ui->display->rows = ui->top = 0;
	go(ui, UI_IDLE, NOTE_NONE);
}

static uint32_t
last_top(const struct ui *ui)
{
	return ui->display->rows > UI_ROWS ? ui->display->rows - UI_ROWS : 0;
}

static void
scroll(struct ui *ui, int64_t rows)
{
	int64_t top = ui->top + rows;

	ui->top = top < 0 ? 0 : top > last_top(ui) ? last_top(ui) : (uint32_t)top;
}

// Rows are seen when the window has been visible and at rest since they, or some
// before them, were drawn, and for some time: something could cover them at all but
// a few moments, and a mail program could bring them just before Return is pressed.
static void
see(struct ui *ui)
{
	uint64_t now = ui->ops->now_ms(ui->self), age = now - ui->drawn_since;

	if (age > UI_DRAWN_MS || !ui->ops->visible(ui->self, (uint32_t)age))
		ui->drawn = 0;
	if (ui->drawn <= ui->display->seen)
		ui->drawn = ui->display->seen, ui->drawn_since = now, age = 0;
	ui->drawn = display_reach(ui->display, ui->drawn, ui->top, UI_ROWS);
	if (age >= UI_REST_MS)
		ui->display->seen = ui->drawn;
	ui->early = ui->drawn > ui->display->seen;
}

bool
ui_shown(struct ui *ui)
{
	uint32_t seen = ui->display->seen;
	bool hidden = ui->hidden;

	if (!ui_busy(ui) || all_seen(ui))
		return false;
	ui->hidden = ui->early = !ui->ops->visible(ui->self, 0);
	if (!ui->hidden)
		see(ui);
	return ui->display->seen != seen || ui->hidden != hidden;
}

bool
ui_early(const struct ui *ui)
{
	return ui_busy(ui) && ui->focused && ui->early && !all_seen(ui);
}

static void
type(struct ui *ui, uint32_t cp)
{
	ui->note = secret_type(&ui->secret, cp) ? NOTE_NONE : NOTE_FULL;
}

static void
backspace(struct ui *ui)
{
	ui->note = NOTE_NONE;
	secret_backspace(&ui->secret);
}

static void
ui_confirm(struct ui *ui)
{
	if (!all_seen(ui))
		go(ui, UI_REVIEW, NOTE_READ_ON);
	else if (!confirm_counts(ui->since, ui->ops->now_ms(ui->self), ui->ops->visible, ui->self))
		ui->note = NOTE_VISIBLE;
	else
		go(ui, UI_SIGNING, NOTE_NONE);
}

static void
accept(struct ui *ui)
{
	if (ui->state == UI_REVIEW && all_seen(ui))
		go(ui, UI_PASSPHRASE, NOTE_NONE);
	else if (ui->state == UI_REVIEW)
		ui->note = NOTE_READ_ON;
	else if (ui->state == UI_PASSPHRASE && ui->secret.length > 0)
		go(ui, UI_UNLOCKING, NOTE_NONE);
	else if (ui->state == UI_CONFIRM)
		ui_confirm(ui);
}

static void
ui_unlock(struct ui *ui)
{
	enum sign_refusal why = SIGN_OK;
	bool open = ui->ops->unlock(ui->self, ui->secret.text, ui->secret.length, &why);

	secret_wipe(&ui->secret);
	if (why != SIGN_OK) {
		finish(ui, why);
	} else if (!open) {
		go(ui, UI_PASSPHRASE, NOTE_WRONG);
	} else {
		ui->since = ui->ops->now_ms(ui->self);
		go(ui, UI_CONFIRM, NOTE_NONE);
	}
}

bool
ui_step(struct ui *ui)
{
	if (ui->state == UI_UNLOCKING)
		ui_unlock(ui);
	else if (ui->state == UI_SIGNING)
		finish(ui, ui->ops->sign(ui->self));
	else
		return false;
	return true;
}

// Escape goes back from the passphrase, and elsewhere refuses.
static void
escape(struct ui *ui)
{
	if (ui->state == UI_PASSPHRASE) {
		forget(ui);
		go(ui, UI_REVIEW, NOTE_NONE);
	} else if (ui_enabled(ui, TARGET_REFUSE)) {
		finish(ui, SIGN_REFUSED_BY_USER);
	}
}

static void
key(struct ui *ui, uint32_t code, bool repeat)
{
	static const struct { uint16_t code; int32_t rows; } moves[] = {
		{ KEY_UP, -1 }, { KEY_DOWN, 1 }, { KEY_PAGEUP, 1 - UI_ROWS },
		{ KEY_PAGEDOWN, UI_ROWS - 1 }, { KEY_HOME, -DISPLAY_ROWS_MAX },
		{ KEY_END, DISPLAY_ROWS_MAX },
	};

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (moves[i].code == code)
			scroll(ui, moves[i].rows);
	if (code == KEY_SPACE && ui->state != UI_PASSPHRASE)
		scroll(ui, UI_ROWS - 1);
	if (code == KEY_BACKSPACE && ui->state == UI_PASSPHRASE)
		backspace(ui);
	if (!repeat && (code == KEY_ENTER || code == KEY_KPENTER))
		accept(ui);
	if (!repeat && code == KEY_ESC)
		escape(ui);
}

enum ui_target
ui_target_at(int32_t x, int32_t y)
{
	return rect_has(ui_refuse, x, y) ? TARGET_REFUSE
	     : rect_has(ui_accept, x, y) ? TARGET_ACCEPT
	     : rect_has(ui_scrollbar, x, y) ? TARGET_SCROLLBAR : TARGET_NONE;
}

bool
ui_enabled(const struct ui *ui, enum ui_target target)
{
	switch (ui->state) {
	case UI_REVIEW:
		return target == TARGET_REFUSE || all_seen(ui);
	case UI_PASSPHRASE:
		return target == TARGET_REFUSE || ui->secret.length > 0;
	case UI_CONFIRM:
		return true;
	default:
		return false;
	}
}

// The pointer is at x, y.
static void
point(struct ui *ui, int32_t x, int32_t y)
{
	ui->x = x;
	ui->y = y;
	if (ui->pressed == TARGET_SCROLLBAR)
		ui->top = widget_scroll_to(ui_scrollbar, y, UI_ROWS, ui->display->rows);
}

// A click is a press and a release on the same button.
static void
release(struct ui *ui, const struct input_event *ev)
{
	enum ui_target target = ui->pressed;

	ui->pressed = TARGET_NONE;
	point(ui, ev->x, ev->y);
	if (target != ui_target_at(ui->x, ui->y))
		return;
	if (target == TARGET_ACCEPT)
		accept(ui);
	else if (target == TARGET_REFUSE && ui_enabled(ui, target))
		finish(ui, SIGN_REFUSED_BY_USER);
}

void
ui_event(struct ui *ui, const struct input_event *ev)
{
	switch (ev->type) {
	case INPUT_FOCUS:
		ui->focused = ev->code == 1;
		ui->pressed = TARGET_NONE;
		break;
	case INPUT_MOTION:
		point(ui, ev->x, ev->y);
		break;
	case INPUT_WHEEL:
		scroll(ui, 3 * (int64_t)ev->y);
		break;
	case INPUT_TEXT:
		if (ui->state == UI_PASSPHRASE)
			type(ui, ev->code);
		break;
	case INPUT_PRESS:
		if (ev->code == BTN_LEFT) {
			point(ui, ev->x, ev->y);
			ui->pressed = ui_target_at(ui->x, ui->y);
		} else {
			key(ui, ev->code, false);
		}
		break;
	case INPUT_REPEAT:
		key(ui, ev->code, true);
		break;
	case INPUT_RELEASE:
		if (ev->code == BTN_LEFT)
			release(ui, ev);
		break;
	default:
		break;
	}
}

const char *
ui_accept_text(const struct ui *ui)
{
	return ui->state == UI_PASSPHRASE || ui->state == UI_UNLOCKING ? "Unlock"
	     : ui->state == UI_CONFIRM || ui->state == UI_SIGNING ? "Sign" : "Continue";
}

const char *
ui_heading(const struct ui *ui)
{
	static const char *const words[] = {
		[UI_IDLE]       = "No message",
		[UI_REVIEW]     = "Read the message",
		[UI_PASSPHRASE] = "Enter the passphrase of your key",
		[UI_UNLOCKING]  = "Checking the passphrase \u2026",
		[UI_CONFIRM]    = "Sign this message?",
		[UI_SIGNING]    = "Signing \u2026",
	};

	if (ui->state != UI_DONE)
		return words[ui->state];
	return ui->outcome.why == SIGN_OK ? "Signed" : "Not signed";
}

const char *
ui_hint(const struct ui *ui)
{
	static const char *const notes[] = {
		[NOTE_READ_ON] = "Scroll to the end first: only what was on screen can be signed.",
		[NOTE_WRONG]   = "That is not the passphrase. Nothing is lost; try again.",
		[NOTE_FULL]    = "A passphrase has at most 128 bytes.",
		[NOTE_VISIBLE] =
			"The window must be fully visible, focused and at rest for a moment.",
	};
	static const char *const hints[] = {
		[UI_IDLE]       = "A message that a mail program wants signed appears here.",
		[UI_REVIEW]     =
			"All of it is shown above; invisible signs and foreign letters in colour.",
		[UI_PASSPHRASE] = "It stays in this window and is forgotten right after use.",
		[UI_UNLOCKING]  = "This takes a moment.",
		[UI_CONFIRM]    = "Your key is open for one signature.",
		[UI_SIGNING]    = "This takes a moment.",
	};

	if (ui_busy(ui) && !ui->focused)
		return "Click this window to read the message and decide.";
	if (ui->state == UI_REVIEW && ui->hidden && !all_seen(ui))
		return "Move this window so that all of it can be seen.";
	if (ui->note != NOTE_NONE)
		return notes[ui->note];
	if (ui->state == UI_REVIEW && all_seen(ui))
		return "You have seen all of it; "
		       "invisible signs and foreign letters were in colour.";
	if (ui->state != UI_DONE)
		return hints[ui->state];
	if (ui->outcome.why == SIGN_OK)
		return "The signed message is with the mail program.";
	return sign_refusal_text(ui->outcome.why);
}
