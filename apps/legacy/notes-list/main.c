// SPDX-License-Identifier: MIT
// The list of notes, after the split: it has names and sealed bytes, and asks the
// core to open one.
#include <string.h>
#include <core/drag.h>
#include <sys/startup.h>
#include "list.h"

static struct core_window window;
static struct core_drag drag;
static struct list list;
static const struct startup_use *use;

static struct notes_session
core(void)
{
	return (struct notes_session){ use->gate };
}

static uint8_t *
shared(void)
{
	return (uint8_t *)(uintptr_t)use->shared;
}

static void
open_note(void)
{
	const struct list_note *n = &list.note[list.selected];

	memset(shared(), 0, NOTES_SEALED);
	memcpy(shared(), n->name, strlen(n->name));
	memcpy(shared() + NOTES_SEALED, n->sealed, n->size);
	if (notes_open(core(), n->size) != OK)
		list_keep(&list, NULL, 0);
}

static void
take_note(void)
{
	uint64_t bytes;
	enum err e = notes_take(core(), &bytes);

	if (e != ERR_BUSY && list.busy)
		list_keep(&list, shared() + NOTES_SEALED, e == OK ? (uint32_t)bytes : 0);
}

int
main(void)
{
	use = startup_use("notes");
	if (use == NULL || use->shared_size < NOTES_SHARED)
		die("no notes session in the scenario, or too little shared memory in it");
	if (!list_init(&list))
		die("the scenario gives no fonts");
	core_open(&window, LIST_WIDTH, LIST_HEIGHT, "My notes");
	list_draw(&list, &window.canvas);
	core_show(&window, 40, 60);
	log_line("ready");
	for (;;) {
		struct reply r = sys_wait(DEADLINE_NONE);
		struct input_event ev;

		if (tag_kind(r.tag) == MSG_SIGNAL && r.label == use->label)
			take_note();
		else if (utcb()->mr[0] & GUI_SIGNAL_MODE)
			core_fit(&window);
		for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++)
			if (list_event(&list, &ev))
				open_note();
		list_draw(&list, &window.canvas);
		gui_refresh(window.gui, (struct rect){ 0, 0, LIST_WIDTH, LIST_HEIGHT });
	}
}
