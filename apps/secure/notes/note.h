// SPDX-License-Identifier: MIT
// One note in the user's hands: a passphrase opens it, the user edits it, and what
// leaves is sealed.  Policy only: note_draw.c shows it, main.c connects it.
//
//   closed -> choose -> repeat -.
//        \--> locked ------------+-> working -> open -> saving -> closed
//
// Working and saving take long: draw first, then call note_step.
#pragma once

#include <app/notes.h>
#include <core/secret.h>
#include <seal/seal.h>
#include <session/input.h>
#include "editor.h"

enum note_state {
	NOTE_CLOSED, NOTE_CHOOSE, NOTE_REPEAT, NOTE_LOCKED, NOTE_WORKING, NOTE_OPEN, NOTE_SAVING,
};

enum note_hint {                // one more sentence for the user
	HINT_NONE,
	HINT_SAVED,             // closed: sealed and handed over
	HINT_LEFT,              // closed: nothing was kept
	HINT_WRONG,             // another passphrase, or the note was altered
	HINT_BROKEN,            // what was handed over is no note
	HINT_DIFFERENT,         // the two passphrases are not the same
	HINT_SHORT,             // a passphrase for a new note has NOTE_SECRET_MIN bytes at least
	HINT_FULL,              // neither passphrase nor note has room for more
	HINT_TROUBLE,           // no random numbers
};

enum {
	NOTE_WIDTH = 540, NOTE_HEIGHT = 480,
	NOTE_SECRET_MIN = 8,
};

enum note_target { NOTE_NOWHERE, NOTE_NO, NOTE_YES, NOTE_PAPER };

struct note {
	enum note_state state;
	enum note_hint hint;
	bool   focused, control, changed;
	enum note_target pressed;       // where the held left button went down
	int32_t x, y;                   // pointer
	char   name[NOTES_NAME_MAX + 1];
	struct secret secret, again;
	struct seal_key key;
	struct editor text;
	size_t sealed_size;             // 0: a new note
	uint8_t sealed[NOTES_SEALED_MAX];
	bool   saved;                   // the last one left as `sealed`
};

// From the list: a name and what was sealed, which `shared` holds as
// app/notes.h says, and may change at any time.  A failed call changes nothing.
enum err note_hand_over(struct note *n, const uint8_t *shared, uint64_t bytes);

// To the list, as NOTES_TAKE; OK: n->sealed has n->sealed_size bytes for it.
enum err note_take(const struct note *n);

// What the user does; coordinates count from the corner of the window.
void note_event(struct note *n, const struct input_event *ev);

// Does what takes long, after drawing.  True: something was to do.
bool note_step(struct note *n);

// Where things are.
struct rect note_place(enum note_target t);
struct rect note_field(void);

// What can be done now, and what the user reads.
bool note_enabled(const struct note *n, enum note_target t);
const char *note_heading(const struct note *n);
const char *note_sentence(const struct note *n);
const char *note_yes_text(const struct note *n);
