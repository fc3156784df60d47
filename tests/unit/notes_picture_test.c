// SPDX-License-Identifier: MIT
// The note's window in each of its states, pixel by pixel (picture.h).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <session/keys.h>
#include "apps/secure/notes/note_draw.h"
#include "tests/unit/picture.h"

static struct note note;
static uint32_t pixels[NOTE_WIDTH * NOTE_HEIGHT];

static void
look(const char *name)
{
	const struct canvas c = { pixels, NOTE_WIDTH, NOTE_HEIGHT, NOTE_WIDTH };

	note_draw(&c, &note);
	picture_check(&c, name);
}

static void
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	note_event(&note, &(struct input_event){ (uint16_t)type, 0, code, x, y });
}

static int
setup(void **state)
{
	(void)state;
	memset(&note, 0, sizeof note);
	strcpy(note.name, "garden");
	assert_true(editor_open(&note.text, (const uint8_t *)"", 0));
	event(INPUT_FOCUS, 1, 0, 0);
	return 0;
}

static void
test_passphrases(void **state)
{
	char name[32];

	(void)state;
	for (note.state = NOTE_CLOSED; note.state <= NOTE_SAVING; note.state++) {
		snprintf(name, sizeof name, "note-state-%d", (int)note.state);
		look(name);
	}
	for (note.hint = HINT_SAVED; note.hint <= HINT_TROUBLE; note.hint++) {
		bool closed = note.hint <= HINT_LEFT || note.hint == HINT_BROKEN;

		note.state = closed ? NOTE_CLOSED : NOTE_LOCKED;
		snprintf(name, sizeof name, "note-hint-%d", (int)note.hint);
		look(name);
	}
	note.state = NOTE_LOCKED;
	note.hint = HINT_NONE;
	event(INPUT_TEXT, 'a', 0, 0);
	event(INPUT_TEXT, 0x20ac, 0, 0);        // three bytes, one dot
	look("note-two-dots");
	note.state = NOTE_REPEAT;               // the other secret
	look("note-repeat");
	event(INPUT_TEXT, 'a', 0, 0);
	look("note-repeat-dot");
	note.state = NOTE_LOCKED;
	event(INPUT_FOCUS, 0, 0, 0);
	look("note-no-focus");
	for (int i = 0; i < SECRET_MAX; i++)
		event(INPUT_TEXT, 'a', 0, 0);
	look("note-dots");
}

static void
test_buttons(void **state)
{
	(void)state;
	note.state = NOTE_OPEN;
	for (enum note_target t = NOTE_NO; t <= NOTE_YES; t++) {
		struct rect r = note_place(t);

		event(INPUT_PRESS, BTN_LEFT, r.x, r.y);
		look(t == NOTE_NO ? "note-close-held" : "note-save-held");
		event(INPUT_MOTION, 0, r.x - 1, r.y);
		look(t == NOTE_NO ? "note-close-left" : "note-save-left");
		event(INPUT_RELEASE, BTN_LEFT, r.x - 1, r.y);
	}
}

static void
test_text(void **state)
{
	(void)state;
	note.state = NOTE_OPEN;
	assert_true(editor_open(&note.text, (const uint8_t *)"tulips\nro\xc3\xa9s\n", 13));
	look("note-text");
	event(INPUT_PRESS, KEY_RIGHT, 0, 0);
	event(INPUT_PRESS, KEY_DOWN, 0, 0);
	look("note-cursor");
	event(INPUT_TEXT, 'x', 0, 0);
	look("note-changed");
	event(INPUT_FOCUS, 0, 0, 0);
	look("note-text-no-focus");
	event(INPUT_FOCUS, 1, 0, 0);
	for (int i = 0; i < 3 * EDITOR_ROWS * EDITOR_COLUMNS; i++)
		editor_type(&note.text, i % 7 == 0 ? ' ' : 'm');
	look("note-end");
	event(INPUT_PRESS, KEY_PAGEUP, 0, 0);
	event(INPUT_PRESS, KEY_PAGEUP, 0, 0);
	look("note-scrolled");
	note.state = NOTE_SAVING;
	look("note-saving");
}

static int
begin(void **state)
{
	(void)state;
	picture_begin("tests/unit/notes_pictures.txt");
	return 0;
}

static void
test_all_compared(void **state)
{
	(void)state;
	picture_end();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_passphrases, setup),
		cmocka_unit_test_setup(test_buttons, setup),
		cmocka_unit_test_setup(test_text, setup),
		cmocka_unit_test(test_all_compared),
	};

	return cmocka_run_group_tests_name("notes_picture", tests, begin, NULL);
}
