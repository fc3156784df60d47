// SPDX-License-Identifier: MIT
// The note store before the split: list, passphrase, text and cryptography in one
// program.  It does the same for the user as `notes` and `notes-list` together,
// and whoever uses it relies on all of it.
#include <string.h>
#include <core/drag.h>
#include <sys/serve.h>
#include "apps/legacy/notes-list/list.h"
#include "apps/secure/notes/note_draw.h"

enum { WIDTH = LIST_WIDTH + NOTE_WIDTH, HEIGHT = NOTE_HEIGHT };

static struct core_window window;
static struct core_drag drag;
static struct list list;
static struct note note;

static void
open_note(void)
{
	const struct list_note *n = &list.note[list.selected];
	uint8_t handed[NOTES_SHARED] = { 0 };

	memcpy(handed, n->name, strlen(n->name));
	memcpy(handed + NOTES_SEALED, n->sealed, n->size);
	if (note_hand_over(&note, handed, n->size) != OK)
		list_keep(&list, NULL, 0);
}

static void
handle(struct input_event *ev)
{
	if (ev->type == INPUT_FOCUS || ev->x < LIST_WIDTH || note.state == NOTE_CLOSED)
		if (!list.busy || ev->type == INPUT_FOCUS)
			if (list_event(&list, ev))
				open_note();
	ev->x -= LIST_WIDTH;
	if (ev->type == INPUT_FOCUS || list.busy)
		note_event(&note, ev);
}

static void
draw(void)
{
	const struct canvas *c = &window.canvas;
	const struct canvas left = draw_part(c, (struct rect){ 0, 0, LIST_WIDTH, HEIGHT });
	const struct rect at = { LIST_WIDTH, 0, NOTE_WIDTH, HEIGHT };
	const struct canvas right = draw_part(c, at);

	list_draw(&list, &left);
	note_draw(&right, &note);
	gui_refresh(window.gui, (struct rect){ 0, 0, WIDTH, HEIGHT });
}

static void
work(void)
{
	static enum note_state said;

	do
		draw();
	while (note_step(&note));
	if (note.state == NOTE_OPEN && said != NOTE_OPEN)
		log_line("open");
	said = note.state;
	if (!list.busy || note.state != NOTE_CLOSED)
		return;
	list_keep(&list, note.sealed, note.saved ? (uint32_t)note.sealed_size : 0);
	draw();
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)label;
	if (bits & GUI_SIGNAL_MODE)
		core_fit(&window);
}

static uint64_t
settle(void)
{
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++)
		handle(&ev);
	work();
	return DEADLINE_NONE;
}

int
main(void)
{
	if (!list_init(&list))
		die("the scenario gives no fonts");
	core_open(&window, WIDTH, HEIGHT, "My notes");
	draw();
	core_show(&window, 50, 100);
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = settle });
}
