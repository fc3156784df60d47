// SPDX-License-Identifier: MIT
// The sender and encoded words, as the mail signer takes and refuses them.
#include <stdio.h>
#include "signer_check.h"

#define FROM "From: a@example.org\r\n"

static void
test_from(void **state)
{
	// what is accepted, and the address
	static const struct { const char *from, *mail; } good[] = {
		{ "a@x.org", "a@x.org" }, { "A@X.org", "a@x.ORG" }, { "<a@x.org>", "a@x.org" },
		{ "Al\r\n <a@x.org> \t", "a@x.org" }, { "\"Al, B. (c)\" <a@x.org>", "a@x.org" },
		{ "\"a@x.org\" <a@x.org>", "a@x.org" },
		{ "o'b+c_d-e.f@x-y.org", "o'b+c_d-e.f@x-y.org" },
		{ "=?utf-8?q?J=C3=BCrgen?= M <a@x.org>", "a@x.org" },
		{ "=?utf-8?b?SsO8cmdlbg==?=\r\n =?us-ascii?q?_M?= <a@x.org>", "a@x.org" },
	};
	static const char *const bad[] = {
		"Al <a@x.org> (c)", "<a@x.org> b", "\"b@x.org, <c>\" <a@x.org>",
		"(<b@x.org>)\r\n <a@x.org>", "\"\\\" <a@x.org>\" <b@x.org>", "\r\n < a@x.org >",
		"Al <>", "a@x.org <b@x.org>", "\"a@x.org\" <b@x.org>", "<b@x.org>, a@x.org",
		"a@x.org, b@x.org", "<a@x.org> <b@x.org>", "<a@x.org>>", "g: a@x.org;", "> <",
		"\"", "\"\\", "((", "al", "@x.org", "a@", "a@x@y", "a.@x.org",
		".a@x.org", "a@x..org",
		"a@.x.org", "a@x.org.", "\"a\"@x.org", "a@[127.0.0.1]", "\"A\" \"B\" <a@x.org>",
		"xa@x.orgx <a@x.org>", "\"pa@x.org\" <a@x.org>", "Al a@x.org <a@x.org>",
		"=?utf-8?q?b=40x=2Eorg?= <a@x.org>", "=?utf-8?q?b=EF=BC=A0x?= <a@x.org>",
		"=?utf-8?q?a=40x=2Eorg?= <a@x.org>", "\"=?utf-8?q?Al?=\" <a@x.org>",
		"Al <=?utf-8?q?a?=@x.org>", "<@y:a@x.org>", "\"Al\r\n B\" <a@x.org>",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const uint8_t *mail = (const uint8_t *)good[i].mail;
		int n = snprintf(text, sizeof(text), "From: %s\r\nTo: <b@x.org>\r\n\r\n",
		                 good[i].from);

		if (check(text, (size_t)n).why != SIGN_OK)
			fail_msg("From: %s", good[i].from);
		assert_true(message_is_from(&message, mail, strlen(good[i].mail)));
		assert_false(message_is_from(&message, mail, strlen(good[i].mail) - 1));
		assert_false(message_is_from(&message, (const uint8_t *)"b@x.org", 7));
		assert_false(message_is_from(&message, mail, 0));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int n = snprintf(text, sizeof(text), "To: <a@x.org>\r\nFrom: %s\r\n\r\n", bad[i]);
		struct message_verdict v = check(text, (size_t)n);

		if ((v.why != SIGN_SENDER && v.why != SIGN_WORD) || v.line != 2)
			fail_msg("From: %s", bad[i]);
	}
}

static void
test_words(void **state)
{
#define SAYS(word, want) { "Subject: " word "\r\n" FROM "\r\n", want }
	static const struct { const char *bytes, *words; } good[] = {
		SAYS("=?utf-8?q?a=C3=A9_=3D?=", "a\xc3\xa9 ="),
		SAYS("=?UTF-8?B?w6k=?=", "\xc3\xa9"),
		SAYS("x =?us-ascii?Q?a?= y", "x a y"),
		SAYS("=?utf-8?q?a?= \r\n\t =?utf-8?q?b?=", "ab"),
		SAYS("=?utf-8?q?a?= c =?utf-8?q?b?=", "a c b"),
		SAYS("a  =?utf-8?q?_b?= ", "a   b "),
		{ "Subject: plain = ? =?\r\n" FROM "\r\n", NULL },
	};
	static const char *const bad[] = {
		"x=?utf-8?q?a?=", "=?utf-8?q?a?=x", "(=?utf-8?q?a?=)", "\"=?utf-8?q?a?=\"",
		"=?utf-8?q?a", "=?utf-8?q?a?", "=?utf-8?q?" "?=", "=?utf-8?b?" "?=",
		"=?utf-8?x?a?=",
		"=?utf-7?q?a?=", "=?iso-8859-1?q?=E9?=", "=?utf-8*en?q?a?=", "=?utf-8?q?a b?=",
		"=?utf-8?q?=c3=a9?=", "=?utf-8?q?=C3?=", "=?utf-8?q?=C3?= =?utf-8?q?=A9?=",
		"=?utf-8?q?=0A?=", "=?utf-8?q?=00?=", "=?utf-8?q?=0D=0ABcc:_x?=", "=?utf-8?q?a?b?=",
		"=?utf-8?b?w6k?=", "=?utf-8?b?w6k==?=", "=?utf-8?b?w6l=?=", "=?us-ascii?q?=C3=A9?=",
		"=?utf-8?q?=?=", "=?utf-8?q?=4?=", "=?utf-8?q?a\r\n b?=",
		"=?utf-8?q?a?==?utf-8?q?b?=",
		"=?utf-8?q?123456789012345678901234567890123456789012345678901234567890123456?=",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct message_field *f = message.field;
		struct message_verdict v = check(good[i].bytes, strlen(good[i].bytes));

		if (good[i].words == NULL) {
			assert_int_equal(v.why, SIGN_WORD);
			continue;
		}
		assert_int_equal(v.why, SIGN_OK);
		assert_int_equal(f->words_end - f->words, strlen(good[i].words));
		assert_memory_equal(message.words + f->words, good[i].words, strlen(good[i].words));
		assert_int_equal(f[1].words_end, 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int n = snprintf(text, sizeof(text), FROM "Subject: %s\r\n\r\n", bad[i]);
		struct message_verdict v = check(text, (size_t)n);

		if (v.why != SIGN_WORD || v.line != 2)
			fail_msg("Subject: %s", bad[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("signer_header", tests, NULL, NULL);
}
