// SPDX-License-Identifier: MIT
// mail-host: what the mail signer understands of messages.  Standard input: for each a
// line "check SIZE" or "convert SIZE", and its bytes.  Output: for each a line.  check:
// why and line, and when it may be signed, each in hexadecimal, the sender's address, the
// text, and the fields, name and value without folds and encoded words.  convert: the
// message as the mail program hands it over.
#include <stdio.h>
#include <string.h>
#include "apps/legacy/mail/convert.h"
#include "apps/secure/mail-signer/message.h"

static uint8_t bytes[MESSAGE_MAX + 1], text[MESSAGE_MAX], converted[2 * MESSAGE_MAX];
static struct message m;

static void
print(const uint8_t *p, size_t n)
{
	putchar(' ');
	putchar('.');
	for (size_t i = 0; i < n; i++)
		printf("%02x", p[i]);
}

static void
print_field(const struct message_field *f)
{
	static uint8_t value[MESSAGE_FIELD_MAX];
	size_t n = 0;

	print(m.bytes + f->start, f->value - 1 - f->start);
	if (f->words_end != 0) {
		print(m.words + f->words, f->words_end - f->words);
		return;
	}
	for (uint32_t i = f->value; i < f->end; i++)
		if (m.bytes[i] != '\r' && m.bytes[i] != '\n')
			value[n++] = m.bytes[i];
	print(value, n);
}

static void
check(size_t n)
{
	struct message_verdict v = message_check(bytes, n, text, &m);

	printf("%d %u", v.why, v.line);
	if (v.why == SIGN_OK) {
		print(m.bytes + m.address, m.address_end - m.address);
		print(m.text, m.text_length);
		for (unsigned i = 0; i < m.fields; i++)
			print_field(&m.field[i]);
	}
	putchar('\n');
}

int
main(void)
{
	char what[16];
	size_t n;

	while (scanf("%15s %zu", what, &n) == 2) {
		if (n > MESSAGE_MAX || getchar() != '\n' || fread(bytes, 1, n, stdin) != n)
			return 1;
		if (strcmp(what, "check") == 0) {
			check(n);
		} else {
			print(converted, convert((const char *)bytes, n, (char *)converted,
			                         sizeof(converted)));
			putchar('\n');
		}
	}
	return 0;
}
