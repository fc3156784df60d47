// SPDX-License-Identifier: MIT
// What the user does and what follows: a state machine from input events to
// the one signature that a confirmation is good for.  Pure policy; ui_draw.c
// shows it and main.c connects it to the system.
//
//   idle -> review -> passphrase -> unlocking -> confirm -> signing -> done
//
// The mail program can end that at any time, never restart it: what it takes back
// leads to lost, and what comes in place of something that the user may still have in
// mind to afresh.  Both are dead until the user has read and done nothing for a while,
// and lead to idle and to review.
//
// unlocking and signing take long: main.c draws first, then calls ui_step.
#pragma once

#include <core/confirm.h>
#include <core/secret.h>
#include <session/input.h>
#include <session/rect.h>
#include "display.h"

enum ui_state {
	UI_IDLE, UI_REVIEW, UI_PASSPHRASE, UI_UNLOCKING, UI_CONFIRM, UI_SIGNING, UI_DONE,
	UI_LOST, UI_AFRESH,
};

enum ui_note {                  // one more sentence for the user
	NOTE_NONE,
	NOTE_READ_ON,           // not everything has been on screen
	NOTE_WRONG,             // that was not the passphrase
	NOTE_FULL,              // longer than the field
	NOTE_VISIBLE,           // the window was not entirely visible and at rest
};

enum ui_target { TARGET_NONE, TARGET_SCROLLBAR, TARGET_REFUSE, TARGET_ACCEPT };

enum {
	UI_WIDTH = 698, UI_HEIGHT = 632,        // of the window, pixels
	UI_COLUMNS = 80, UI_ROWS = 24,          // of the message pane, cells
	UI_REST_MS = CONFIRM_REST_MS,           // how long the window has been visible and at rest
	                                        // before rows count as seen or a confirmation does
	UI_DRAWN_MS = 10000,                    // rows drawn for longer start again
	UI_DEAD_MS = 2000,                      // lost and afresh: so long visible, at rest, and
	                                        // no key pressed, before anything counts
};

// Where things are, in window coordinates.
static const struct rect ui_title     = { 0, 0, UI_WIDTH, 28 };
static const struct rect ui_pane      = { 1, 28, UI_WIDTH - 14, 424 };
static const struct rect ui_scrollbar = { UI_WIDTH - 13, 28, 12, 424 };
static const struct rect ui_refuse    = { 12, UI_HEIGHT - 40, 110, 28 };
static const struct rect ui_field     = { 242, UI_HEIGHT - 40, 316, 28 };
static const struct rect ui_accept    = { UI_WIDTH - 122, UI_HEIGHT - 40, 110, 28 };

// What the state machine needs from outside.
struct ui_ops {
	// The window is entirely visible and focused, and has been for ms milliseconds.
	bool (*visible)(void *self, uint32_t ms);
	uint64_t (*now_ms)(void *self);
	// Opens the key.  False with *why == SIGN_OK: wrong passphrase; else why not.
	bool (*unlock)(void *self, const char *passphrase, size_t len, enum sign_refusal *why);
	// Signs the message under review with the open key, once.
	enum sign_refusal (*sign)(void *self);
	// Forgets the open key, if any.
	void (*lock)(void *self);
};

struct ui {
	const struct ui_ops *ops;
	void *self;
	struct display *display;
	enum ui_state state;
	enum ui_note note;
	struct message_verdict outcome; // in UI_DONE
	uint32_t top;                   // first row in the pane
	uint64_t since;                 // when UI_CONFIRM began, ms; in UI_LOST and UI_AFRESH
	                                // when something was pressed last
	enum ui_state last;             // how the affair before ended: UI_LOST; UI_DONE, with
	enum sign_refusal last_why;     // this; UI_IDLE: long ago, or the user has read it
	uint64_t ended;                 // when, ms
	bool begun;                     // the user may have read some of the message
	bool ready;                     // UI_LOST and UI_AFRESH: the dead time is over
	struct secret secret;           // the passphrase
	bool focused, hidden;           // hidden: not all of the window was visible
	bool early;                     // what was drawn does not count as seen yet
	uint32_t drawn;                 // rows up to here were drawn
	uint64_t drawn_since;           // since then, ms
	enum ui_target pressed;         // where the held left button went down
	int32_t x, y;                   // pointer
};

void ui_init(struct ui *ui, const struct ui_ops *ops, void *self, struct display *display);

// A message is being decided upon; no other may be submitted.
bool ui_busy(const struct ui *ui);

// The display holds a new message to review; the ui is not busy.  Where that differs
// from the one before (display_mark) is for the caller to mark.
void ui_submit(struct ui *ui);

// A message was refused before the user saw it; the ui is not busy.
void ui_refused(struct ui *ui, struct message_verdict v);

// The legacy part takes the message back; the ui is busy.
void ui_withdraw(struct ui *ui);

void ui_event(struct ui *ui, const struct input_event *ev);

// Does what a state without the user's part is for; call after drawing, until
// false: nothing was to do.
bool ui_step(struct ui *ui);

// The pane as it is now has been drawn.  True when that, or time, changes the panel.
bool ui_shown(struct ui *ui);

// Time alone may change that: call ui_shown again soon.
bool ui_early(const struct ui *ui);

// All rows have been on screen.
bool ui_all_seen(const struct ui *ui);

// The sentences and the word on the accept button (ui_words.c).
const char *ui_heading(const struct ui *ui);
const char *ui_hint(const struct ui *ui);
const char *ui_accept_text(const struct ui *ui);

// Where the point is, and whether that can be used now.
enum ui_target ui_target_at(int32_t x, int32_t y);
bool ui_enabled(const struct ui *ui, enum ui_target target);
