// SPDX-License-Identifier: MIT
// What the mail signer says to real messages that nobody here wrote, and to
// messages with random damage.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "signer_check.h"

#define DATA "/usr/lib/python3.11/test/test_email/data"
#define FROM "From: a@example.org\r\n"

static size_t
load(const char *name, char *text, size_t max)
{
	char path[512];
	size_t n = 0;
	FILE *f;
	int c;

	snprintf(path, sizeof(path), DATA "/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	while ((c = getc(f)) != EOF && n + 2 < max) {
		if (c == '\n' && (n == 0 || text[n - 1] != '\r'))
			text[n++] = '\r';
		text[n++] = (char)c;
	}
	fclose(f);
	return n;
}

// The messages of CPython's own mail tests.
static void
test_real(void **state)
{
	static const struct { const char *name; enum sign_refusal why; uint32_t line; } real[] = {
#include "signer_real.inc"
	};
	static char text[1 << 16];

	(void)state;
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
		struct message_verdict v = check(text, load(real[i].name, text, sizeof(text)));

		if (v.why != real[i].why || v.line != real[i].line)
			fail_msg("%s: %d in line %u", real[i].name, v.why, v.line);
	}
}

static uint32_t
random_number(void)
{
	static uint64_t s = 2026;

	s = s * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(s >> 33);
}

// Whatever is accepted is what message.h promises.
static void
check_promises(void)
{
	assert_in_range(message.fields, 1, MESSAGE_FIELDS_MAX);
	assert_in_range(message.text_length, 0, message.length);
	assert_non_null(message_find(&message, "from"));
	for (size_t i = 0; i < message.text_length; i++) {
		assert_true(message.text[i] != '\0');
		if (message.text[i] == '\r')
			assert_true(i + 1 < message.text_length && message.text[i + 1] == '\n');
	}
	for (unsigned i = 1; i < message.fields; i++)
		assert_int_equal(message.field[i].start, message.field[i - 1].end);
}

static void
test_damage(void **state)
{
	static const char good[] = FROM "To: \"A, (b)\" <b@example.org>,\r\n c@example.org\r\n"
		"Subject: =?utf-8?q?=C3=A9?= e\r\nMIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=\"utf-8\"; hp=clear\r\n"
		"Content-Transfer-Encoding: %s\r\n\r\n%s";
	static const char *const bodies[][2] = {
		{ "7bit", "Hello\r\n\tyou\r\n" }, { "7bit", "x\r\n" },
		{ "quoted-printable", "=C3=A9 soft=\r\n break=20\r\nx=3D\r\n" },
		{ "base64", "w6nDqcOpw6nD\r\nqcOpDQo=\r\n" },
	};
	static const char tricky[] = "\r\n\0\t \"\\()<>;=:@/*,\x7f\x80\xc3\xed\xf4";
	char text[512];
	unsigned accepted = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		const char *const *body = bodies[random_number() % 4];
		size_t n = (size_t)snprintf(text, sizeof(text), good, body[0], body[1]);

		for (uint32_t k = random_number() % 4; k > 0 && n > 1; k--) {
			size_t at = random_number() % n;
			uint32_t how = random_number() % 4;

			if (how == 0)
				text[at] = (char)random_number();
			else if (how == 1)
				text[at] = tricky[random_number() % (sizeof(tricky) - 1)];
			else if (how == 2)
				memmove(text + at, text + at + 1, --n - at);
			else
				n = at;
		}
		if (check(text, n).why == SIGN_OK) {
			check_promises();
			(void)message_is_from(&message, (const uint8_t *)"a@example.org", 13);
			accepted++;
		}
	}
	assert_in_range(accepted, 10000, 90000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real), cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests_name("signer_mail", tests, NULL, NULL);
}
