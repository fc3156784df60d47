// SPDX-License-Identifier: MIT
// Encoded words: =?charset?Q or B?text?=.  Decoded text is never longer.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "word.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static int
base64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Both decoders write at most as much as they have read.  -1: broken.
static ptrdiff_t
decode_q(const char *s, const char *end, char *out)
{
	char *to = out;

	for (; s < end; s++) {
		char c = *s == '_' ? ' ' : *s;

		if (*s == '=') {
			if (end - s < 3 || hex(s[1]) < 0 || hex(s[2]) < 0)
				return -1;
			c = (char)(hex(s[1]) << 4 | hex(s[2]));
			s += 2;
		}
		*to++ = c;
	}
	return to - out;
}

static ptrdiff_t
decode_b(const char *s, const char *end, char *out)
{
	char *to = out;
	uint32_t bits = 0;
	int have = 0;

	for (; s < end && *s != '='; s++) {
		if (base64(*s) < 0)
			return -1;
		bits = bits << 6 | (uint32_t)base64(*s);
		have += 6;
		if (have >= 8) {
			have -= 8;
			*to++ = (char)(bits >> have);
		}
	}
	return to - out;
}

static bool
is_charset(const char *s, size_t len)
{
	static const char *const known[] = { "utf-8", "us-ascii" };

	for (size_t i = 0; i < 2; i++) {
		size_t k = 0;

		while (k < len && known[i][k] == (s[k] >= 'A' && s[k] <= 'Z' ? s[k] + 32 : s[k]))
			k++;
		if (k == len && known[i][k] == '\0')
			return true;
	}
	return false;
}

// Decode the word that begins at s to out.  *after: behind it.
static ptrdiff_t
decode_word(const char *s, char *out, const char **after)
{
	char decoded[512];

	if (s[0] != '=' || s[1] != '?')
		return -1;
	const char *charset = s + 2, *q = strchr(charset, '?');
	if (q == NULL || !is_charset(charset, (size_t)(q - charset)) || q[1] == '\0' || q[2] != '?')
		return -1;
	const char *text = q + 3, *end = strchr(text, '?');
	if (end == NULL || end[1] != '=' || (size_t)(end - text) > sizeof(decoded))
		return -1;

	ptrdiff_t n = -1;
	if (q[1] == 'Q' || q[1] == 'q')
		n = decode_q(text, end, decoded);
	else if (q[1] == 'B' || q[1] == 'b')
		n = decode_b(text, end, decoded);
	for (ptrdiff_t i = 0; i < n; i++) {
		bool control = (unsigned char)decoded[i] < ' ' || decoded[i] == 0x7f;

		out[i] = control ? ' ' : decoded[i];
	}
	*after = end + 2;
	return n;
}

void
word_decode(char *field)
{
	char *to = field, *last = NULL;         // last: end of the word just decoded
	const char *s = field, *after = NULL;

	while (*s != '\0') {
		const char *word = s;

		// space between two encoded words belongs to neither
		while (last != NULL && *word == ' ')
			word++;
		ptrdiff_t n = decode_word(word, to, &after);
		if (n >= 0) {
			to += n;
			last = to;
			s = after;
			continue;
		}
		last = NULL;
		*to++ = *s++;
	}
	*to = '\0';
}
