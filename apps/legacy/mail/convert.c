// SPDX-License-Identifier: MIT
// Rewrites drafts for the signer.  Nobody has to trust this: the user reads the result
// in the signer's window.
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "convert.h"
enum {
	FOLD = 64,              // fold before a word that goes further
	WORD_TEXT = 52,         // bytes between =?utf-8?q? and ?=, with room for a character
	QP_LINE = 72,           // fold behind that, with room for a code
	LINE_MAX = 998,
};

struct out { char *p; size_t n, room, line; bool full; };
struct span { const char *p, *end; };

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->full || o->room - o->n < n) {
		o->full = true;
		return;
	}
	memcpy(o->p + o->n, s, n);
	o->n += n;
	o->line += n;
}

static void
put_string(struct out *o, const char *s)
{
	put(o, s, strlen(s));
}

static void
put_code(struct out *o, uint8_t byte)
{
	const char code[3] = { '=', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15] };

	put(o, code, 3);
}

static bool
begins(struct span s, const char *lower)
{
	for (; *lower != '\0'; lower++, s.p++)
		if (s.p == s.end || (*s.p >= 'A' && *s.p <= 'Z' ? *s.p | 0x20 : *s.p) != *lower)
			return false;
	return true;
}

static bool
contains(struct span s, const char *lower)
{
	for (; s.p < s.end; s.p++)
		if (begins(s, lower))
			return true;
	return false;
}

static bool
is_ascii(struct span s)
{
	for (; s.p < s.end; s.p++)
		if ((uint8_t)*s.p > 0x7f)
			return false;
	return true;
}

// Bytes of the character that begins with this one; 0: none does.
static unsigned
length(uint8_t first)
{
	return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3
	       : first < 0xf5 ? 4 : 0;
}

// Good enough to decide; the signer decides for good.
static bool
is_utf8(struct span s)
{
	while (s.p < s.end) {
		unsigned n = length((uint8_t)*s.p);

		if (n == 0 || (size_t)(s.end - s.p) < n)
			return false;
		for (unsigned i = 1; i < n; i++)
			if (((uint8_t)s.p[i] & 0xc0) != 0x80)
				return false;
		s.p += n;
	}
	return true;
}

// One or more encoded words, each behind a space or a fold; `gap` spaces are encoded,
// too, as those between words are left out.
static void
put_words(struct out *o, struct span s, unsigned gap)
{
	while (s.p < s.end || gap > 0) {
		size_t used = 0;

		if (o->line > FOLD - WORD_TEXT) {
			put_string(o, "\r\n");
			o->line = 0;
		}
		put_string(o, " =?utf-8?q?");
		for (; gap > 0 && used < WORD_TEXT / 2; gap--, used++)
			put_string(o, "_");
		while (s.p < s.end && used < WORD_TEXT - 3u * length((uint8_t)*s.p)) {
			for (unsigned n = length((uint8_t)*s.p); n > 0; n--, s.p++) {
				bool plain = (*s.p >= 'a' && *s.p <= 'z')
				             || (*s.p >= 'A' && *s.p <= 'Z')
				             || (*s.p >= '0' && *s.p <= '9');

				if (plain)
					put(o, s.p, 1), used++;
				else if (*s.p == ' ')
					put_string(o, "_"), used++;
				else
					put_code(o, (uint8_t)*s.p), used += 3;
			}
		}
		put_string(o, "?=");
	}
}

// The next piece of a value: a quoted string, a run of spaces, a special, or a word.
static struct span
next_piece(struct span s, bool addresses)
{
	const char *special = addresses ? "<>(),;:" : "";
	const char *p = s.p + 1;

	if (addresses && *s.p == '"') {
		while (p < s.end && *p != '"')
			p++;
		return (struct span){ s.p, p < s.end ? p + 1 : p };
	}
	if (*s.p == ' ') {
		while (p < s.end && *p == ' ')
			p++;
	} else if (strchr(special, *s.p) == NULL) {
		while (p < s.end && *p != ' ' && strchr(special, *p) == NULL
		       && (!addresses || *p != '"'))
			p++;
	}
	return (struct span){ s.p, p };
}

// A value in which not all is ASCII.
static void
put_value(struct out *o, struct span value, bool addresses)
{
	unsigned gap = 1;               // spaces not written yet
	bool word = false;              // an encoded word is what was written last

	while (value.p < value.end) {
		struct span piece = next_piece(value, addresses);
		bool quoted = addresses && *piece.p == '"';

		value.p = piece.end;
		if (*piece.p == ' ') {
			gap = (unsigned)(piece.end - piece.p);
			continue;
		}
		if (is_ascii(piece)) {
			for (; gap > 0; gap--)
				put_string(o, " ");
			put(o, piece.p, (size_t)(piece.end - piece.p));
			word = begins(piece, "=?");
			continue;
		}
		if (quoted)
			piece.p++, piece.end -= piece.end[-1] == '"';
		put_words(o, piece, word ? gap : 0);
		if (value.p < value.end && *value.p != ' ' && addresses)
			put_string(o, " ");
		gap = 0;
		word = true;
	}
}

// Unfolded into text; false: too long.
static bool
unfold(struct span field, char *text, size_t room, struct span *out)
{
	size_t n = 0;

	for (const char *p = field.p; p < field.end; p++) {
		if (*p == '\r' || *p == '\n')
			continue;
		if (n == room)
			return false;
		text[n++] = *p == '\t' ? ' ' : *p;
	}
	*out = (struct span){ text, text + n };
	return true;
}

// "From: address (name)", an old form: name and address.
static bool
is_old_from(struct span field, struct span *name, struct span *address)
{
	const char *open = field.p, *end = field.end - 3;

	while (open < end && *open != '(')
		open++;
	if (!begins(field, "from:") || *end != ')' || end - open < 2)
		return false;
	*address = (struct span){ field.p + 5, open };
	while (address->p < address->end && *address->p == ' ')
		address->p++;
	while (address->p < address->end && address->end[-1] == ' ')
		address->end--;
	*name = (struct span){ open + 1, end };
	for (const char *p = field.p + 5; p < end; p++)
		if (p != open && strchr("()\"\\<>\r\n", *p) != NULL)
			return false;
	return address->p < address->end;
}

// False: not to be converted.
static bool
put_field(struct out *o, struct span field)
{
	static const char *const people[] = {
		"from:", "sender:", "reply-to:", "to:", "cc:", "bcc:",
	};
	char text[4096];
	struct span all, value;
	bool addresses = false;

	if (is_old_from(field, &value, &all)) {
		put_string(o, "From: \"");
		put(o, value.p, (size_t)(value.end - value.p));
		put_string(o, "\" <");
		put(o, all.p, (size_t)(all.end - all.p));
		put_string(o, ">\r\n");
		return true;
	}
	if (is_ascii(field)) {
		put(o, field.p, (size_t)(field.end - field.p));
		return true;
	}
	for (unsigned i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		addresses |= begins(field, people[i]);
	if (!is_utf8(field) || !unfold(field, text, sizeof(text), &all))
		return false;
	for (value = all; value.p < value.end && *value.p != ':';)
		value.p++;
	if (value.p == value.end)
		return false;
	value.p++;
	o->line = 0;
	put(o, all.p, (size_t)(value.p - all.p));
	while (value.p < value.end && *value.p == ' ')
		value.p++;
	if (is_ascii((struct span){ all.p, value.p }))
		put_value(o, value, addresses);
	put_string(o, "\r\n");
	return is_ascii((struct span){ all.p, value.p });
}

static void
put_qp(struct out *o, struct span body)
{
	o->line = 0;
	while (body.p < body.end) {
		uint8_t c = (uint8_t)*body.p++;
		bool end = body.p == body.end || (*body.p == '\r' && body.end - body.p > 1);

		if (c == '\r' && body.p < body.end && *body.p == '\n') {
			put_string(o, "\r\n");
			body.p++;
			o->line = 0;
			continue;
		}
		if (o->line >= QP_LINE) {
			put_string(o, "=\r\n");
			o->line = 0;
		}
		if (c > 0x7e || (c < ' ' && c != '\t') || c == '=' || (c <= ' ' && end)
		    || (o->line == 0 && (c == 'F' || c == '.')))
			put_code(o, c);
		else
			put(o, (const char[]){ (char)c }, 1);
	}
}

static bool
needs_qp(struct span body)
{
	size_t line = 0;

	for (const char *p = body.p; p < body.end; p++) {
		if ((uint8_t)*p > 0x7f || ++line > LINE_MAX
		    || (line == 1 && begins((struct span){ p, body.end }, "from ")))
			return true;
		if (*p == '\n')
			line = 0;
	}
	return false;
}

struct kind { struct span type, encoding; bool plain, utf8, raw; };

// What Content-Type and Content-Transfer-Encoding say, as far as we know it.
static void
learn(struct kind *k, struct span field)
{
	struct span value = field;

	while (value.p < value.end && *value.p != ':')
		value.p++;
	value.p += value.p < value.end;
	while (value.p < value.end && strchr(" \t", *value.p) != NULL)
		value.p++;
	if (begins(field, "content-type:")) {
		k->plain &= k->type.p == NULL && begins(value, "text/plain")
		            && !contains(value, "charset*") && !contains(value, "(");
		k->type = value;
		k->utf8 = contains(value, "charset=utf-8") || contains(value, "charset=\"utf-8\"");
		k->plain &= k->utf8 || !contains(value, "charset=")
		            || contains(value, "charset=us-ascii")
		            || contains(value, "charset=\"us-ascii\"");
	} else if (begins(field, "content-transfer-encoding:")) {
		k->plain &= k->encoding.p == NULL;
		k->encoding = (struct span){ value.p, value.end - 2 };
		k->raw = begins(value, "7bit\r\n") || begins(value, "8bit\r\n");
		k->plain &= k->raw || begins(value, "quoted-printable\r\n")
		            || begins(value, "base64\r\n");
	}
}

// The next field with its folds; empty at the header's end.  False: there is no end.
static bool
take_field(struct span *in, struct span *field)
{
	const char *p = in->p;

	*field = (struct span){ p, p };
	if (in->end - p >= 2 && p[0] == '\r' && p[1] == '\n')
		return true;
	for (; in->end - p >= 3; p++) {
		if (p[0] != '\r' || p[1] != '\n' || p[2] == ' ' || p[2] == '\t')
			continue;
		field->end = in->p = p + 2;
		return true;
	}
	return false;
}

static bool
has_crlf_lines(struct span s)
{
	for (const char *p = s.p; p < s.end; p++)
		if (*p == '\0' || (*p == '\r' && (s.end - p < 2 || p[1] != '\n'))
		    || (*p == '\n' && (p == s.p || p[-1] != '\r')))
			return false;
	return true;
}

size_t
convert(const char *in, size_t size, char *out, size_t room)
{
	struct kind kind = { .plain = true, .raw = true };
	struct span rest = { in, in + size }, field;
	struct out o = { .p = out, .room = room };
	bool qp;

	if (!has_crlf_lines(rest))
		return 0;
	while (take_field(&rest, &field) && field.p < field.end) {
		if (begins(field, "content-"))
			learn(&kind, field);
		else if (!begins(field, "mime-version:") && !put_field(&o, field))
			return 0;
	}
	if (rest.end - rest.p < 2 || field.p < field.end || rest.p[0] != '\r' || !kind.plain)
		return 0;
	rest.p += 2;
	if (kind.raw && (!is_utf8(rest) || (!kind.utf8 && !is_ascii(rest))))
		return 0;
	qp = kind.raw && needs_qp(rest);
	put_string(&o, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=");
	put_string(&o, kind.utf8 ? "utf-8" : "us-ascii");
	put_string(&o, "; hp=\"clear\"\r\nContent-Transfer-Encoding: ");
	if (kind.raw)
		put_string(&o, qp ? "quoted-printable" : "7bit");
	else
		put(&o, kind.encoding.p, (size_t)(kind.encoding.end - kind.encoding.p));
	put_string(&o, "\r\n\r\n");
	if (qp)
		put_qp(&o, rest);
	else
		put(&o, rest.p, (size_t)(rest.end - rest.p));
	return o.full ? 0 : o.n;
}
