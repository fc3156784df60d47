// SPDX-License-Identifier: MIT
// The viewer's layout and window, with a font whose characters are all 8 pixels
// wide: nothing leaves the page, nothing is lost, clicks find their links.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <draw/font.h>
#include <draw/theme.h>
#include <session/keys.h>
#include "apps/legacy/viewer/markdown.h"
#include "apps/legacy/viewer/ui.h"

enum { CHARACTER = 8 };

static int32_t
width(void *self, struct font_id font, const char *text, size_t n)
{
	int32_t w = 0;

	(void)self, (void)font;
	for (size_t at = 0; at < n; w += CHARACTER)
		utf8_next(text, n, &at);
	return w;
}

// "p" is a picture of 500 x 100; there is no other.
static bool
picture(void *self, const char *name, size_t n, int32_t *w, int32_t *h)
{
	(void)self;
	if (n != 1 || *name != 'p')
		return false;
	*h = *w < 500 ? 100 * *w / 500 : 100;
	*w = *w < 500 ? *w : 500;
	return true;
}

static const struct metrics metrics = { width, picture, NULL };

static struct document doc;
static struct layout page;

static void
lay(const char *text, size_t n, int32_t w)
{
	document_fini(&doc);
	document_init(&doc);
	assert_true(markdown_parse(&doc, text, n));
	layout_make(&page, &doc, &metrics, w);
	assert_false(page.failed);
}

static const struct piece *
text_piece(uint32_t number)
{
	for (uint32_t i = 0; i < page.pieces; i++)
		if (page.piece[i].kind == PIECE_TEXT && number-- == 0)
			return &page.piece[i];
	return NULL;
}

static void
expect(uint32_t number, const char *text, int32_t x, int32_t y)
{
	const struct piece *p = text_piece(number);

	assert_non_null(p);
	assert_int_equal(p->length, strlen(text));
	assert_memory_equal(p->text, text, p->length);
	assert_int_equal(p->x, x);
	assert_int_equal(p->y, y);
}

static void
test_wrap(void **state)
{
	enum { W = 2 * LAYOUT_MARGIN + 20 * CHARACTER, TOP = LAYOUT_MARGIN, LINE = 22 };
	static const char text[] = "aaaa bbbb cccc dddd eeee *ff* gggg\n\n"
		"0123456789012345678901234567890123456789x z";

	(void)state;
	lay(text, strlen(text), W);
	expect(0, "aaaa bbbb cccc dddd", LAYOUT_MARGIN, TOP);
	expect(1, "eeee", LAYOUT_MARGIN, TOP + LINE);
	expect(2, "ff", LAYOUT_MARGIN + 5 * CHARACTER, TOP + LINE);
	expect(3, "gggg", LAYOUT_MARGIN + 8 * CHARACTER, TOP + LINE);
	assert_true(text_piece(2)->font.oblique);
	// a word wider than the line is cut
	expect(4, "01234567890123456789", LAYOUT_MARGIN, text_piece(4)->y);
	expect(5, "01234567890123456789", LAYOUT_MARGIN, text_piece(4)->y + LINE);
	expect(6, "x z", LAYOUT_MARGIN, text_piece(4)->y + 2 * LINE);
	assert_null(text_piece(7));
}

static void
test_table_and_picture(void **state)
{
	static const char text[] = "| a | long long long long long long long long |\n|--|--|\n"
		"| bb | c |\n\n![words](p)\n\n![other](q)\n";

	(void)state;
	lay(text, strlen(text), 400);
	const struct piece *a = text_piece(0), *l = text_piece(1);
	assert_int_equal(a->y, l->y);
	assert_true(l->x > a->x + 2 * CHARACTER && l->x < a->x + 6 * CHARACTER);
	for (uint32_t i = 0; i < page.pieces; i++)
		if (page.piece[i].kind == PIECE_PICTURE) {
			assert_int_equal(page.piece[i].w, 400 - 2 * LAYOUT_MARGIN);
			assert_int_equal(page.piece[i].h, 68);
		}
	// a picture that is not there says what it would show
	uint32_t last = 0;
	while (text_piece(last + 1) != NULL)
		last++;
	assert_memory_equal(text_piece(last)->text, "other", 5);
}

static size_t
visible(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += s[i] != ' ' && s[i] != '\t' && s[i] != '\n';
	return count;
}

static void
check_page(int32_t w)
{
	size_t shown = 0, written = 0;

	for (uint32_t i = 0; i < page.pieces; i++) {
		const struct piece *p = &page.piece[i];

		assert_true(p->y >= LAYOUT_MARGIN && p->y + p->h <= page.height);
		assert_true(p->w >= 0 && p->h >= 0);
		if (w >= 400 && p->kind == PIECE_TEXT)
			assert_true(p->x >= 0 && p->x + p->w <= page.width - LAYOUT_MARGIN);
		if (p->kind == PIECE_TEXT)
			shown += visible(p->text, p->length);
	}
	for (uint32_t i = 0; i < doc.blocks; i++) {
		const struct block *b = &doc.block[i];
		bool seen = b->kind == BLOCK_PICTURE && doc.link[b->link].length == 1 &&
			doc.text[doc.link[b->link].start] == 'p';

		if (b->kind == BLOCK_TEXT && b->runs > 0)
			written += visible(doc.text + b->mark.start, b->mark.length);
		for (uint32_t r = b->first; !seen && r < b->first + b->runs; r++)
			written += visible(doc.text + doc.run[r].start, doc.run[r].length);
	}
	assert_int_equal(shown, written);
}

static void
test_random(void **state)
{
	static const char *const parts[] = {
		"*", "**", "`", "\n```\n", "[a b](c)", "![c](p)", "![c](d)", "\n", "\n\n", "# ",
		"- ", "  - ", "1. ", "> ", "|", "\n|a|b|c|\n|---|--|-|\n", "    ", "word ", "\t",
		"\xc3\xa9", "\xff", "\n---\n", "averyveryverylongwordindeed", "x ",
	};
	unsigned seed = 5;
	char text[800];

	(void)state;
	for (int round = 0; round < 8000; round++) {
		size_t length = 0;

		for (int i = 0; i < 70; i++) {
			seed = seed * 1103515245u + 12345u;
			const char *part = parts[(seed >> 12) % (sizeof parts / sizeof parts[0])];

			if (length + strlen(part) > sizeof text)
				break;
			memcpy(text + length, part, strlen(part));
			length += strlen(part);
		}
		int32_t w = (int32_t)(seed >> 8) % 900 - 50;
		lay(text, length, w);
		check_page(w);
	}
}

static struct ui ui;

static enum ui_action
event(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	const struct input_event ev = { .type = (uint16_t)type, .code = code, .x = x, .y = y };

	return ui_event(&ui, &ev);
}

static enum ui_action
click(int32_t x, int32_t y)
{
	event(INPUT_PRESS, BTN_LEFT, x, y);
	return event(INPUT_RELEASE, BTN_LEFT, x, y);
}

static void
open_ui(const char *text)
{
	ui = (struct ui){ .width = 500, .height = 400 };
	lay(text, strlen(text), ui_view(&ui).w);
	ui_page(&ui, &page, 0);
}

static void
test_links(void **state)
{
	(void)state;
	open_ui("[one](a) and [two words](b)");
	struct rect view = ui_view(&ui);
	int32_t x = view.x + text_piece(2)->x + 3, y = view.y + text_piece(2)->y + 5;

	assert_int_equal(click(x, y), UI_FOLLOW);
	assert_int_equal(ui.follow, 2);
	// let go elsewhere, or pressed elsewhere: no click
	event(INPUT_PRESS, BTN_LEFT, x, y);
	assert_int_equal(event(INPUT_RELEASE, BTN_LEFT, x, y + 100), UI_NOTHING);
	event(INPUT_PRESS, BTN_LEFT, x, y + 100);
	assert_int_equal(event(INPUT_RELEASE, BTN_LEFT, x, y), UI_NOTHING);
	event(INPUT_MOTION, 0, x, y);
	assert_int_equal(ui.hover, 2);
	event(INPUT_MOTION, 0, x, y + 100);
	assert_int_equal(ui.hover, 0);
	event(INPUT_MOTION, 0, x, y);
	event(INPUT_LEAVE, 0, 0, 0);
	assert_int_equal(ui.hover, 0);
	// by keyboard
	event(INPUT_PRESS, KEY_TAB, 0, 0);
	assert_int_equal(ui.selected, 1);
	event(INPUT_PRESS, KEY_TAB, 0, 0);
	assert_int_equal(ui.selected, 2);
	assert_int_equal(event(INPUT_PRESS, KEY_ENTER, 0, 0), UI_FOLLOW);
	event(INPUT_PRESS, KEY_TAB, 0, 0);
	assert_int_equal(ui.selected, 1);
}

static void
test_scrolling(void **state)
{
	static char text[4000];

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = i % 40 == 39 ? '\n' : i % 40 == 38 ? '\n' : 'x';
	open_ui(text);
	int32_t last = page.height - ui_view(&ui).h;
	struct rect bar = ui_bar(&ui);

	event(INPUT_WHEEL, 0, 0, -3);
	assert_int_equal(ui.top, 0);
	event(INPUT_WHEEL, 0, 0, 1);
	assert_true(ui.top > 0 && ui.top < 200);
	event(INPUT_PRESS, KEY_END, 0, 0);
	assert_int_equal(ui.top, last);
	event(INPUT_WHEEL, 0, 0, INT32_MAX);
	assert_int_equal(ui.top, last);
	event(INPUT_WHEEL, 0, 0, INT32_MIN);
	assert_int_equal(ui.top, 0);
	event(INPUT_PRESS, KEY_PAGEDOWN, 0, 0);
	assert_true(ui.top > 200 && ui.top < ui_view(&ui).h);
	event(INPUT_PRESS, BTN_LEFT, bar.x + 3, bar.y + bar.h - 1);
	assert_int_equal(ui.top, last);
	event(INPUT_MOTION, 0, bar.x - 300, bar.y);
	assert_int_equal(ui.top, 0);
	event(INPUT_RELEASE, BTN_LEFT, bar.x, bar.y);
	ui.dirty = 0;
	event(INPUT_MOTION, 0, bar.x, bar.y + 100);
	assert_int_equal(ui.top, 0);
}

static void
test_tools(void **state)
{
	(void)state;
	open_ui("text");
	struct rect back = ui_back(&ui), contents = ui_contents(&ui);
	assert_int_equal(click(back.x + 5, back.y + 5), UI_NOTHING);
	ui.can_back = true;
	assert_int_equal(click(back.x + 5, back.y + 5), UI_BACK);
	assert_int_equal(event(INPUT_PRESS, KEY_BACKSPACE, 0, 0), UI_BACK);
	assert_int_equal(click(contents.x + 5, contents.y + 5), UI_CONTENTS);
	// a button that was let go elsewhere, or by force
	event(INPUT_PRESS, BTN_LEFT, contents.x + 5, contents.y + 5);
	assert_int_equal(event(INPUT_RELEASE, BTN_LEFT, contents.x + 5, 300), UI_NOTHING);
	int32_t x = contents.x + 5, y = contents.y + 5;
	event(INPUT_PRESS, BTN_LEFT, x, y);
	ui_let_go(&ui);
	assert_int_equal(event(INPUT_RELEASE, BTN_LEFT, x, y), UI_NOTHING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrap), cmocka_unit_test(test_table_and_picture),
		cmocka_unit_test(test_random), cmocka_unit_test(test_links),
		cmocka_unit_test(test_scrolling), cmocka_unit_test(test_tools),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	document_fini(&doc), layout_fini(&page);
	return failed;
}
