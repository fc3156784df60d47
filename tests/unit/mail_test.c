// SPDX-License-Identifier: MIT
// The legacy mail program's texts: header fields, encoded words, line ends,
// wrapping, sentences.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <app/sign.h>
#include "apps/legacy/mail/draft.h"
#include "apps/legacy/mail/preview.h"
#include "apps/legacy/mail/refusal.h"
#include "apps/legacy/mail/text.h"
#include "apps/legacy/mail/word.h"

static struct draft draft;

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
	out_name("../x y\xc3\xbc.eml", "mail-.-x-y---signed.eml");
	out_name(".eml", "mail-eml-signed.eml");
	out_name("", "mail-signed.eml");
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
