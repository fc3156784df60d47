// SPDX-License-Identifier: MIT
// The list of notes: names and sealed bytes, what the user does with them, and how
// it looks.  Not trusted: it knows neither passphrase nor text of any note.
#pragma once

#include <app/notes.h>
#include <draw/draw.h>
#include <session/input.h>

enum {
	LIST_WIDTH = 380, LIST_HEIGHT = 480, LIST_ROW = 34, LIST_NOTES = 10,
};

struct list_note {
	char name[NOTES_NAME_MAX + 1];
	uint32_t size;
	uint8_t sealed[NOTES_SEALED_MAX];
};

struct list {
	struct list_note note[LIST_NOTES];
	unsigned count, selected;
	char     typed[NOTES_NAME_MAX + 1];     // name of a new note
	unsigned length;
	bool     focused, busy;                 // busy: the selected one is open
	char     status[80];
};

// From the boot modules notes/*, and fonts; false: there are no fonts.
bool list_init(struct list *l);

// True: the selected note is to be opened; a new one has size 0.
bool list_event(struct list *l, const struct input_event *ev);

// The open note is closed; size 0: nothing new is to be kept.
void list_keep(struct list *l, const uint8_t *sealed, uint32_t size);

void list_draw(const struct list *l, const struct canvas *c);
