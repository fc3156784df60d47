// SPDX-License-Identifier: MIT
// The trusted core: serves the notes session to its one client, the list, and
// shows the note that it hands over in a window of its own.
#include <string.h>
#include <core/drag.h>
#include <sys/serve.h>
#include "note_draw.h"

static struct core_window window;
static struct core_drag drag;
static struct note note;
static const struct startup_client *client;

static uint8_t *
shared(void)
{
	return (uint8_t *)(uintptr_t)client->shared;
}

static void
take_input(void)
{
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++)
		note_event(&note, &ev);
}

static enum err
take(uint64_t *bytes)
{
	enum err e = note_take(&note);

	if (e == OK) {
		memcpy(shared() + NOTES_SEALED, note.sealed, note.sealed_size);
		*bytes = note.sealed_size;
	}
	return e;
}

static tag_t
answer(const struct startup_client *c, tag_t t)
{
	uint64_t bytes = 0;
	enum err e = ERR_OP;
	const uint64_t size = utcb()->mr[0];

	(void)c;                // there is only one
	take_input();           // where the focus is now
	switch (tag_label(t)) {
	case NOTES_OPEN:
		if (tag_words(t) < 1)
			return tag(ERR_ARG, 0, 0);
		// while this window has the focus nothing comes in the place of a note that
		// the user was just busy with
		e = note.focused ? ERR_BUSY : note_hand_over(&note, shared(), size);
		if (e == OK)
			(void)!gui_stack(window.gui, CORE_VIEW, false);
		break;
	case NOTES_TAKE:
		e = take(&bytes);
		break;
	default:
		break;
	}
	utcb()->mr[0] = bytes;
	return tag(e, 1, 0);
}

static void
draw(void)
{
	note_draw(&window.canvas, &note);
	(void)!gui_refresh(window.gui, (struct rect){ 0, 0, NOTE_WIDTH, NOTE_HEIGHT });
}

// Draw what is, then do what takes long, until nothing is to do.
static void
work(bool was_open)
{
	static const char *const words[] = {
		[NOTE_CHOOSE] = "a new note", [NOTE_LOCKED] = "locked", [NOTE_OPEN] = "open",
		[NOTE_SAVING] = NULL,
	};
	static enum note_state said;

	bool worked;

	do {
		draw();
		worked = note_step(&note);
		if (worked && note.state == NOTE_LOCKED)
			log_line("wrong passphrase");
	} while (worked);
	if (note.state != said && words[note.state] != NULL)
		log_line(words[note.state]);
	said = note.state;
	if (note.state != NOTE_CLOSED || !was_open)
		return;
	log_line(note.saved ? "sealed" : "closed");
	(void)!sys_raise(client->signal, NOTES_SIGNAL);         // it may be gone
}

static void
hear(uint64_t label, uint64_t bits)
{
	if (label != window.label)
		return;
	if (bits & GUI_SIGNAL_MODE)
		core_fit(&window);
	take_input();
}

static uint64_t
settle(void)
{
	static bool open;

	work(open);
	open = note.state != NOTE_CLOSED;
	return DEADLINE_NONE;
}

int
main(void)
{
	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "notes") != 0 ||
	    startup_clients()->shared_size < NOTES_SHARED)
		die("the scenario must give one client, of type notes, with shared memory");
	client = startup_clients();
	core_open(&window, NOTE_WIDTH, NOTE_HEIGHT, "Note");
	draw();
	core_show(&window, (int32_t)window.screen.width - NOTE_WIDTH - 40, 200);
	log_line("ready");
	serve((struct handlers){ .call = answer, .signal = hear, .idle = settle, .words = 1 });
}
