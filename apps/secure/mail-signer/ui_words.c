// SPDX-License-Identifier: MIT
// The sentences of the signer's window.
#include "ui_state.h"

const char *
ui_accept_text(const struct ui *ui)
{
	return ui->state == UI_PASSPHRASE || ui->state == UI_UNLOCKING ? "Unlock"
	     : ui->state == UI_CONFIRM || ui->state == UI_SIGNING ? "Sign"
	     : ui->state == UI_LOST ? "Close"
	     : ui->state == UI_AFRESH ? "Start over" : "Continue";
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
		[UI_LOST]       = "The mail program took the message back",
		[UI_AFRESH]     = "This is another message",
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
		[UI_LOST]       = "Nothing was signed, and what you typed is forgotten.",
	};

	if (ui->state == UI_LOST && ui->last != UI_LOST)
		return "It was not signed, whatever became of the one before.";
	if (ui->state == UI_AFRESH)
		return ui->last == UI_LOST ? "In place of the one that the mail program took back "
		                             "unsigned. Marked rows differ."
		     : ui->last_why == SIGN_OK
		     ? "The one before is signed. Marked rows differ from it."
		     : "The one before was not signed. Marked rows differ from it.";
	if (ui_busy(ui) && !ui->focused)
		return "Click this window to read the message and decide.";
	if (ui->state == UI_REVIEW && ui->hidden && !ui_all_seen(ui))
		return "Move this window so that all of it can be seen.";
	if (ui->note != NOTE_NONE)
		return notes[ui->note];
	if (ui->state == UI_REVIEW && ui_all_seen(ui))
		return "You have seen all of it; "
		       "invisible signs and foreign letters were in colour.";
	if (ui->state != UI_DONE)
		return hints[ui->state];
	if (ui->outcome.why == SIGN_OK)
		return "The signed message is with the mail program.";
	return sign_refusal_text(ui->outcome.why);
}
