// SPDX-License-Identifier: MIT
// The note store's core: sealing, the text, and what leads to an open note.
// Long: a list of cases.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include <session/keys.h>
#include "apps/secure/notes/note_draw.h"

static struct note note;
static uint8_t handed[NOTES_SHARED];
static uint32_t pixels[NOTE_WIDTH * NOTE_HEIGHT];

static int
setup(void **state)
{
	(void)state;
	memset(&note, 0, sizeof note);
	memset(handed, 0, sizeof handed);
	return 0;
}

static void
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	struct input_event ev = { .type = (uint16_t)type, .code = code, .x = x, .y = y };

	note_event(&note, &ev);
}

static void
press(uint32_t code)
{
	event(INPUT_PRESS, code, 0, 0);
	event(INPUT_RELEASE, code, 0, 0);
}

static void
type(const char *s)
{
	for (; *s != '\0'; s++)
		event(INPUT_TEXT, (uint8_t)*s, 0, 0);
}

static void
click(enum note_target t)
{
	struct rect r = note_place(t);

	event(INPUT_PRESS, BTN_LEFT, r.x + 3, r.y + 3);
	event(INPUT_RELEASE, BTN_LEFT, r.x + 3, r.y + 3);
}

static bool
is_wiped(const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n > 0 && *b == 0)
		b++, n--;
	return n == 0;
}

static void
draw(void)
{
	const struct canvas c = { pixels, NOTE_WIDTH, NOTE_HEIGHT, NOTE_WIDTH };

	note_draw(&c, &note);
}

static void
new_note(const char *name, const char *text)
{
	memset(handed, 0, sizeof handed);
	memcpy(handed, name, strlen(name));
	event(INPUT_FOCUS, 0, 0, 0);
	assert_int_equal(note_hand_over(&note, handed, 0), OK);
	event(INPUT_FOCUS, 1, 0, 0);
	type("long enough");
	press(KEY_ENTER);
	assert_int_equal(note.state, NOTE_REPEAT);
	type("long enough");
	draw();
	press(KEY_ENTER);
	assert_int_equal(note.state, NOTE_WORKING);
	assert_true(note_step(&note));
	assert_int_equal(note.state, NOTE_OPEN);
	type(text);
	draw();
}

static void
save(void)
{
	click(NOTE_YES);
	assert_int_equal(note.state, NOTE_SAVING);
	assert_true(note_step(&note));
	assert_int_equal(note.state, NOTE_CLOSED);
	assert_int_equal(note_take(&note), OK);
}

// What the list does with it: everything that it has is what the core gave.
static void
hand_back(const char *name)
{
	memset(handed, 0, sizeof handed);
	memcpy(handed, name, strlen(name));
	memcpy(handed + NOTES_SEALED, note.sealed, note.sealed_size);
	assert_int_equal(note_hand_over(&note, handed, note.sealed_size), OK);
	assert_int_equal(note.state, NOTE_LOCKED);
	assert_int_equal(note.hint, HINT_NONE);         // what it said of the last one is over
}

static void
unlock(const char *passphrase)
{
	type(passphrase);
	press(KEY_ENTER);
	assert_true(note_step(&note));
}

static void
test_round(void **state)
{
	(void)state;
	assert_int_equal(note_take(&note), ERR_OP);
	new_note("garden", "tulips");
	assert_true(is_wiped(&note.secret, sizeof note.secret));
	assert_int_equal(note_hand_over(&note, handed, 0), ERR_BUSY);
	assert_int_equal(note_take(&note), ERR_BUSY);
	save();
	assert_int_equal(note.sealed_size, 6 + SEAL_OVERHEAD);
	assert_true(is_wiped(&note.text, sizeof note.text));
	assert_true(is_wiped(&note.key, sizeof note.key));
	hand_back("garden");
	unlock("long enough!");
	assert_int_equal(note.state, NOTE_LOCKED);
	assert_int_equal(note.hint, HINT_WRONG);
	assert_true(is_wiped(&note.text.text, sizeof note.text.text));
	unlock("long enough");
	assert_int_equal(note.state, NOTE_OPEN);
	assert_int_equal(note.text.length, 6);
	assert_memory_equal(note.text.text, "tulips", 6);
	click(NOTE_NO);
	assert_int_equal(note.state, NOTE_CLOSED);
	assert_int_equal(note_take(&note), ERR_REFUSED);
	assert_true(is_wiped(&note.text, sizeof note.text));
}

static void
test_altered(void **state)
{
	(void)state;
	new_note("garden", "tulips");
	save();
	for (unsigned byte = 8; byte < 6 + SEAL_OVERHEAD; byte += 11) {
		note.sealed[byte] ^= 1;
		hand_back("garden");
		unlock("long enough");
		assert_int_equal(note.hint, HINT_WRONG);
		press(KEY_ESC);
		assert_int_equal(note.state, NOTE_CLOSED);
		note.sealed[byte] ^= 1;
	}
	hand_back("gardens");           // under the name of another note
	unlock("long enough");
	assert_int_equal(note.hint, HINT_WRONG);
	press(KEY_ESC);
	note.sealed[0] ^= 1;
	hand_back("garden");
	unlock("long enough");
	assert_int_equal(note.state, NOTE_CLOSED);
	assert_int_equal(note.hint, HINT_BROKEN);
	assert_int_equal(note_take(&note), ERR_REFUSED);
}

static void
test_bad_hand_over(void **state)
{
	static const struct { const char name[NOTES_NAME_MAX + 1]; uint64_t bytes; } bad[] = {
		{ "", 0 }, { "a\tb", 0 }, { "caf\xc3\xa9", 0 }, { "a\0b", 0 }, { "a", 1 },
		{ "a", SEAL_OVERHEAD - 1 }, { "a", NOTES_SEALED_MAX + 1 }, { "a", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		memcpy(handed, bad[i].name, NOTES_NAME_MAX);
		assert_int_equal(note_hand_over(&note, handed, bad[i].bytes), ERR_ARG);
	}
	assert_int_equal(note.state, NOTE_CLOSED);
	memset(handed, 'x', NOTES_NAME_MAX);
	assert_int_equal(note_hand_over(&note, handed, NOTES_SEALED_MAX), OK);
	assert_int_equal(strlen(note.name), NOTES_NAME_MAX);
}

static void
test_passphrases(void **state)
{
	(void)state;
	handed[0] = 'a';
	assert_int_equal(note_hand_over(&note, handed, 0), OK);
	press(KEY_ENTER);
	assert_int_equal(note.state, NOTE_CHOOSE);
	type("short");
	press(KEY_ENTER);
	assert_int_equal(note.hint, HINT_SHORT);
	type("er no more");
	press(KEY_BACKSPACE);
	press(KEY_ENTER);
	assert_int_equal(note.state, NOTE_REPEAT);
	type("shorter no more");
	press(KEY_ENTER);
	assert_int_equal(note.hint, HINT_DIFFERENT);
	assert_int_equal(note.state, NOTE_CHOOSE);
	assert_true(is_wiped(&note.secret, sizeof note.secret));
	for (int i = 0; i < SECRET_MAX; i++)
		type("x");
	assert_int_equal(note.hint, HINT_NONE);
	type("x");
	assert_int_equal(note.hint, HINT_FULL);
	event(INPUT_REPEAT, KEY_ENTER, 0, 0);
	assert_int_equal(note.state, NOTE_CHOOSE);
}

// Characters that keys send besides are no text, and no reason to forget a hint.
static void
test_control_characters(void **state)
{
	static const uint32_t control[] = { 0, '\b', '\t', '\n', '\r', 0x1b, 0x1f, 0x7f };

	(void)state;
	new_note("garden", "");
	for (size_t i = 0; i < sizeof control / sizeof control[0]; i++)
		event(INPUT_TEXT, control[i], 0, 0);
	assert_int_equal(note.text.length, 0);
	assert_false(note.changed);
	press(KEY_ENTER);
	assert_int_equal(note.text.length, 1);
	assert_true(note.changed);
	save();
	hand_back("garden");
	unlock("wrong");
	assert_int_equal(note.hint, HINT_WRONG);
	for (size_t i = 0; i < sizeof control / sizeof control[0]; i++)
		event(INPUT_TEXT, control[i], 0, 0);
	assert_int_equal(note.hint, HINT_WRONG);
	assert_int_equal(note.secret.length, 0);
	type(" ");
	assert_int_equal(note.hint, HINT_NONE);
	assert_int_equal(note.secret.length, 1);
}

static void
cursor_at(const struct editor *e, uint32_t row, uint32_t column)
{
	uint32_t r, c;

	editor_cursor(e, &r, &c);
	assert_int_equal(r, row);
	assert_int_equal(c, column);
}

static void
test_editor(void **state)
{
	static const uint32_t bad[] = { 0, 9, 13, 27, 0x7f, 0xa0, 0xad, 0x301, 0x430, 0x200b,
		0x202e, 0x1f600, UTF8_BAD };
	static struct editor e;

	(void)state;
	assert_true(editor_open(&e, (const uint8_t *)"ab\nc\xc3\xa9" "d\n", 8));
	assert_int_equal(e.rows, 3);
	editor_key(&e, KEY_DOWN);
	editor_key(&e, KEY_END);
	cursor_at(&e, 1, 3);
	editor_key(&e, KEY_LEFT);
	editor_key(&e, KEY_BACKSPACE);
	assert_int_equal(e.length, 6);
	assert_memory_equal(e.text, "ab\ncd\n", 6);
	editor_key(&e, KEY_DELETE);
	editor_key(&e, KEY_DOWN);
	cursor_at(&e, 2, 0);
	editor_key(&e, KEY_DOWN);
	editor_key(&e, KEY_RIGHT);
	cursor_at(&e, 2, 0);
	editor_point(&e, 9, 0);
	cursor_at(&e, 0, 2);
	assert_true(editor_type(&e, 0xfc));
	assert_memory_equal(e.text, "ab\xc3\xbc\nc\n", 7);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(editor_type(&e, bad[i]));
	assert_false(editor_open(&e, (const uint8_t *)"a\tb", 3));
	assert_false(editor_open(&e, (const uint8_t *)"a\xc3", 2));
	for (int i = 0; i < EDITOR_MAX + 9; i++)
		editor_type(&e, i % 2 ? 'x' : '\n');
	assert_int_equal(e.length, EDITOR_MAX);
}

// Backspace takes the last character away, also the only one, whole.
static void
test_backspace(void **state)
{
	(void)state;
	handed[0] = 'a';
	assert_int_equal(note_hand_over(&note, handed, 0), OK);
	for (size_t n = 0; n <= 3; n++) {
		event(INPUT_TEXT, "a\xe9\xfc"[n % 3] & 0xff, 0, 0);
		press(KEY_BACKSPACE);
		assert_int_equal(note.secret.length, 0);
		assert_true(is_wiped(&note.secret, sizeof note.secret));
		press(KEY_BACKSPACE);
		assert_int_equal(note.secret.length, 0);
	}
}

// A release far away is none on the button, however far.
static void
test_far_away(void **state)
{
	const struct rect no = note_place(NOTE_NO);
	const int32_t far[] = { INT32_MAX, INT32_MIN, 65536 + no.x + 3, no.x + 3 - 65536 };

	(void)state;
	new_note("garden", "tulips");
	for (unsigned i = 0; i < sizeof far / sizeof far[0]; i++) {
		event(INPUT_PRESS, BTN_LEFT, no.x + 3, no.y + 3);
		event(INPUT_RELEASE, BTN_LEFT, far[i], no.y + 3);
		assert_int_equal(note.state, NOTE_OPEN);
		event(INPUT_PRESS, BTN_LEFT, no.x + 3, no.y + 3);
		event(INPUT_RELEASE, BTN_LEFT, no.x + 3, far[i]);
		event(INPUT_PRESS, BTN_LEFT, far[i], far[i]);
		event(INPUT_MOTION, 0, far[i], far[i]);
		draw();
		assert_int_equal(note.state, NOTE_OPEN);
	}
}

// What was deleted is gone.
static void
test_deleted(void **state)
{
	static struct editor e;

	(void)state;
	assert_true(editor_open(&e, (const uint8_t *)"tulips\nro\xc3\xa9s", 12));
	for (unsigned i = 0; i < 12; i++) {
		assert_true(is_wiped(e.text + e.length, EDITOR_MAX - e.length));
		editor_key(&e, i % 2 ? KEY_DELETE : KEY_BACKSPACE);
		if (i == 0)
			editor_point(&e, 3, 0);
	}
	assert_true(e.length < 12);
	assert_true(is_wiped(e.text + e.length, EDITOR_MAX - e.length));
}

// Anything a user does: the cursor stays inside, between characters, and is shown.
static void
test_any_keys(void **state)
{
	static const uint32_t keys[] = { KEY_LEFT, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_PAGEUP,
		KEY_PAGEDOWN, KEY_HOME, KEY_END, KEY_BACKSPACE, KEY_DELETE };
	static struct editor e;
	uint32_t row, column;

	(void)state;
	srand(7);
	assert_true(editor_open(&e, (const uint8_t *)"", 0));
	for (int i = 0; i < 20000; i++) {
		int n = rand() % 40;

		if (n < 10)
			editor_key(&e, keys[n]);
		else if (n < 12)
			editor_point(&e, rand() % 80 - 5, rand() % 30 - 5);
		else
			editor_type(&e, n < 15 ? '\n' : n < 20 ? ' ' : n < 25 ? 0xe9 : 'm');
		assert_true(e.cursor <= e.length);
		assert_true(e.cursor == e.length || (e.text[e.cursor] & 0xc0) != 0x80);
		editor_cursor(&e, &row, &column);
		assert_true(row >= e.top && row < e.top + EDITOR_ROWS && column <= EDITOR_COLUMNS);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_round, setup),
		cmocka_unit_test_setup(test_altered, setup),
		cmocka_unit_test_setup(test_bad_hand_over, setup),
		cmocka_unit_test_setup(test_passphrases, setup),
		cmocka_unit_test_setup(test_control_characters, setup),
		cmocka_unit_test(test_editor),
		cmocka_unit_test_setup(test_backspace, setup),
		cmocka_unit_test_setup(test_far_away, setup),
		cmocka_unit_test(test_deleted),
		cmocka_unit_test(test_any_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
