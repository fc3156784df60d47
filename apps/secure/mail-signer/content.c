// SPDX-License-Identifier: MIT
// What the body is: MIME header fields (RFC 2045 section 5, 6), strict
// decoding of quoted-printable and base64, and the declared character set.
#include <string.h>
#include <draw/font.h>
#include "content.h"
#include "header.h"

// A structured header field that is being read.
struct cursor { const uint8_t *p, *end; };

static const struct message_verdict fine = { SIGN_OK, 0 };

static int
peek(const struct cursor *c)
{
	return c->p < c->end ? *c->p : -1;
}

// Spaces, and folds, which check_field has found to be whole.
static void
skip_space(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\r' || *c->p == '\n'))
		c->p++;
}

// A token (RFC 2045 section 5.1) in lower case, cut to the storage, which is
// longer than any word we know; false when there is none.
static bool
take_token(struct cursor *c, char out[32])
{
	size_t n = 0;

	while (c->p < c->end && *c->p > ' ' && *c->p < 0x7f
	       && strchr("()<>@,;:\\\"/[]?=", *c->p) == NULL) {
		uint8_t b = *c->p++;

		if (n < 31)
			out[n++] = (char)(b >= 'A' && b <= 'Z' ? b | 0x20 : b);
	}
	out[n] = '\0';
	return n > 0;
}

// The value of a parameter: a token, or the same in quotes.
static bool
take_value(struct cursor *c, char out[32])
{
	bool quoted = peek(c) == '"';

	c->p += quoted;
	if (!take_token(c, out))
		return false;
	return !quoted || (c->p < c->end && *c->p++ == '"');
}

// charset and hp, each once at most.  RFC 2231 parameters end in a star.  What is left
// out are names of files, by which some mail programs go, and RFC 3676's format, by
// which some join lines.
static enum sign_refusal
check_parameters(struct cursor *c, struct message *m)
{
	bool charset = false;
	char name[32], value[32];

	while (c->p < c->end) {
		if (*c->p++ != ';')
			return SIGN_HEADER_MALFORMED;
		skip_space(c);
		if (!take_token(c, name) || peek(c) != '=')
			return SIGN_HEADER_MALFORMED;
		c->p++;
		if (!take_value(c, value))
			return SIGN_HEADER_MALFORMED;
		if (strcmp(name, "hp") == 0 && !m->protects && strcmp(value, "clear") == 0) {
			m->protects = true;
			continue;
		}
		if (strcmp(name, "charset") != 0 || charset)
			return SIGN_PARAMETER;
		charset = true;
		m->utf8 = strcmp(value, "utf-8") == 0;
		if (!m->utf8 && strcmp(value, "us-ascii") != 0)
			return SIGN_CHARSET;
	}
	return SIGN_OK;
}

static enum sign_refusal
check_type(struct cursor c, struct message *m)
{
	char type[32], subtype[32];

	skip_space(&c);
	if (!take_token(&c, type) || peek(&c) != '/')
		return SIGN_HEADER_MALFORMED;
	c.p++;
	if (!take_token(&c, subtype))
		return SIGN_HEADER_MALFORMED;
	if (strcmp(type, "multipart") == 0 || strcmp(type, "message") == 0)
		return SIGN_MULTIPART;
	if (strcmp(type, "text") != 0 || strcmp(subtype, "plain") != 0)
		return SIGN_TYPE;
	return check_parameters(&c, m);
}

// The field is one token and nothing else.
static bool
take_only(struct cursor c, char out[32])
{
	skip_space(&c);
	return take_token(&c, out) && c.p == c.end;
}

static enum sign_refusal
check_encoding(struct cursor c, struct message *m)
{
	static const char *const names[] = {
		[ENCODING_7BIT] = "7bit", [ENCODING_QP] = "quoted-printable",
		[ENCODING_BASE64] = "base64",
	};
	char name[32];

	if (!take_only(c, name))
		return SIGN_HEADER_MALFORMED;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			m->encoding = i;
			return SIGN_OK;
		}
	return strcmp(name, "8bit") == 0 ? SIGN_NOT_7BIT : SIGN_ENCODING;
}

static enum sign_refusal
check_version(struct cursor c, struct message *m)
{
	char version[32];

	(void)m;
	return take_only(c, version) && strcmp(version, "1.0") == 0 ? SIGN_OK
	       : SIGN_HEADER_MALFORMED;
}

static struct message_verdict
check_fields(struct message *m)
{
	static const struct {
		const char *name;
		enum sign_refusal (*check)(struct cursor, struct message *);
	} rules[] = {
		{ "mime-version", check_version },
		{ "content-type", check_type },
		{ "content-transfer-encoding", check_encoding },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct message_field *f = message_find(m, rules[i].name);
		enum sign_refusal why;

		if (f == NULL)
			continue;
		why = rules[i].check((struct cursor){ m->bytes + f->value,
		                                      m->bytes + f->end - 2 }, m);
		if (why != SIGN_OK)
			return (struct message_verdict){ why, message_line(m, f->start) };
	}
	return fine;
}

int
hex_digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

// RFC 2045 section 6.7: capital digits, no white space before a line's end.
static struct message_verdict
decode_qp(const uint8_t *p, const uint8_t *end, uint32_t line, uint8_t *text, size_t *n)
{
	while (p < end) {
		bool coded = *p == '=' && end - p >= 3;

		if (coded && p[1] == '\r') {    // a soft break, to be left out
			p += 3;
			line++;
		} else if (*p == '\r' && !is_blank(p[-1])) {    // p[-1]: at least a line's end
			text[(*n)++] = *p++;
			text[(*n)++] = *p++;
			line++;
		} else if (coded && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
			text[(*n)++] = (uint8_t)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
			p += 3;
		} else if (*p == '\t' || (*p >= ' ' && *p <= '~' && *p != '=')) {
			text[(*n)++] = *p++;
		} else {
			return (struct message_verdict){ SIGN_DECODE, line };
		}
	}
	if (is_blank(p[-1]))
		return (struct message_verdict){ SIGN_DECODE, line };
	return fine;
}

static int
base64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct message_verdict
decode_base64(const uint8_t *p, const uint8_t *end, uint32_t line, uint8_t *text, size_t *n)
{
	uint32_t bits = 0;
	unsigned digits = 0, padding = 0;

	for (; p < end; p++) {
		if (*p == '\r')
			continue;
		if (*p == '\n') {
			line++;
			continue;
		}
		if (*p == '=' && digits % 4 + padding >= 2 && digits % 4 + padding < 4)
			padding++;
		else if (base64_digit(*p) < 0 || padding > 0)
			return (struct message_verdict){ SIGN_DECODE, line };
		else
			digits++;
		bits = bits << 6 | (*p == '=' ? 0 : (uint32_t)base64_digit(*p));
		if ((digits + padding) % 4 != 0)
			continue;
		if ((padding > 0 && (bits & 0xff) != 0) || (padding > 1 && (bits & 0xffff) != 0))
			return (struct message_verdict){ SIGN_DECODE, line };
		for (unsigned i = 0; i < 3 - padding; i++)
			text[(*n)++] = (uint8_t)(bits >> (16 - 8 * i));
	}
	if ((digits + padding) % 4 != 0)
		return (struct message_verdict){ SIGN_DECODE, line };
	return fine;
}

// The text is in the declared character set and shows as lines.
static struct message_verdict
check_text(const struct message *m, uint32_t line)
{
	bool raw = m->encoding == ENCODING_7BIT;

	for (size_t at = 0; at < m->text_length;) {
		uint32_t cp = utf8_next((const char *)m->text, m->text_length, &at);

		if (cp == UTF8_BAD || (cp > 0x7f && !m->utf8))
			return (struct message_verdict){ SIGN_UTF8, line };
		if (cp == 0)
			return (struct message_verdict){ SIGN_NUL, line };
		if (cp == '\r' && (at == m->text_length || m->text[at] != '\n'))
			return (struct message_verdict){ SIGN_BARE_CR, line };
		line += raw && cp == '\n';
	}
	return fine;
}

// Transports leave the body's bytes alone: RFC 8551 section 3.1.3, and "From " as the
// beginning of a line, before which mailboxes put ">".
static struct message_verdict
check_transport(const uint8_t *p, const uint8_t *end, uint32_t line)
{
	for (bool begin = true; p < end; line += *p++ == '\n') {
		if (*p > 0x7f)
			return (struct message_verdict){ SIGN_NOT_7BIT, line };
		if (begin && end - p >= 5 && memcmp(p, "From ", 5) == 0)
			return (struct message_verdict){ SIGN_FROM_LINE, line };
		begin = *p == '\n';
	}
	return fine;
}

struct message_verdict
content_check(struct message *m, size_t body, uint32_t line, uint8_t *text)
{
	const uint8_t *p = m->bytes + body, *end = m->bytes + m->length;
	struct message_verdict v = check_fields(m);

	if (v.why == SIGN_OK)
		v = check_transport(p, end, line);
	if (v.why == SIGN_OK && m->encoding == ENCODING_QP)
		v = decode_qp(p, end, line, text, &m->text_length);
	else if (v.why == SIGN_OK && m->encoding == ENCODING_BASE64)
		v = decode_base64(p, end, line, text, &m->text_length);
	if (v.why != SIGN_OK)
		return v;
	m->text = text;
	if (m->encoding == ENCODING_7BIT) {
		m->text = p;
		m->text_length = (size_t)(end - p);
	}
	return check_text(m, line);
}
