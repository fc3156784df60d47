// SPDX-License-Identifier: MIT
// What the mail signer shows: from the cells on the screen alone, every byte
// of the message can be told again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "signer_show.h"

static uint8_t told[2 * MESSAGE_MAX + 64];

// What a careful reader takes row n for, by its looks.
static size_t
tell_row(uint32_t n, bool goes_on, uint8_t *out)
{
	struct cell cells[DISPLAY_COLUMNS_MAX];
	unsigned used = display.columns, i = 0;
	size_t len = 0;

	display_cells(&display, n, cells);
	while (used > 0 && cells[used - 1].cp == ' '
	       && cells[used - 1].style == (goes_on ? CELL_CUT : CELL_PLAIN))
		used--;
	while (i < used) {
		uint32_t cp = cells[i].cp;

		assert_int_not_equal(cells[i].style, CELL_CUT);
		assert_true(cp == ' ' || font_has(&font_mono, cp));
		if (cells[i++].style != CELL_ESCAPE) {
			len += put(out + len, cp);
		} else if (cp == 0xb7) {
			out[len++] = ' ';
		} else if (cp == 0x2192) {
			out[len++] = '\t';
			while (i < used && cells[i].style == CELL_ESCAPE && cells[i].cp == ' ')
				i++;
		} else {
			assert_true(cp == '[' && cells[i].cp == 'U' && cells[i + 1].cp == '+');
			for (i += 2, cp = 0; cells[i].cp != ']'; i++) {
				assert_int_equal(cells[i].style, CELL_ESCAPE);
				cp = cp << 4 | (cells[i].cp - (cells[i].cp > '9' ? 'A' - 10 : '0'));
			}
			i++;
			len += put(out + len, cp);
		}
	}
	return len;
}

// All rows but titles told; the last title says whether a line end stands before it.
static size_t
tell(void)
{
	size_t len = 0, own;

	for (uint32_t n = 0; n < display.rows; n++) {
		struct display_row row = display.row[n];
		bool goes_on = n + 1 < display.rows && display.row[n + 1].continues;
		bool last = n + 2 == display.rows;

		if (row.kind == ROW_TITLE)
			continue;
		own = tell_row(n, goes_on, told + len);
		len += own;
		if (goes_on || (own > 0 && told[len - 1] == '\n')
		    || (last && strstr(display_title(display.row[n + 1]), "no line end") != NULL))
			continue;
		memcpy(told + len, "\r\n", 2);
		len += 2;
	}
	return len;
}

// The same bytes in the order of the display.
static size_t
expected(uint8_t *out)
{
	static const char *const first[] = {
		"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date",
	};
	size_t len = 0;

	for (unsigned pass = 0; pass <= 8; pass++)
		for (unsigned i = 0; i < message.fields; i++) {
			const struct message_field *f = &message.field[i];
			unsigned rank = 0;

			while (rank < 8 && !message_named(&message, f, first[rank]))
				rank++;
			if (rank != pass)
				continue;
			memcpy(out + len, wire + f->start, f->end - f->start);
			len += f->end - f->start;
			memcpy(out + len, message.words + f->words,
			       f->words_end == 0 ? 0 : f->words_end - f->words);
			len += f->words_end == 0 ? 0 : f->words_end - f->words;
			if (f->words_end != 0)
				out[len++] = '\r', out[len++] = '\n';
		}
	memcpy(out + len, message.text, message.text_length);
	return len + message.text_length;
}

static void
check_told(void)
{
	static uint8_t want[2 * MESSAGE_MAX];
	size_t n = expected(want), m = tell();

	assert_int_equal(n, m);
	assert_memory_equal(want, told, n);
}

static void
show_text(const char *body, unsigned columns)
{
	show_in(&font_mono, (size_t)sprintf((char *)bytes, PLAIN "%s", body), columns);
}

static void
test_rows(void **state)
{
	struct cell cells[DISPLAY_COLUMNS_MAX];
	uint32_t n;

	(void)state;
	show_text("abc def\r\n", 16);
	n = display.rows - 2;
	display_cells(&display, n, cells);
	for (unsigned i = 0; i < 16; i++) {
		assert_int_equal(cells[i].cp, i < 7 ? "abc def"[i] : ' ');
		assert_int_equal(cells[i].style, CELL_PLAIN);
	}
	assert_string_equal(display_title(display.row[n - 1]), "Text, decoded from base64");
	assert_string_equal(display_title(display.row[n + 1]), "End of the message");
	// exactly full, one more, a word too many
	show_text("0123456789abcdef\r\n", 16);
	assert_false(display.row[display.rows - 2].continues);
	show_text("0123456789 abcdef\r\n", 16);
	display_cells(&display, display.rows - 3, cells);
	assert_int_equal(cells[10].style, CELL_PLAIN);
	assert_int_equal(cells[11].style, CELL_CUT);
	assert_true(display.row[display.rows - 2].continues);
}

static void
test_envelope(void **state)
{
	static const char mail[] = "X-One: 1\r\nDate: d\r\nsubject: s\r\n folded\r\nFROM: a@x\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n";
	static const enum display_kind kinds[] = {
		ROW_ENVELOPE, ROW_TITLE, ROW_ENVELOPE, ROW_ENVELOPE, ROW_ENVELOPE,
		ROW_TITLE, ROW_FIELD, ROW_FIELD, ROW_TITLE, ROW_TEXT, ROW_TITLE,
	};

	(void)state;
	memcpy(bytes, mail, sizeof(mail) - 1);
	show_in(&font_mono, sizeof(mail) - 1, 80);
	assert_int_equal(display.rows, sizeof(kinds) / sizeof(kinds[0]));
	for (uint32_t i = 0; i < display.rows; i++)
		assert_int_equal(display.row[i].kind, kinds[i]);
	assert_string_equal(display_title(display.row[1]), "There is no To field");
	assert_string_equal(display_title(display.row[8]), "Text, decoded from base64");
	assert_string_equal(display_title(display.row[10]),
	                    "End of the message, which has no line end here");
	check_told();
}

static void
test_told(void **state)
{
	static const char *const bodies[] = {
		"", "\r\n", "\r\n\r\n", "x", "x ", " ", "  x  \r\n", "a\tb\t\r\n", "\t\t\t\t\r\n",
		"\xc2\xb7\xe2\x86\x92 [U+0020]\r\n", "0123456789abcdef", "0123456789abcde \r\n",
		"01234567 9abcdef0123 \r\n", "               \xe2\x80\x8b\xe2\x80\x8b\r\n",
		"\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		for (unsigned columns = 16; columns <= DISPLAY_COLUMNS_MAX; columns += 7) {
			show_text(bodies[i], columns);
			check_told();
		}
	show_in(&font_mono, (size_t)sprintf((char *)bytes,
	                     "From: a@x\r\nContent-Transfer-Encoding: "
	                     "quoted-printable\r\n\r\na=0Ab =0A=0A=0D=0A=0Ac"), 16);
	check_told();
}

static uint32_t
random_number(void)
{
	static uint64_t s = 7;

	s = s * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(s >> 33);
}

static uint32_t
random_char(void)
{
	static const uint32_t tricky[] = { ' ', ' ', '\t', '[', ']', 0xb7, 0x2192, 0x21aa, 0xa0,
	                                   0x200b, 0x202e, 0x301, 0xfffd, 0xe000, 0x1b, 0x20ac };
	uint32_t cp;

	if (random_number() % 3 == 0)
		return tricky[random_number() % 16];
	cp = random_number() % 8 != 0 ? 0x21 + random_number() % 94 : random_number() % 0x110000;
	return cp < ' ' || (cp >= 0xd800 && cp < 0xe000) ? 'x' : cp;
}

static size_t
random_line(size_t n, bool header)
{
	for (uint32_t k = random_number() % 150; k > 0; k--) {
		uint32_t cp = random_char();

		n += put(bytes + n, header && ((cp < ' ' && cp != '\t') || cp > '~' || cp == '=')
		         ? 'x' : cp);
	}
	memcpy(bytes + n, "\r\n", 2);
	return n + 2;
}

// Words with what cannot stand in a header as it is, some of them next to each other.
static size_t
random_words(size_t n)
{
	for (uint32_t words = random_number() % 5 + 1; words > 0; words--) {
		n += (size_t)sprintf((char *)bytes + n, "%s =?UTF-8?q?",
		                     random_number() % 2 ? " y" : "");
		for (uint32_t k = random_number() % 5 + 1; k > 0; k--) {
			uint8_t utf8[4];
			uint32_t cp = random_char();
			size_t size = put(utf8, cp < ' ' || cp == 0x7f ? 'x' : cp);

			for (size_t i = 0; i < size; i++)
				n += (size_t)sprintf((char *)bytes + n, "=%02X", utf8[i]);
		}
		n += (size_t)sprintf((char *)bytes + n, "?=%s", random_number() % 2 ? "\r\n" : "");
		if (bytes[n - 1] == '\n')
			bytes[n++] = ' ', bytes[n++] = 'z';
	}
	memcpy(bytes + n, "\r\n", 2);
	return n + 2;
}

static void
test_random(void **state)
{
	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t n = (size_t)sprintf((char *)bytes, "Subject: ");

		n = random_words(n);
		n += (size_t)sprintf((char *)bytes + n, "To:  x");
		n = random_line(n, true);
		n += (size_t)sprintf((char *)bytes + n, "\ty");
		n = random_line(n, true);
		n += (size_t)sprintf((char *)bytes + n, PLAIN);
		for (uint32_t k = random_number() % 6; k > 0; k--)
			n = random_line(n, false);
		if (random_number() % 4 == 0)
			n += put(bytes + n, random_char());
		show_in(&font_mono, n, 16 + random_number() % (DISPLAY_COLUMNS_MAX - 15));
		check_told();
	}
}

static void
test_large(void **state)
{
	static const char *const fill[] = {
		"\r\n", "\t", " ", "x", "\xe2\x80\x8b", "\x01", "x \r\n",
	};
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(fill) / sizeof(fill[0]); i++) {
		size_t len = strlen(fill[i]), start = (size_t)sprintf((char *)bytes, PLAIN);

		for (n = start; n + len + 2 <= MESSAGE_MAX / 100 * 71; n += len) {
			memcpy(bytes + n, fill[i], len);
			if ((n - start) / 900 != (n + len - start) / 900) {
				memcpy(bytes + n + len, "\r\n", 2);
				n += 2;
			}
		}
		show_in(&font_mono, n, 80);
		check_told();
	}
	// one decoded character per row: the most rows there can be
	n = (size_t)sprintf((char *)bytes,
	                    "From: a@x\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	while (n + 6 <= MESSAGE_MAX) {
		memcpy(bytes + n, "CgoK", 4);
		n += 4;
		if (n % 64 < 4) {
			memcpy(bytes + n, "\r\n", 2);
			n += 2;
		}
	}
	show_in(&font_mono, n, 16);
	assert_true(display.rows > 180000);
	check_told();
}

static void
test_seen(void **state)
{
	char body[64 * 3 + 1] = "";

	(void)state;
	for (int i = 0; i < 64; i++)
		strcat(body, "x\r\n");
	show_text(body, 80);
	display.seen = display_reach(&display, display.seen, 1, 10);
	assert_int_equal(display.seen, 0);
	display.seen = display_reach(&display, display.seen, 0, 10);
	assert_int_equal(display.seen, 10);
	display.seen = display_reach(&display, display.seen, 11, 10);
	display.seen = display_reach(&display, display.seen, 5, 5);
	assert_int_equal(display.seen, 10);
	display.seen = display_reach(&display, display.seen, 5, 15);
	display.seen = display_reach(&display, display.seen, UINT32_MAX, UINT32_MAX);
	assert_int_equal(display.seen, 20);
	display.seen = display_reach(&display, display.seen, 20, UINT32_MAX);
	assert_int_equal(display.seen, display.rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_random), cmocka_unit_test(test_large),
		cmocka_unit_test(test_seen),
	};

	return cmocka_run_group_tests_name("signer_display", tests, NULL, NULL);
}
