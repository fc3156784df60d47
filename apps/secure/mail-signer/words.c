// SPDX-License-Identifier: MIT
// Encoded words in header fields, RFC 2047 section 2.  Mail programs differ about
// all that is nearly one; so "=?" is a word in every respect or refused.
#include <string.h>
#include <draw/font.h>
#include "content.h"
#include "header.h"

enum { WORD_MAX = 75 };

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// p[0..n) begins so, in either case; `lower` is in lower case.
static bool
begins(const uint8_t *p, size_t n, const char *lower)
{
	for (; *lower != '\0'; lower++, p++, n--)
		if (n == 0 || (*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p) != (uint8_t)*lower)
			return false;
	return true;
}

// The Q encoding, section 4.2; false when it is broken.
static bool
decode_q(const uint8_t *p, const uint8_t *end, uint8_t *out, size_t *n)
{
	while (p < end) {
		if (*p == '=' && end - p >= 3 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
			out[(*n)++] = (uint8_t)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
			p += 3;
		} else if (*p > ' ' && *p < 0x7f && *p != '=') {
			out[(*n)++] = *p == '_' ? ' ' : *p;
			p++;
		} else {
			return false;
		}
	}
	return true;
}

// The decoded text is whole characters of the set, and none that controls.
static bool
is_text(const uint8_t *p, size_t n, bool utf8)
{
	for (size_t at = 0; at < n;) {
		uint32_t cp = utf8_next((const char *)p, n, &at);

		if (cp == UTF8_BAD || cp < ' ' || (cp >= 0x7f && cp < 0xa0) || (cp > 0x7f && !utf8))
			return false;
	}
	return n > 0;
}

// The word at p, which "=?" begins: its bytes to out, its length returned; 0: it is none.
static size_t
decode_word(const uint8_t *p, const uint8_t *end, uint8_t *out, size_t *n)
{
	bool utf8 = begins(p, (size_t)(end - p), "=?utf-8?"), base64, good;
	const uint8_t *code = p + (utf8 ? 8 : 11), *stop;
	size_t from = *n;

	if ((!utf8 && !begins(p, (size_t)(end - p), "=?us-ascii?")) || end - code < 2)
		return 0;
	base64 = (*code | 0x20) == 'b';
	if ((!base64 && (*code | 0x20) != 'q') || code[1] != '?')
		return 0;
	code += 2;
	for (stop = code; stop < end && *stop != '?' && !is_space(*stop);)
		stop++;
	if (end - stop < 2 || stop[1] != '=' || stop + 2 - p > WORD_MAX)
		return 0;
	if (end - stop > 2 && !is_space(stop[2]))
		return 0;
	good = base64 ? decode_base64(code, stop, 0, out, n).why == SIGN_OK
	              : decode_q(code, stop, out, n);
	return good && is_text(out + from, *n - from, utf8) ? (size_t)(stop + 2 - p) : 0;
}

// The field's value without folds, and without the space between words (section 6.2).
static bool
decode_field(const struct message *m, struct message_field *f, uint8_t *text, size_t *n)
{
	const uint8_t *p = m->bytes + f->value, *end = m->bytes + f->end - 2;
	bool alone = true, after_word = false;          // only space since a word
	size_t word_end = *n, start = *n;

	while (p < end && is_space(*p))
		p++;
	while (p < end) {
		if (p[0] == '=' && p[1] == '?') {       // p[1]: at least the field's CR
			size_t length;

			if (after_word)
				*n = word_end;
			length = alone ? decode_word(p, end, text, n) : 0;
			if (length == 0)
				return false;
			p += length;
			word_end = *n;
			f->words = (uint32_t)start;
			f->words_end = (uint32_t)*n;
			after_word = true;
			alone = false;
			continue;
		}
		if (p[0] == '?' && p[1] == '=')         // some take that for a word's end
			return false;
		alone = is_space(*p);
		after_word = after_word && alone;
		if (*p != '\r' && *p != '\n')
			text[(*n)++] = *p == '\t' ? ' ' : *p;
		p++;
	}
	if (f->words_end != 0)
		f->words_end = (uint32_t)*n;
	else
		*n = start;                     // it says what it says
	return true;
}

struct message_verdict
words_decode(struct message *m, uint8_t *text, size_t *n)
{
	m->words = text;
	text[(*n)++] = ' ';             // no word begins at 0: words_end 0 says that there is none
	for (unsigned i = 0; i < m->fields; i++)
		if (!decode_field(m, &m->field[i], text, n))
			return (struct message_verdict){
				SIGN_WORD, message_line(m, m->field[i].start) };
	return (struct message_verdict){ SIGN_OK, 0 };
}
