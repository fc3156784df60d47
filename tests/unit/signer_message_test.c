// SPDX-License-Identifier: MIT
// What the mail signer accepts and refuses: each refusal beside an accepted
// neighbour.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "signer_check.h"

#define FROM "From: a@example.org\r\n"
#define PLAIN(charset, encoding) FROM "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=" \
	charset "\r\nContent-Transfer-Encoding: " encoding "\r\n\r\n"

struct rule { enum sign_refusal why; uint32_t line; size_t n; const char *bytes; };
#define RULE(why, line, text) { why, line, sizeof(text) - 1, text }
#define FINE(text) RULE(SIGN_OK, 0, text)

static void
check_rules(const struct rule *rule, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct message_verdict v = check(rule[i].bytes, rule[i].n);

		if (v.why != rule[i].why || v.line != rule[i].line)
			fail_msg("rule %zu: %d in line %u instead of %d in line %u:\n%s", i, v.why,
			         v.line, rule[i].why, rule[i].line, rule[i].bytes);
	}
}

static void
test_lines(void **state)
{
	static const struct rule rules[] = {
		FINE(FROM "\r\nText\r\n"),
		FINE(FROM "\r\n"),
		FINE(FROM "\r\nno line end"),
		RULE(SIGN_EMPTY, 0, ""),
		RULE(SIGN_BARE_CR, 3, FROM "\r\na\rb\r\n"),
		RULE(SIGN_BARE_CR, 3, FROM "\r\na\r"),
		RULE(SIGN_BARE_CR, 3, FROM "\r\na\r\r\n"),
		RULE(SIGN_BARE_CR, 1, "From: a\rb\r\n\r\n"),
		RULE(SIGN_BARE_LF, 4, FROM "\r\na\r\n\nb\r\n"),
		RULE(SIGN_BARE_LF, 1, "From: a@example.org\n\n"),
		RULE(SIGN_NUL, 3, FROM "\r\na\0b\r\n"),
		RULE(SIGN_NUL, 1, "From: a\0b\r\n\r\n"),
	};

	(void)state;
	check_rules(rules, sizeof(rules) / sizeof(rules[0]));
}

static void
test_header(void **state)
{
	static const struct rule rules[] = {
		FINE("Subject:\r\n folded at once\r\n" FROM "\r\n"),
		FINE(FROM "Subject:\r\n\r\n"),
		RULE(SIGN_NOT_7BIT, 2, FROM "Subject: \xc3\xa9\xf0\x9f\x98\x80\r\n\r\n"),
		FINE(FROM "X!#$-_~: tab\there\r\n\r\n"),
		FINE(FROM "To: a,\r\n\tb,\r\n  c\r\n\r\n"),
		FINE(FROM "Received: 1\r\nReceived: 2\r\nComments: x\r\ncomments: y\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "no end"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "X: no end"),
		RULE(SIGN_HEADER_MALFORMED, 1, "From x Sat Nov 21\r\n" FROM "\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 1, " folded: first\r\n" FROM "\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 1, ": no name\r\n" FROM "\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "Subject : x\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "S\xc3\xa9: x\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 3, FROM "To: x,\r\n \t\r\n y\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "Subject: \x1b[2J\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "Subject: \x7f\r\n\r\n"),
		RULE(SIGN_NOT_7BIT, 2, FROM "Subject: \xe9\r\n\r\n"),
		RULE(SIGN_NOT_7BIT, 2, FROM "Subject: \xc0\xaf\r\n\r\n"),
		RULE(SIGN_NOT_7BIT, 2, FROM "Subject: \xed\xa0\x80\r\n\r\n"),
		RULE(SIGN_NOT_7BIT, 3, FROM "Subject: x\r\n \xe2\x82\r\n\r\n"),
		RULE(SIGN_HEADER_MISSING, 0, "To: a@example.org\r\n\r\n"),
		RULE(SIGN_HEADER_MISSING, 0, "From: \r\n\r\n"),
		RULE(SIGN_RESENT, 1, "Resent-Bcc: b@x\r\n" FROM "\r\n"),
		RULE(SIGN_CONTENT_FIELD, 2, FROM "Content-Disposition: attachment\r\n\r\n"),
		RULE(SIGN_CONTENT_FIELD, 2, FROM "content-x: y\r\n\r\n"),
		RULE(SIGN_BCC, 0, "From: a@example.org\r\nBCC: b@example.org\r\n\r\n"),
		RULE(SIGN_HEADER_MISSING, 0, "\r\nFrom: a@example.org\r\n\r\n"),
	};

	(void)state;
	check_rules(rules, sizeof(rules) / sizeof(rules[0]));
}

static void
test_singletons(void **state)
{
	static const char *const names[] = {
		"FROM", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To",
		"References", "Subject", "Date", "MIME-Version", "Content-Type",
		"Content-Transfer-Encoding",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int n = snprintf(text, sizeof(text), "%s: 1\r\nX: y\r\nx: y\r\n%c%s: 1\r\n\r\n",
		                 names[i], names[i][0] ^ 0x20, names[i] + 1);
		struct message_verdict v = check(text, (size_t)n);

		assert_int_equal(v.why, SIGN_HEADER_DUPLICATE);
		assert_int_equal(v.line, 4);
	}
}

static void
test_sizes(void **state)
{
	static char text[MESSAGE_MAX + 1], *p;
	struct message_verdict v;

	(void)state;
	for (int over = 0; over < 2; over++) {          // a line of 998, of 999 bytes
		p = text + sprintf(text, FROM "\r\n");
		memset(p, 'x', MESSAGE_LINE_MAX + 1);
		p += MESSAGE_LINE_MAX + over;
		p += sprintf(p, "\r\n");
		v = check(text, (size_t)(p - text));
		assert_int_equal(v.why, over ? SIGN_LINE_TOO_LONG : SIGN_OK);
		assert_int_equal(v.line, over ? 3 : 0);
	}
	for (int over = 0; over < 2; over++) {          // a field of 4096, of 4097 bytes
		p = text + sprintf(text, FROM "X:\r\n");
		for (int i = 0; i < 4; i++)
			p += sprintf(p, " %0900d\r\n", 0);
		p += sprintf(p, " %0*d\r\n\r\n", MESSAGE_FIELD_MAX - 4 - 4 * 903 - 3 + over, 0);
		v = check(text, (size_t)(p - text));
		assert_int_equal(v.why, over ? SIGN_HEADER_TOO_LONG : SIGN_OK);
		assert_int_equal(v.line, over ? 2 : 0);
	}
	for (int over = 0; over < 2; over++) {          // 256, 257 fields
		p = text + sprintf(text, FROM);
		for (int i = 1; i < MESSAGE_FIELDS_MAX + over; i++)
			p += sprintf(p, "X:\r\n");
		p += sprintf(p, "\r\n");
		v = check(text, (size_t)(p - text));
		assert_int_equal(v.why, over ? SIGN_HEADER_TOO_LONG : SIGN_OK);
		assert_int_equal(v.line, over ? 257 : 0);
	}
	p = text + sprintf(text, FROM "\r\n");
	while (p < text + sizeof(text))
		*p = (p - text) % 64 == 62 ? '\r' : (p - text) % 64 == 63 ? '\n' : 'x', p++;
	assert_int_equal(check(text, MESSAGE_MAX).why, SIGN_OK);
	assert_int_equal(check(text, MESSAGE_MAX + 1).why, SIGN_TOO_LARGE);
}

static void
test_types(void **state)
{
#define TYPE(t) FROM "Content-Type: " t "\r\n\r\n"
	static const struct rule rules[] = {
		FINE(TYPE("text/plain")),
		FINE(TYPE("TEXT/Plain; Charset=\"US-ascii\"")),
		FINE(TYPE("text/plain; hp=\"clear\";\r\n charset=utf-8")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; charset=us-ascii (Plain text)")),
		FINE(TYPE("text/plain; charset=\"US-ASCII\"")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("(a) text/plain")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; (b) charset=utf-8")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; charset=\"ut\\f-8\"")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain ; charset=utf-8")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; charset=utf-8 ")),
		RULE(SIGN_HEADER_MALFORMED, 2,
		     TYPE("text/plain (x; charset=utf-7; y=); charset=utf-8")),
		RULE(SIGN_HEADER_MALFORMED, 2,
		     TYPE("text/plain; charset=us-ascii (;charset=utf-7;); hp=clear")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; format=flowed; delsp=yes")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; name=\"a.html\"")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; hp=clear; hp=clear")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; hp=cipher")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text / plain")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain;")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain charset=utf-8")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; charset")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; charset=")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; charset=\"utf-8")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; charset=utf-8; charset=utf-8")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain (no end")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain, text/html")),
		RULE(SIGN_CHARSET, 2, TYPE("text/plain; charset=iso-8859-1")),
		RULE(SIGN_CHARSET, 2, TYPE("text/plain; charset=utf-7")),
		RULE(SIGN_CHARSET, 2, TYPE("text/plain; charset=utf-8x")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; charset*=us-ascii''utf-8")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; charset*0=ut; charset*1=f-8")),
		RULE(SIGN_MULTIPART, 2, TYPE("multipart/mixed; boundary=x")),
		RULE(SIGN_MULTIPART, 2, TYPE("Multipart/Signed; boundary=x")),
		RULE(SIGN_MULTIPART, 2, TYPE("message/rfc822")),
		RULE(SIGN_TYPE, 2, TYPE("text/html; charset=utf-8")),
		RULE(SIGN_TYPE, 2, TYPE("application/pkcs7-mime")),
		RULE(SIGN_TYPE, 2, TYPE("text/plainx")),
		FINE(FROM "MIME-Version: 1.0\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "MIME-Version: (v) 1.0\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "MIME-Version: 1.1\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "MIME-Version: 1.0 1.0\r\n\r\n"),
		FINE(FROM "X: y\r\n z\r\nContent-Transfer-Encoding: 7BIT\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2,
		     FROM "Content-Transfer-Encoding: (x) base64\r\n\r\nSSBhZ3JlZQ0K\r\n"),
		RULE(SIGN_NOT_7BIT, 2, FROM "Content-Transfer-Encoding: 8bit\r\n\r\nplain\r\n"),
		RULE(SIGN_ENCODING, 4,
		     FROM "X: y\r\n z\r\nContent-Transfer-Encoding: binary\r\n\r\n"),
		RULE(SIGN_ENCODING, 2, FROM "Content-Transfer-Encoding: x-uuencode\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2,
		     FROM "Content-Transfer-Encoding: base64 7bit\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "Content-Transfer-Encoding:\r\n\r\n"),
	};

	(void)state;
	check_rules(rules, sizeof(rules) / sizeof(rules[0]));
}

static void
test_text(void **state)
{
	static const struct rule rules[] = {
		FINE(PLAIN("utf-8", "quoted-printable") "=C3=A9\r\n"),
		RULE(SIGN_NOT_7BIT, 4, PLAIN("utf-8", "8bit") "\xc3\xa9\r\n"),
		RULE(SIGN_FROM_LINE, 7, PLAIN("utf-8", "7bit") "x\r\nFrom me\r\n"),
		RULE(SIGN_FROM_LINE, 6, PLAIN("utf-8", "quoted-printable") "From me\r\n"),
		FINE(PLAIN("utf-8", "quoted-printable") "=46rom me\r\nFrom: x\r\n>From y\r\n"),
		FINE(PLAIN("utf-8", "7bit") "e\x01\x1b\r\n"),
		RULE(SIGN_NOT_7BIT, 3, FROM "\r\n\xc3\xa9\r\n"),
		RULE(SIGN_NOT_7BIT, 7, PLAIN("utf-8", "7bit") "a\r\n\xc3\xa9\r\n"),
		RULE(SIGN_UTF8, 6, PLAIN("us-ascii", "quoted-printable") "=C3=A9\r\n"),
		RULE(SIGN_UTF8, 6, PLAIN("utf-8", "quoted-printable") "=E9\r\n"),
		RULE(SIGN_UTF8, 6, PLAIN("utf-8", "quoted-printable") "=F4=90=80=80"),
		RULE(SIGN_UTF8, 6, PLAIN("utf-8", "quoted-printable") "=E2=82"),
	};

	(void)state;
	check_rules(rules, sizeof(rules) / sizeof(rules[0]));
}

static void
test_decode(void **state)
{
	static const struct rule rules[] = {
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "=e9"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "x="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "x=4"),
		RULE(SIGN_DECODE, 7, PLAIN("utf-8", "quoted-printable") "x=\r\n=4\r\n"),
		RULE(SIGN_DECODE, 7, PLAIN("utf-8", "quoted-printable") "x\r\n=4\r\n"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "x \r\n"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "x\t"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "x= \r\n"),
		RULE(SIGN_NOT_7BIT, 6, PLAIN("utf-8", "quoted-printable") "\xc3\xa9\r\n"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "quoted-printable") "\x01\r\n"),
		RULE(SIGN_UTF8, 6, PLAIN("utf-8", "quoted-printable") "=E9\r\n"),
		RULE(SIGN_UTF8, 6, PLAIN("us-ascii", "quoted-printable") "=C3=A9\r\n"),
		RULE(SIGN_NUL, 6, PLAIN("utf-8", "quoted-printable") "=00\r\n"),
		RULE(SIGN_BARE_CR, 6, PLAIN("utf-8", "quoted-printable") "=0Dx\r\n"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QQ"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QQ="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "Q==="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "===="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QR=="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QUH="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QQ==QQ=="),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QQ==="),
		RULE(SIGN_DECODE, 7, PLAIN("utf-8", "base64") "QUJD\r\nQU*D\r\n"),
		RULE(SIGN_DECODE, 6, PLAIN("utf-8", "base64") "QUJD QUJD\r\n"),
		RULE(SIGN_NUL, 6, PLAIN("utf-8", "base64") "AAAA\r\n"),
		RULE(SIGN_UTF8, 6, PLAIN("utf-8", "base64") "6Q==\r\n"),
	};
	static const struct { const char *bytes, *text; } good[] = {
		{ PLAIN("utf-8", "quoted-printable") "a=3Db=\r\n c=C3=\r\n=A9\r\n=20\r\n",
		  "a=b c\xc3\xa9\r\n \r\n" },
		{ PLAIN("utf-8", "quoted-printable") "soft=\r\n", "soft" },
		{ PLAIN("utf-8", "quoted-printable") "x=0D=0Ay=0Az", "x\r\ny\nz" },
		{ PLAIN("utf-8", "quoted-printable") "", "" },
		{ PLAIN("utf-8", "base64") "QUJDw\r\n6nD\r\nqQ==\r\n\r\n", "ABC\xc3\xa9\xc3\xa9" },
		{ PLAIN("utf-8", "base64") "QUI=", "AB" },
	};

	(void)state;
	check_rules(rules, sizeof(rules) / sizeof(rules[0]));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(check(good[i].bytes, strlen(good[i].bytes)).why, SIGN_OK);
		assert_int_equal(message.text_length, strlen(good[i].text));
		assert_memory_equal(message.text, good[i].text, message.text_length);
	}
}

// What stands before the character set hides it no more than a word longer than any we know.
static void
test_parameters(void **state)
{
#define LONG "x234567890123456789012345678901234567890"
	static const struct rule rules[] = {
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; format=flowed; charset=utf-8")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; " LONG "=" LONG "; charset=utf-8")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; a=\"" LONG "\"; charset=utf-8")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; hp=\"clear" LONG "\"; charset=utf-8")),
		RULE(SIGN_CHARSET, 2, TYPE("text/plain; hp=clear; charset=utf-7")),
		RULE(SIGN_PARAMETER, 2, TYPE("text/plain; hp=clear; charset*=x''utf-7")),
		RULE(SIGN_CHARSET, 2, TYPE("text/plain; charset=" LONG)),
		RULE(SIGN_CHARSET, 2, TYPE("text/plain; charset=\"" LONG "\"")),
		RULE(SIGN_HEADER_MALFORMED, 2, TYPE("text/plain; hp=clear; charset")),
		RULE(SIGN_PARAMETER, 2,
		     TYPE("text/plain; charset=utf-8; hp=clear; charset=utf-8")),
		RULE(SIGN_TYPE, 2, TYPE(LONG "/plain")),
		RULE(SIGN_TYPE, 2, TYPE("text/" LONG)),
		RULE(SIGN_ENCODING, 2, FROM "Content-Transfer-Encoding: " LONG "\r\n\r\n"),
		RULE(SIGN_HEADER_MALFORMED, 2, FROM "MIME-Version: " LONG "\r\n\r\n"),
	};

	(void)state;
	check_rules(rules, sizeof(rules) / sizeof(rules[0]));
}

static void
test_sentences(void **state)
{
	(void)state;
	for (int i = 0; i < SIGN_REFUSALS; i++)
		assert_non_null(sign_refusal_text((enum sign_refusal)i));
	assert_non_null(sign_refusal_text((enum sign_refusal)-1));
	assert_non_null(sign_refusal_text(SIGN_REFUSALS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_header),
		cmocka_unit_test(test_singletons), cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_types), cmocka_unit_test(test_text),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_sentences),
	};

	return cmocka_run_group_tests_name("signer_message", tests, NULL, NULL);
}
