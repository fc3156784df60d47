// SPDX-License-Identifier: MIT
// The list of notes, after the split: it has names and sealed bytes, and asks the
// core to open one.
#include <string.h>
#include <core/drag.h>
#include <sys/serve.h>
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

static void
hear(uint64_t label, uint64_t bits)
{
	if (label == use->label)
		take_note();
	else if (bits & GUI_SIGNAL_MODE)
		core_fit(&window);
}

static uint64_t
settle(void)
{
	struct input_event ev;

	for (unsigned i = 0; i < INPUT_SLOTS && core_event(&window, &drag, &ev); i++)
		if (list_event(&list, &ev))
			open_note();
	list_draw(&list, &window.canvas);
	gui_refresh(window.gui, (struct rect){ 0, 0, LIST_WIDTH, LIST_HEIGHT });
	return DEADLINE_NONE;
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
	list_draw(&list, &window.canvas);       // what shows at once
	core_show(&window, 40, 60);
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = settle });
}
