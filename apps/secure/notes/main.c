// SPDX-License-Identifier: MIT
// The trusted core: serves the notes session to its one client, the list, and
// shows the note that it hands over in a window of its own.
#include <string.h>
#include <core/drag.h>
#include <sys/startup.h>
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

static enum err
serve(tag_t t, uint64_t *bytes)
{
	enum err e;

	*bytes = 0;
	switch (tag_label(t)) {
	case NOTES_OPEN:
		if (tag_words(t) < 1)
			return ERR_ARG;
		e = note_hand_over(&note, shared(), utcb()->mr[0]);
		if (e == OK)
			(void)!gui_stack(window.gui, CORE_VIEW, false);
		return e;
	case NOTES_TAKE:
		return take(bytes);
	default:
		return ERR_OP;
	}
}

static void
draw(void)
{
	note_draw(&window.canvas, &note);
	(void)!gui_refresh(window.gui, (struct rect){ 0, 0, NOTE_WIDTH, NOTE_HEIGHT });
}

// Draw what is, then do what takes long, until nothing is to do.
static void
settle(bool was_open)
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
handle_signal(uint64_t bits)
{
	struct input_event ev;

	if (bits & GUI_SIGNAL_MODE)
		core_fit(&window);
	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++)
		note_event(&note, &ev);
}

int
main(void)
{
	bool reply = false;
	enum err answer = OK;
	uint64_t bytes = 0;

	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "notes") != 0 ||
	    startup_clients()->shared_size < NOTES_SHARED)
		die("the scenario must give one client, of type notes, with shared memory");
	client = startup_clients();
	core_open(&window, NOTE_WIDTH, NOTE_HEIGHT, "Note");
	draw();
	core_show(&window, (int32_t)window.screen.width - NOTE_WIDTH - 40, 200);
	log_line("ready");
	for (;;) {
		bool open = note.state != NOTE_CLOSED;
		struct reply r;

		utcb()->mr[0] = bytes;
		r = reply ? sys_reply_and_wait(tag(answer, 1, 0), DEADLINE_NONE)
		          : sys_wait(DEADLINE_NONE);
		reply = tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IPC;
		if (reply)
			answer = serve(r.tag, &bytes);
		else if (tag_kind(r.tag) == MSG_SIGNAL && r.label == window.label)
			handle_signal(utcb()->mr[0]);
		settle(open);
	}
}
