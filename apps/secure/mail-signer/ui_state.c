// SPDX-License-Identifier: MIT
// The decisions of the signer's window.  The rule that matters: UI_SIGNING is
// entered in ui_confirm alone, from UI_CONFIRM, which only ui_unlock enters.
#include <draw/widget.h>
#include <session/keys.h>
#include "ui_state.h"

bool
ui_all_seen(const struct ui *ui)
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

// The affair ends in this way; one that the user never began says nothing new.
static void
end(struct ui *ui, enum ui_state state, enum sign_refusal why)
{
	forget(ui);
	if (ui->begun) {
		ui->last = state;
		ui->last_why = why;
		ui->ended = ui->ops->now_ms(ui->self);
	}
	go(ui, state, NOTE_NONE);
}

static void
finish(struct ui *ui, enum sign_refusal why)
{
	ui->outcome = (struct message_verdict){ why, 0 };
	ui->begun = true;
	end(ui, UI_DONE, why);
}

static bool
is_notice(const struct ui *ui)
{
	return ui->state == UI_LOST || ui->state == UI_AFRESH;
}

// The user does something while nothing counts: the dead time begins anew.
static void
stir(struct ui *ui)
{
	ui->since = ui->ops->now_ms(ui->self);
	ui->ready = false;
}

void
ui_init(struct ui *ui, const struct ui_ops *ops, void *self, struct display *display)
{
	*ui = (struct ui){ .ops = ops, .self = self, .display = display };
}

bool
ui_busy(const struct ui *ui)
{
	return ui->state != UI_IDLE && ui->state != UI_DONE && ui->state != UI_LOST;
}

// The user may not have read yet how the affair before ended: where nothing was lost,
// this takes time, and otherwise it is for the user to say.
static bool
is_unread(const struct ui *ui)
{
	return ui->state == UI_LOST
	       || (ui->last == UI_DONE && ui->ops->now_ms(ui->self) - ui->ended < UI_DEAD_MS);
}

void
ui_submit(struct ui *ui)
{
	ui->begun = !is_unread(ui);
	ui->top = ui->drawn = 0;
	go(ui, ui->begun ? UI_REVIEW : UI_AFRESH, NOTE_NONE);
	stir(ui);
}

void
ui_refused(struct ui *ui, struct message_verdict v)
{
	if (is_unread(ui))      // no way to hide that
		return;
	ui->outcome = v;
	ui->display->rows = ui->top = 0;
	go(ui, UI_DONE, NOTE_NONE);
}

void
ui_withdraw(struct ui *ui)
{
	end(ui, UI_LOST, SIGN_OK);
	ui->display->rows = ui->top = 0;
	stir(ui);
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
	bool hidden = ui->hidden, ready = ui->ready;

	if (is_notice(ui) && ui->pressed != TARGET_NONE)
		return false;           // a held button answers nothing; it counts when let go
	if (is_notice(ui)) {
		ui->ready = ui->ops->now_ms(ui->self) - ui->since >= UI_DEAD_MS
		            && ui->ops->visible(ui->self, UI_DEAD_MS);
		return ui->ready != ready;
	}
	if (!ui_busy(ui) || ui_all_seen(ui))
		return false;
	ui->hidden = ui->early = !ui->ops->visible(ui->self, 0);
	if (!ui->hidden)
		see(ui);
	return ui->display->seen != seen || ui->hidden != hidden;
}

bool
ui_early(const struct ui *ui)
{
	if (is_notice(ui))
		return ui->focused && !ui->ready;
	return ui_busy(ui) && ui->focused && ui->early && !ui_all_seen(ui);
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
	if (!ui_all_seen(ui))
		go(ui, UI_REVIEW, NOTE_READ_ON);
	else if (!confirm_counts(ui->since, ui->ops->now_ms(ui->self), ui->ops->visible, ui->self))
		ui->note = NOTE_VISIBLE;
	else
		go(ui, UI_SIGNING, NOTE_NONE);
}

// The user has read what happened.
static void
notice_read(struct ui *ui)
{
	ui->last = UI_IDLE;
	ui->begun = ui->state == UI_AFRESH;
	ui->top = ui->drawn = 0;
	go(ui, ui->begun ? UI_REVIEW : UI_IDLE, NOTE_NONE);
}

static void
accept(struct ui *ui)
{
	if (is_notice(ui))
		notice_read(ui);
	else if (ui->state == UI_REVIEW && ui_all_seen(ui))
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

	if (is_notice(ui) && !ui->ready) {
		stir(ui);
		return;
	}
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
		return target == TARGET_REFUSE || ui_all_seen(ui);
	case UI_PASSPHRASE:
		return target == TARGET_REFUSE || ui->secret.length > 0;
	case UI_CONFIRM:
		return true;
	case UI_LOST:
		return ui->ready && target == TARGET_ACCEPT;
	case UI_AFRESH:
		return ui->ready;
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
	if (is_notice(ui))      // what was so when the button went down must be so still
		ui->ready = ui->ready && ui->ops->visible(ui->self, UI_DEAD_MS);
	if (target == TARGET_ACCEPT && (!is_notice(ui) || ui->ready))
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
		else if (is_notice(ui))
			stir(ui);
		break;
	case INPUT_PRESS:
		if (ev->code == BTN_LEFT) {
			point(ui, ev->x, ev->y);
			if (is_notice(ui) && !ui->ready)
				stir(ui);
			else
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
