// SPDX-License-Identifier: MIT
// The legacy mail program's policy: header fields, encoded words, line ends,
// wrapping, clicks and keys; nothing of it minds hostile messages.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <draw/theme.h>
#include <session/keys.h>
#include <session/sign.h>
#include "apps/legacy/mail/refusal.h"
#include "apps/legacy/mail/ui.h"
#include "apps/legacy/mail/word.h"

static struct draft draft;
static struct ui ui;

static void
open_text(const char *text)
{
	draft_open(&draft, "a.eml", text, strlen(text));
}

static void
test_fields(void **state)
{
	(void)state;
	open_text("From: A\r\nSUBJECT:one\r\n  two\r\n\tthree \r\nX-To: no\r\nto :x\r\n"
	          "To: B\r\nTo: C\r\nDate: Tue, 3 Mar 2026 09:14:22 +0100\r\n\r\nFrom: body");
	assert_string_equal(draft.from, "A");
	assert_string_equal(draft.subject, "one two three");
	assert_string_equal(draft.to, "B");
	assert_string_equal(draft.date, "Tue, 3 Mar 2026 09:14:22 +0100");
	assert_string_equal(draft.bytes + draft.body, "From: body");
	open_text("from:x\n\nbody\n");
	assert_string_equal(draft.from, "x");
	assert_string_equal(draft.bytes + draft.body, "body\n");
	open_text(" folded before any field\r\nSubject");
	assert_string_equal(draft.subject, "");
	assert_int_equal(draft.body, draft.size);
	open_text("");
	assert_int_equal(draft.body, 0);
	open_text("Subject: a\x01\x1b\x7f" "b\r\n\r\n");
	assert_string_equal(draft.subject, "a b");
}

static void
test_long_field_is_cut(void **state)
{
	char text[1000] = "Subject: ";
	(void)state;

	memset(text + 9, 'x', 900);
	open_text(text);
	assert_int_equal(strlen(draft.subject), DRAFT_FIELD - 1);
}

typedef const char *part_of(const char *field, size_t *len);

static void
check_part(part_of *part, const char *field, const char *expected)
{
	size_t len = 0;
	const char *s = part(field, &len);

	assert_int_equal(len, strlen(expected));
	assert_memory_equal(s, expected, len);
}

static void
test_person_and_day(void **state)
{
	(void)state;
	check_part(draft_person, "A B <a@b>", "A B");
	check_part(draft_person, "\"A, B\" <a@b>", "A, B");
	check_part(draft_person, "<a@b>", "<a@b>");
	check_part(draft_person, "a@b", "a@b");
	check_part(draft_person, "", "");
	check_part(draft_person, "\"\"<", "");
	check_part(draft_day, "Tue, 3 Mar 2026 09:14:22 +0100", "3 Mar 2026 09:14");
	check_part(draft_day, "3 Mar 2026", "3 Mar 2026");
	check_part(draft_day, ",", "");
}

static void
test_words(void **state)
{
	static const struct { const char *in, *out; } word[] = {
		{ "=?utf-8?Q?J=C3=BCrgen_M?= <j@x>", "Jürgen M <j@x>" },
		{ "=?UTF-8?b?R3LDvMOfZQ==?=", "Grüße" },
		{ "=?utf-8?Q?a?= =?utf-8?Q?b?= c", "ab c" },
		{ "a =?us-ascii?q?b?=", "a b" },
		{ "=?iso-8859-1?Q?=FC?=", "=?iso-8859-1?Q?=FC?=" },
		{ "=?utf-8?Q?=?=", "=?utf-8?Q?=?=" },
		{ "=?utf-8?Q?=0?=", "=?utf-8?Q?=0?=" },
		{ "=?utf-8?Q?=zz?=", "=?utf-8?Q?=zz?=" },
		{ "=?utf-8?B?@@?=", "=?utf-8?B?@@?=" },
		{ "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
		{ "=?utf-8?Q?a", "=?utf-8?Q?a" },
		{ "=?utf-8", "=?utf-8" }, { "=?", "=?" }, { "=", "=" }, { "", "" },
		{ "=?utf-8?Q?=00=1B?=", "  " },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		char *field = strdup(word[i].in);       // ASan watches its end

		word_decode(field);
		assert_string_equal(field, word[i].out);
		free(field);
	}
}

static void
wire(const char *in, const char *out)
{
	size_t len = strlen(out);
	char *room = malloc(len + 1);

	open_text(in);
	assert_int_equal(draft_wire(&draft, room, len), len);
	assert_memory_equal(room, out, len);
	if (len > 0)
		assert_int_equal(draft_wire(&draft, room, len - 1), 0);
	free(room);
}

static void
test_wire(void **state)
{
	(void)state;
	wire("a: b\n\nc\n", "a: b\r\n\r\nc\r\n");
	wire("a\nb", "a\r\nb");
	wire("a: b\r\n\r\nc\r\n", "a: b\r\n\r\nc\r\n");
	wire("a\r\nb\nc\r\n", "a\r\nb\nc\r\n");         // mixed: exactly as it is
	wire("a\rb\n", "a\rb\n");
	wire("a", "a");
	wire("", "");
}

static void
out_name(const char *name, const char *expected)
{
	char out[DRAFT_OUT_NAME];

	draft_open(&draft, name, "", 0);
	draft_out_name(&draft, out);
	assert_string_equal(out, expected);
}

static void
test_out_name(void **state)
{
	(void)state;
	out_name("order.eml", "order-signed.eml");
	out_name("order", "order-signed.eml");
	out_name("../x y\xc3\xbc.eml", "-.-x-y---signed.eml");
	out_name(".eml", "-eml-signed.eml");
	out_name("", "-signed.eml");
	out_name("0123456789012345678901234567890123456789",
	         "0123456789012345678901234567890-signed.eml");
}

static void
test_wrap(void **state)
{
	static struct preview p;
	static const char text[] = "one two three\r\n\r\nabcdefghijkl\n\ta\nend";
	static const char *const row[] = {
		"one two ", "three", "", "abcdefghij", "kl", "\ta", "end",
	};
	(void)state;

	preview_wrap(&p, text, sizeof(text) - 1, 10);
	assert_int_equal(p.rows, sizeof(row) / sizeof(row[0]));
	for (uint32_t i = 0; i < p.rows; i++) {
		assert_int_equal(preview_row_len(&p, i), strlen(row[i]));
		assert_memory_equal(text + p.row[i], row[i], strlen(row[i]));
	}
	preview_wrap(&p, "", 0, 10);
	assert_int_equal(p.rows, 0);
	preview_wrap(&p, "a", 1, 0);
	assert_int_equal(p.rows, 1);
}

static void
test_wrap_is_bounded(void **state)
{
	static struct preview p;
	size_t len = 3 * PREVIEW_ROWS;
	char *text = malloc(len);
	(void)state;

	memset(text, '\n', len);
	preview_wrap(&p, text, len, 78);
	assert_int_equal(p.rows, PREVIEW_ROWS);
	assert_int_equal(preview_row_len(&p, p.rows - 1), 0);
	free(text);
}

static void
test_refusals(void **state)
{
	(void)state;
	for (uint64_t i = SIGN_REFUSED_BY_USER; i < SIGN_REFUSALS; i++) {
		assert_string_not_equal(refusal_text(i), refusal_text(SIGN_REFUSALS));
		for (uint64_t k = SIGN_REFUSED_BY_USER; k < i; k++)
			assert_string_not_equal(refusal_text(i), refusal_text(k));
	}
	assert_string_equal(refusal_text(SIGN_OK), refusal_text(SIGN_REFUSALS));
	assert_string_equal(refusal_text(~0ull), refusal_text(SIGN_REFUSALS));
}

static void
test_text(void **state)
{
	struct text t = { 0 };
	(void)state;

	text_number(&t, 0);
	text_add(&t, " ");
	text_number(&t, UINT64_MAX);
	assert_string_equal(t.s, "0 18446744073709551615");
	for (int i = 0; i < 100; i++)
		text_add(&t, "abcdefg");
	assert_int_equal(strlen(t.s), TEXT_MAX - 1);
}

enum { MANY = 20 };
static struct draft drafts[MANY];
static char body[MANY][2000];

static void
fill(uint32_t count)
{
	for (uint32_t i = 0; i < MANY; i++) {
		memset(body[i], '\n', sizeof(body[i]));
		memcpy(body[i], "From: x\nSubject: y\n\nz", 21);
		draft_open(&drafts[i], "n", body[i], i % 2 ? sizeof(body[i]) : 22);
	}
	ui_init(&ui, drafts, count);
}

static enum ui_action
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	return ui_event(&ui, &(struct input_event){ .type = (uint16_t)type, .code = code,
	                                            .x = x, .y = y });
}

static enum ui_action
key(uint32_t code)
{
	return event(INPUT_PRESS, code, ui.x, ui.y);
}

static enum ui_action
let_go(void)
{
	return event(INPUT_RELEASE, BTN_LEFT, ui.x, ui.y);
}

static void
test_keys(void **state)
{
	(void)state;
	ui = (struct ui){ 0 };
	fill(MANY);
	assert_int_equal(key(KEY_UP), UI_NOTHING);
	assert_int_equal(ui.selected, 0);
	for (int i = 0; i < 30; i++)
		event(INPUT_REPEAT, KEY_DOWN, 0, 0);
	assert_int_equal(ui.selected, MANY - 1);
	assert_int_equal(ui.first, MANY - UI_LIST_ROWS);
	key(KEY_END);
	assert_int_equal(ui.top, ui.preview.rows - UI_PREVIEW_ROWS);
	key(KEY_PAGEUP);
	assert_int_equal(ui.top, ui.preview.rows - 2 * UI_PREVIEW_ROWS);
	key(KEY_HOME);
	assert_int_equal(ui.top, 0);
	assert_int_equal(key(KEY_S), UI_SIGN);
	assert_int_equal(key(KEY_ENTER), UI_SIGN);
	assert_int_equal(event(INPUT_REPEAT, KEY_S, 0, 0), UI_NOTHING);
	assert_int_equal(key(KEY_ESC), UI_NOTHING);
	ui.waiting = true;
	assert_int_equal(key(KEY_S), UI_NOTHING);
	assert_int_equal(key(KEY_ESC), UI_WITHDRAW);
}

static void
test_mouse(void **state)
{
	struct rect b = ui_button(), l = ui_list();
	(void)state;

	ui = (struct ui){ 0 };
	fill(MANY);
	event(INPUT_MOTION, 0, l.x + 5, l.y + 3 * UI_ROW + 1);
	key(BTN_LEFT);
	let_go();
	assert_int_equal(ui.selected, 3);
	event(INPUT_WHEEL, 0, 0, 2);
	assert_int_equal(ui.first, 2);
	// the button counts when it is released where it was pressed
	event(INPUT_MOTION, 0, b.x + 5, b.y + 5);
	assert_int_equal(key(BTN_LEFT), UI_NOTHING);
	assert_int_equal(let_go(), UI_SIGN);
	assert_int_equal(let_go(), UI_NOTHING);
	key(BTN_LEFT);
	event(INPUT_MOTION, 0, 0, 0);
	assert_int_equal(let_go(), UI_NOTHING);
	key(BTN_LEFT);                                  // the title bar
	event(INPUT_MOTION, 0, b.x + 5, b.y + 5);
	assert_int_equal(let_go(), UI_NOTHING);
	event(INPUT_MOTION, 0, 30, 10);
	key(BTN_LEFT);
	assert_int_equal(event(INPUT_MOTION, 0, 37, 8), UI_MOVE);
	assert_int_equal(ui.move_x, 7);
	assert_int_equal(ui.move_y, -2);
	let_go();
	// a press says where it is: motion before it went to somebody else
	event(INPUT_PRESS, BTN_LEFT, l.x + 5, l.y + 1 * UI_ROW + 1);
	event(INPUT_RELEASE, BTN_LEFT, l.x + 5, l.y);
	assert_int_equal(ui.selected, ui.first + 1);
}

static void
test_no_drafts(void **state)
{
	(void)state;
	ui = (struct ui){ 0 };
	fill(0);
	for (uint32_t k = 0; k < KEY_COUNT; k++) {
		event(INPUT_MOTION, 0, (int32_t)k * 2, (int32_t)k * 2);
		assert_int_equal(key(k), UI_NOTHING);
		assert_int_equal(let_go(), UI_NOTHING);
	}
}

static uint32_t seed = 5;

static uint32_t
any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static int32_t
coordinate(void)
{
	static const int32_t edge[] = { INT32_MIN, INT32_MAX, INT32_MIN / 2, -1, 0 };

	return any() % 10 ? (int32_t)(any() % 700) : edge[any() % 5];
}

// Any events over any messages: selection and scrolling stay in range, drawing
// stays inside a canvas of exactly the window's size.
static void
test_random(void **state)
{
	static const uint32_t codes[] = {
		BTN_LEFT, BTN_LEFT, KEY_UP, KEY_DOWN, KEY_PAGEUP, KEY_PAGEDOWN, KEY_END, KEY_S, KEY_ESC,
	};
	struct canvas c = { malloc(4 * UI_WIDTH * UI_HEIGHT), UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	(void)state;

	for (int round = 0; round < 60; round++) {
		uint32_t count = any() % (MANY + 1);

		ui = (struct ui){ 0 };
		fill(count);
		for (uint32_t i = 0; i < MANY; i++) {
			for (size_t k = 0; k < sizeof(body[i]); k++) {
				static const char likely[] = "\r\n\n :=?\tToSubject<,\"\xe2\x82\xac\0";

				body[i][k] = any() % 2 ? (char)any() : likely[any() % sizeof(likely)];
			}
			draft_open(&drafts[i], body[i], body[i], any() % sizeof(body[i]));
		}
		ui_init(&ui, drafts, count);
		for (int i = 0; i < 500; i++) {
			struct rect changed;
			enum ui_action a = event((enum input_type)(any() % (INPUT_TYPES + 1)),
			                         codes[any() % 9], coordinate(), coordinate());

			assert_true(a != UI_SIGN || (count > 0 && !ui.waiting));
			assert_true(a != UI_WITHDRAW || ui.waiting);
			if (a == UI_SIGN || a == UI_WITHDRAW)
				ui.waiting = a == UI_SIGN;
			assert_true(count == 0 || ui.selected < count);
			assert_true(ui.first == 0 || ui.first + UI_LIST_ROWS <= count);
			assert_true(ui.top == 0 || ui.top + UI_PREVIEW_ROWS <= ui.preview.rows);
			if (i % 20 == 0) {
				ui_draw(&ui, &c, &changed);
				assert_true(changed.x >= 0 && changed.y >= 0 &&
				            changed.x + changed.w <= UI_WIDTH &&
				            changed.y + changed.h <= UI_HEIGHT);
			}
		}
	}
	free(c.px);
}

// What is not declared changed does not change.
static void
test_changed_area(void **state)
{
	size_t bytes = 4 * UI_WIDTH * UI_HEIGHT;
	struct canvas c = { malloc(bytes), UI_WIDTH, UI_HEIGHT, UI_WIDTH };
	uint32_t *before = malloc(bytes);
	struct rect changed;
	struct text t = { 0 };
	(void)state;

	ui = (struct ui){ 0 };
	fill(MANY);
	ui_draw(&ui, &c, &changed);
	assert_int_equal(changed.w, UI_WIDTH);
	assert_int_equal(c.px[0], THEME_EDGE);
	for (int i = 0; i < 40; i++) {
		memcpy(before, c.px, bytes);
		text_add(&t, "x");
		if (i % 3 == 0)
			ui_status(&ui, (enum ui_mood)(i % 4), &t);
		key(i % 2 ? KEY_PAGEDOWN : KEY_DOWN);
		ui_draw(&ui, &c, &changed);
		for (int y = 0; y < UI_HEIGHT; y++)
			for (int x = 0; x < UI_WIDTH; x++)
				if (!rect_has(changed, x, y))
					assert_int_equal(c.px[y * UI_WIDTH + x], before[y * UI_WIDTH + x]);
		if (i % 2 == 0 && i < 30)     // another draft is selected
			assert_memory_not_equal(before, c.px, bytes);
		int row = ui_list().y + (int)(ui.selected - ui.first) * UI_ROW;
		assert_int_equal(c.px[(row + 5) * UI_WIDTH + ui_list().x + 2], THEME_ACCENT);
	}
	free(before);
	free(c.px);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_long_field_is_cut),
		cmocka_unit_test(test_person_and_day),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_out_name),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_wrap_is_bounded),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_no_drafts),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_changed_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
