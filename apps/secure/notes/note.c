// SPDX-License-Identifier: MIT
// The rules: no key without a passphrase, no text without a key, and nothing but
// sealed bytes in n->sealed.  leave() is the only way to closed, and wipes.
#include <string.h>
#include <base/wipe.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/keys.h>
#include "note.h"

enum { CELL_X = 20, CELL_Y = 100 };     // the text's first cell

static void
leave(struct note *n, enum note_hint hint)
{
	secret_wipe(&n->secret);
	secret_wipe(&n->again);
	wipe(&n->key, sizeof n->key);
	wipe(&n->text, sizeof n->text);
	n->saved = hint == HINT_SAVED;
	n->state = NOTE_CLOSED;
	n->hint = hint;
}

// NUL-terminated, then only zeros.
static bool
name_copy(char name[NOTES_NAME_MAX + 1], const uint8_t *shared)
{
	size_t length = 0;

	memcpy(name, shared, NOTES_NAME_MAX);
	name[NOTES_NAME_MAX] = '\0';
	while (name[length] > ' ' - 1 && name[length] < 0x7f)
		length++;
	for (size_t i = length; i < NOTES_NAME_MAX; i++)
		if (name[i] != '\0')
			return false;
	return length > 0;
}

enum err
note_hand_over(struct note *n, const uint8_t *shared, uint64_t bytes)
{
	char name[NOTES_NAME_MAX + 1];

	if (n->state != NOTE_CLOSED)
		return ERR_BUSY;
	if ((bytes > 0 && bytes < SEAL_OVERHEAD) || bytes > sizeof n->sealed ||
	    !name_copy(name, shared))
		return ERR_ARG;
	memcpy(n->name, name, sizeof n->name);
	memcpy(n->sealed, shared + NOTES_SEALED, bytes);
	n->sealed_size = bytes;
	n->state = bytes > 0 ? NOTE_LOCKED : NOTE_CHOOSE;
	n->hint = HINT_NONE;
	n->changed = false;
	return OK;
}

enum err
note_take(const struct note *n)
{
	if (n->state != NOTE_CLOSED)
		return ERR_BUSY;
	return n->hint == HINT_NONE ? ERR_OP : n->saved ? OK : ERR_REFUSED;
}

// The passphrase is there, one way or the other.
static void
accept(struct note *n)
{
	n->hint = HINT_NONE;
	if (n->state == NOTE_CHOOSE && n->secret.length < NOTE_SECRET_MIN) {
		n->hint = HINT_SHORT;
	} else if (n->state == NOTE_CHOOSE) {
		n->state = NOTE_REPEAT;
	} else if (n->state == NOTE_REPEAT && (n->again.length != n->secret.length ||
	           memcmp(n->again.text, n->secret.text, n->secret.length) != 0)) {
		secret_wipe(&n->secret);
		secret_wipe(&n->again);
		n->state = NOTE_CHOOSE;
		n->hint = HINT_DIFFERENT;
	} else if (n->state == NOTE_REPEAT || n->state == NOTE_LOCKED) {
		n->state = NOTE_WORKING;
	} else if (n->state == NOTE_OPEN) {
		n->state = NOTE_SAVING;
	}
}

static void
failed(struct note *n, enum seal_error e)
{
	if (e == SEAL_BROKEN || n->state == NOTE_SAVING || n->sealed_size == 0) {
		leave(n, e == SEAL_BROKEN ? HINT_BROKEN : HINT_TROUBLE);
		return;
	}
	n->state = NOTE_LOCKED;         // nothing is lost: the user may try again
	n->hint = e == SEAL_WRONG ? HINT_WRONG : HINT_TROUBLE;
}

static enum seal_error
reveal(struct note *n, uint8_t *plain)
{
	const struct secret *s = &n->secret;
	enum seal_error e = n->sealed_size == 0 ? seal_key_new(&n->key, s->text, s->length) :
		seal_key_for(&n->key, n->sealed, n->sealed_size, s->text, s->length);

	if (e != SEAL_OK || n->sealed_size == 0)
		return e;
	e = unseal(&n->key, n->name, n->sealed, n->sealed_size, plain);
	if (e == SEAL_OK && !editor_open(&n->text, plain, n->sealed_size - SEAL_OVERHEAD))
		e = SEAL_BROKEN;
	return e;
}

static void
open_note(struct note *n)
{
	static uint8_t plain[NOTES_TEXT_MAX];
	enum seal_error e;

	editor_open(&n->text, plain, 0);
	e = reveal(n, plain);
	wipe(plain, sizeof plain);
	secret_wipe(&n->secret);
	secret_wipe(&n->again);
	if (e == SEAL_OK)
		n->state = NOTE_OPEN;
	else
		failed(n, e);
}

static void
save(struct note *n)
{
	enum seal_error e = seal(&n->key, n->name, n->text.text, n->text.length, n->sealed);

	n->sealed_size = n->text.length + SEAL_OVERHEAD;
	if (e == SEAL_OK)
		leave(n, HINT_SAVED);
	else
		failed(n, e);
}

bool
note_step(struct note *n)
{
	if (n->state == NOTE_WORKING)
		open_note(n);
	else if (n->state == NOTE_SAVING)
		save(n);
	else
		return false;
	return true;
}

static struct secret *
typed(struct note *n)
{
	return n->state == NOTE_REPEAT ? &n->again :
	       n->state == NOTE_CHOOSE || n->state == NOTE_LOCKED ? &n->secret : NULL;
}

static void
type(struct note *n, uint32_t cp)
{
	struct secret *s = typed(n);

	if (cp < ' ' || cp == 0x7f)     // Enter and Backspace are keys
		return;
	if (s != NULL)
		n->hint = secret_type(s, cp) ? HINT_NONE : HINT_FULL;
	else if (n->state == NOTE_OPEN && editor_type(&n->text, cp))
		n->changed = true;
}

static void
key(struct note *n, uint32_t code, bool repeat)
{
	struct secret *s = typed(n);
	bool enter = code == KEY_ENTER || code == KEY_KPENTER;

	if (s != NULL && code == KEY_BACKSPACE)
		secret_backspace(s);
	else if (s != NULL && enter && !repeat && note_enabled(n, NOTE_YES))
		accept(n);
	else if (code == KEY_ESC && !repeat && s != NULL)
		leave(n, HINT_LEFT);
	else if (n->state == NOTE_OPEN && enter)
		n->changed |= editor_type(&n->text, '\n');
	else if (n->state == NOTE_OPEN && n->control && code == KEY_S && !repeat)
		accept(n);
	else if (n->state == NOTE_OPEN && editor_key(&n->text, code))
		n->changed |= code == KEY_BACKSPACE || code == KEY_DELETE;
}

struct rect
note_place(enum note_target t)
{
	switch (t) {
	case NOTE_NO:
		return (struct rect){ 12, NOTE_HEIGHT - 40, 110, THEME_BUTTON_HEIGHT };
	case NOTE_YES:
		return (struct rect){ NOTE_WIDTH - 122, NOTE_HEIGHT - 40,
		                      110, THEME_BUTTON_HEIGHT };
	case NOTE_PAPER:
		return (struct rect){ 12, CELL_Y - 8, NOTE_WIDTH - 24,
		                      EDITOR_ROWS * font_mono.height + 16 };
	default:
		return (struct rect){ 0, 0, 0, 0 };
	}
}

struct rect
note_field(void)
{
	return (struct rect){ 112, 200, 316, THEME_BUTTON_HEIGHT };
}

bool
note_enabled(const struct note *n, enum note_target t)
{
	const struct secret *s = n->state == NOTE_REPEAT ? &n->again : &n->secret;

	switch (n->state) {
	case NOTE_CHOOSE:
	case NOTE_REPEAT:
	case NOTE_LOCKED:
		return t == NOTE_NO || (t == NOTE_YES && s->length > 0);
	case NOTE_OPEN:
		return t != NOTE_NOWHERE;
	default:
		return false;
	}
}

static enum note_target
target_at(int32_t x, int32_t y)
{
	return rect_has(note_place(NOTE_NO), x, y) ? NOTE_NO :
	       rect_has(note_place(NOTE_YES), x, y) ? NOTE_YES :
	       rect_has(note_place(NOTE_PAPER), x, y) ? NOTE_PAPER : NOTE_NOWHERE;
}

static void
button(struct note *n, bool down)
{
	enum note_target t = target_at(n->x, n->y), was = n->pressed;

	n->pressed = down && note_enabled(n, t) ? t : NOTE_NOWHERE;
	if (down && n->pressed == NOTE_PAPER)
		editor_point(&n->text, (n->x - CELL_X + font_mono.cell / 2) / font_mono.cell,
		             (n->y - CELL_Y) / font_mono.height);
	else if (!down && was == t && t == NOTE_YES && note_enabled(n, t))
		accept(n);
	else if (!down && was == t && t == NOTE_NO && note_enabled(n, t))
		leave(n, HINT_LEFT);
}

void
note_event(struct note *n, const struct input_event *ev)
{
	bool mouse = ev->code == BTN_LEFT, down = ev->type == INPUT_PRESS;

	if (ev->type == INPUT_MOTION || (mouse && (down || ev->type == INPUT_RELEASE)))
		n->x = ev->x, n->y = ev->y;
	if (ev->type == INPUT_FOCUS)
		n->focused = ev->code == 1, n->control = false, n->pressed = NOTE_NOWHERE;
	else if (ev->type == INPUT_TEXT && !n->control)
		type(n, ev->code);
	else if (mouse && (down || ev->type == INPUT_RELEASE))
		button(n, down);
	else if (ev->code == KEY_LEFTCTRL && (down || ev->type == INPUT_RELEASE))
		n->control = down;
	else if (down || ev->type == INPUT_REPEAT)
		key(n, ev->code, !down);
}

const char *
note_yes_text(const struct note *n)
{
	return n->state == NOTE_OPEN || n->state == NOTE_SAVING ? "Save" :
	       n->state == NOTE_CHOOSE ? "Next" : "Open";
}

const char *
note_heading(const struct note *n)
{
	static const char *const words[] = {
		[NOTE_CLOSED]  = "No note is open",
		[NOTE_CHOOSE]  = "Choose a passphrase for this note",
		[NOTE_REPEAT]  = "Type it once more",
		[NOTE_LOCKED]  = "Enter the passphrase of this note",
		[NOTE_WORKING] = "Making the key \u2026",
		[NOTE_OPEN]    = "Only this window has the text",
		[NOTE_SAVING]  = "Sealing \u2026",
	};

	return words[n->state];
}

const char *
note_sentence(const struct note *n)
{
	static const char *const hints[] = {
		[HINT_SAVED]     = "The note is sealed; the list keeps it.",
		[HINT_LEFT]      = "Nothing was kept.",
		[HINT_WRONG]     = "That is not the passphrase, or the note was altered.",
		[HINT_BROKEN]    = "What the list handed over is no note.",
		[HINT_DIFFERENT] = "These were two different passphrases. Once again, please.",
		[HINT_SHORT]     = "A passphrase has eight characters or more.",
		[HINT_FULL]      = "There is no room for more.",
		[HINT_TROUBLE]   = "The processor gives no random numbers: nothing was sealed.",
	};
	static const char *const usual[] = {
		[NOTE_CLOSED]  = "Choose one in the list, or give a new one a name there.",
		[NOTE_CHOOSE]  = "Nobody can open the note without it, nor help you.",
		[NOTE_REPEAT]  = "So that a slip of the finger does not lock you out.",
		[NOTE_LOCKED]  = "It stays in this window and is forgotten right after use.",
		[NOTE_WORKING] = "This takes a moment, on purpose.",
		[NOTE_OPEN]    = "Save seals it and hands it to the list.",
		[NOTE_SAVING]  = "This takes a moment.",
	};

	if (n->state != NOTE_CLOSED && !n->focused)
		return "Click this window to go on.";
	return n->hint != HINT_NONE ? hints[n->hint] : usual[n->state];
}
