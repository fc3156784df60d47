// SPDX-License-Identifier: MIT
// Names of files have '_' where those of notes have a space.
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <session/keys.h>
#include <sys/startup_memory.h>
#include "apps/legacy/mail/uart.h"
#include "apps/legacy/viewer/typeface.h"
#include "list.h"

static const char prefix[] = "notes/", ending[] = ".note";

static void
load(struct list *l, const struct startup_memory *m)
{
	struct list_note *n = &l->note[l->count];
	const char *name = m->name + sizeof prefix - 1, *dot = strstr(name, ending);
	size_t length = dot != NULL ? (size_t)(dot - name) : 0;

	if (length == 0 || length > NOTES_NAME_MAX || m->size > sizeof n->sealed || m->size == 0)
		return;
	for (size_t i = 0; i < length; i++)
		n->name[i] = name[i] == '_' ? ' ' : name[i];
	memcpy(n->sealed, (const void *)(uintptr_t)m->addr, m->size);
	n->size = (uint32_t)m->size;
	l->count++;
}

bool
list_init(struct list *l)
{
	const struct startup_memory *m = startup_memories();

	uart_init();
	for (uint32_t i = 0; i < startup()->memory_count && l->count < LIST_NOTES; i++)
		if (m[i].kind == MEMORY_ROM &&
		    strncmp(m[i].name, prefix, sizeof prefix - 1) == 0)
			load(l, &m[i]);
	snprintf(l->status, sizeof l->status, "Click a note, or type the name of a new one.");
	return typeface_open();
}

static bool
choose(struct list *l, unsigned i)
{
	if (l->busy)
		return false;
	l->selected = i;
	l->busy = true;
	snprintf(l->status, sizeof l->status, "The note is in the other window.");
	return true;
}

// A note that exists, or room for one that becomes a note when it is kept.
static bool
choose_name(struct list *l)
{
	for (unsigned i = 0; i < l->count; i++)
		if (strcmp(l->note[i].name, l->typed) == 0)
			return choose(l, i);
	if (l->count == LIST_NOTES || l->length == 0) {
		snprintf(l->status, sizeof l->status, l->length > 0 ? "The list is full." :
		         "A note needs a name.");
		return false;
	}
	if (!choose(l, l->count))
		return false;
	l->note[l->count] = (struct list_note){ 0 };
	memcpy(l->note[l->count].name, l->typed, sizeof l->typed);
	return true;
}

bool
list_event(struct list *l, const struct input_event *ev)
{
	if (ev->type == INPUT_FOCUS)
		l->focused = ev->code == 1;
	if (ev->type == INPUT_TEXT && l->length < NOTES_NAME_MAX &&
	    (ev->code == ' ' || ev->code == '-' || (ev->code < 0x80 && isalnum((int)ev->code))))
		l->typed[l->length++] = (char)ev->code;
	if (ev->type != INPUT_PRESS)
		return false;
	if (ev->code == KEY_BACKSPACE && l->length > 0)
		l->typed[--l->length] = '\0';
	if (ev->code == KEY_ENTER)
		return choose_name(l);
	if (ev->code == BTN_LEFT && ev->y >= 80) {
		unsigned row = (unsigned)(ev->y - 80) / LIST_ROW;

		return row < l->count && choose(l, row);
	}
	return false;
}

// A copy of the sealed bytes leaves the machine: tools/outbox saves it.
static void
send(const struct list_note *n)
{
	char head[64], name[NOTES_NAME_MAX + 1];

	for (size_t i = 0; i < sizeof name; i++)
		name[i] = n->name[i] == ' ' ? '_' : n->name[i];
	snprintf(head, sizeof head, "message %s%s %u\n", name, ending, n->size);
	if (!uart_write(head, strlen(head)) || !uart_write(n->sealed, n->size) ||
	    !uart_write("\n", 1))
		log_line("the serial port does not take the note");
}

void
list_keep(struct list *l, const uint8_t *sealed, uint32_t size)
{
	struct list_note *n = &l->note[l->selected];
	char line[80];

	l->busy = false;
	if (size == 0 || size > sizeof n->sealed) {
		snprintf(l->status, sizeof l->status, "Closed; nothing new to keep.");
		log_line("closed");
		return;
	}
	memcpy(n->sealed, sealed, size);
	n->size = size;
	if (l->selected == l->count)
		l->count++;
	memset(l->typed, 0, sizeof l->typed);
	l->length = 0;
	send(n);
	snprintf(l->status, sizeof l->status, "Kept, sealed: %u bytes.", size);
	snprintf(line, sizeof line, "kept %s %u", n->name, size);
	log_line(line);
}
