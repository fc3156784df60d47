// SPDX-License-Identifier: MIT
// Checks the header and the lines of a message; content.c does the body.
#include <string.h>
#include "content.h"
#include "header.h"

static struct message_verdict
refuse(enum sign_refusal why, uint32_t line)
{
	return (struct message_verdict){ why, line };
}

static bool
is_crlf(const struct message *m, size_t at)
{
	return m->length - at >= 2 && m->bytes[at] == '\r' && m->bytes[at + 1] == '\n';
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct message_verdict
check_lines(const uint8_t *p, size_t n)
{
	uint32_t line = 1;

	for (size_t i = 0, start = 0; i < n; i++) {
		if (p[i] == '\0')
			return refuse(SIGN_NUL, line);
		if (p[i] == '\n')       // one behind a CR was skipped with it
			return refuse(SIGN_BARE_LF, line);
		if (p[i] == '\r') {
			if (n - i < 2 || p[i + 1] != '\n')
				return refuse(SIGN_BARE_CR, line);
			i++;
			line++;
			start = i + 1;
		} else if (i - start >= MESSAGE_LINE_MAX) {
			return refuse(SIGN_LINE_TOO_LONG, line);
		}
	}
	return refuse(SIGN_OK, 0);
}

// One line of a field's value from *at to behind its CRLF.
static struct message_verdict
check_field_line(const struct message *m, size_t *at, uint32_t *line, bool folded)
{
	bool blank = true;

	while (!is_crlf(m, *at)) {
		uint8_t c;

		if (*at == m->length)
			return refuse(SIGN_HEADER_MALFORMED, *line);
		c = m->bytes[(*at)++];
		if (c > 0x7f)
			return refuse(SIGN_NOT_7BIT, *line);
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return refuse(SIGN_HEADER_MALFORMED, *line);
		blank = blank && is_space(c);
	}
	if (folded && blank)
		return refuse(SIGN_HEADER_MALFORMED, *line);
	*at += 2;
	(*line)++;
	return refuse(SIGN_OK, 0);
}

// Some mail programs decode encoded words in names of fields, too: none has one.
static bool
is_name_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
	       || c == '-' || c == '_';
}

static struct message_verdict
check_field(const struct message *m, struct message_field *f, uint32_t *line)
{
	size_t at = f->start;
	uint32_t first = *line;
	bool folded = false;

	while (at < m->length && is_name_byte(m->bytes[at]))
		at++;
	if (at == f->start || at == m->length || m->bytes[at] != ':')
		return refuse(SIGN_HEADER_MALFORMED, first);
	f->value = (uint32_t)++at;
	do {
		struct message_verdict v = check_field_line(m, &at, line, folded);

		if (v.why != SIGN_OK)
			return v;
		folded = true;
	} while (at < m->length && is_space(m->bytes[at]));
	f->end = (uint32_t)at;
	if (at - f->start > MESSAGE_FIELD_MAX)
		return refuse(SIGN_HEADER_TOO_LONG, first);
	return refuse(SIGN_OK, 0);
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool
message_named(const struct message *m, const struct message_field *f, const char *name)
{
	const uint8_t *p = m->bytes + f->start;
	size_t n = f->value - 1 - f->start, i = 0;

	while (i < n && name[i] != '\0' && lower(p[i]) == (uint8_t)name[i])
		i++;
	return i == n && name[i] == '\0';
}

const struct message_field *
message_find(const struct message *m, const char *name)
{
	for (unsigned i = 0; i < m->fields; i++)
		if (message_named(m, &m->field[i], name))
			return &m->field[i];
	return NULL;
}

// Field f has a name that begins so, in lower case.
static bool
has_prefix(const struct message *m, const struct message_field *f, const char *prefix)
{
	uint32_t n = (uint32_t)strlen(prefix);
	const struct message_field start = { .start = f->start, .value = f->start + n + 1 };

	return f->value > start.value && message_named(m, &start, prefix);
}

// Content-* and those that RFC 5322 section 3.6 allows once.
static bool
is_singleton(const struct message *m, const struct message_field *f)
{
	static const char *const names[] = {
		"from", "sender", "reply-to", "to", "cc", "bcc", "message-id",
		"in-reply-to", "references", "subject", "date", "mime-version",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (message_named(m, f, names[i]))
			return true;
	return has_prefix(m, f, "content-");
}

static bool
is_duplicate(const struct message *m, const struct message_field *f)
{
	for (const struct message_field *g = m->field; g < f; g++) {
		size_t n = f->value - f->start, i = 0;

		if (g->value - g->start != n)
			continue;
		while (i < n && lower(m->bytes[f->start + i]) == lower(m->bytes[g->start + i]))
			i++;
		if (i == n)
			return is_singleton(m, f);
	}
	return false;
}

// Mail programs differ about these.
static enum sign_refusal
check_kind(const struct message *m, const struct message_field *f)
{
	if (is_duplicate(m, f))
		return SIGN_HEADER_DUPLICATE;
	if (has_prefix(m, f, "resent-"))
		return SIGN_RESENT;
	if (has_prefix(m, f, "content-") && !message_named(m, f, "content-type")
	    && !message_named(m, f, "content-transfer-encoding"))
		return SIGN_CONTENT_FIELD;
	return SIGN_OK;
}

// Fields up to the empty line, which must be there; *line is then the body's first.
static struct message_verdict
check_header(struct message *m, size_t *body, uint32_t *line)
{
	size_t at = 0;

	*line = 1;
	while (!is_crlf(m, at)) {
		struct message_field *f = &m->field[m->fields];
		struct message_verdict v;
		uint32_t first = *line;

		if (m->fields == MESSAGE_FIELDS_MAX)
			return refuse(SIGN_HEADER_TOO_LONG, first);
		*f = (struct message_field){ .start = (uint32_t)at };
		v = check_field(m, f, line);
		if (v.why != SIGN_OK)
			return v;
		v.why = check_kind(m, f);
		if (v.why != SIGN_OK)
			return refuse(v.why, first);
		m->fields++;
		at = f->end;
	}
	*body = at + 2;
	(*line)++;
	return refuse(SIGN_OK, 0);
}

struct message_verdict
message_check(const uint8_t *bytes, size_t length, uint8_t *text, struct message *m)
{
	struct message_verdict v;
	size_t body, decoded = 0;
	uint32_t line;

	memset(m, 0, sizeof(*m));
	m->bytes = bytes;
	m->length = length;
	if (length == 0)
		return refuse(SIGN_EMPTY, 0);
	if (length > MESSAGE_MAX)
		return refuse(SIGN_TOO_LARGE, 0);
	v = check_lines(bytes, length);
	if (v.why == SIGN_OK)
		v = check_header(m, &body, &line);
	if (v.why != SIGN_OK)
		return v;
	if (message_find(m, "from") == NULL)
		return refuse(SIGN_HEADER_MISSING, 0);
	if (message_find(m, "bcc") != NULL)
		return refuse(SIGN_BCC, 0);
	v = words_decode(m, text, &decoded);
	if (v.why == SIGN_OK)
		v = sender_check(m);
	if (v.why == SIGN_OK)
		v = people_check(m);
	if (v.why != SIGN_OK)
		return v;
	return content_check(m, body, line, text + decoded);
}

uint32_t
message_line(const struct message *m, size_t at)
{
	uint32_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += m->bytes[i] == '\n';
	return line;
}

bool
message_is_from(const struct message *m, const uint8_t *mail, size_t n)
{
	const uint8_t *p = m->bytes + m->address;

	if (n == 0 || m->address_end - m->address != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(p[i]) != lower(mail[i]))
			return false;
	return true;
}

const char *
sign_refusal_text(enum sign_refusal why)
{
	static const char *const text[SIGN_REFUSALS] = {
		[SIGN_OK]               = "Signed.",
		[SIGN_REFUSED_BY_USER]  = "You refused to sign.",
		[SIGN_TOO_LARGE]        = "The message is larger than 256 KiB.",
		[SIGN_EMPTY]            = "The message is empty.",
		[SIGN_BARE_CR]          = "A carriage return stands without its line feed.",
		[SIGN_BARE_LF]          = "A line feed stands without its carriage return.",
		[SIGN_NUL]              = "The message contains a NUL byte.",
		[SIGN_LINE_TOO_LONG]    = "A line is longer than 998 bytes.",
		[SIGN_HEADER_MALFORMED] = "A header field is malformed.",
		[SIGN_HEADER_TOO_LONG]  = "A header field is too long, or there are too many.",
		[SIGN_HEADER_DUPLICATE] = "A header field that may occur once occurs twice.",
		[SIGN_HEADER_MISSING]   = "The message has no From field.",
		[SIGN_BCC]              = "Signed, its Bcc field would be shown to all recipients.",
		[SIGN_CHARSET]          =
			"The text is in a character set other than UTF-8 or US-ASCII.",
		[SIGN_ENCODING]         = "The text has an unknown transfer encoding.",
		[SIGN_UTF8]             =
			"There are bytes that are not valid text in the declared set.",
		[SIGN_MULTIPART]        = "The message has several parts; they cannot be shown.",
		[SIGN_TYPE]             = "The message is not plain text; it cannot be shown.",
		[SIGN_DECODE]           = "The transfer encoding of the text is broken.",
		[SIGN_NO_KEY]           = "The key or its certificate is missing or broken.",
		[SIGN_NO_RANDOM]        = "The processor gives no random numbers.",
		[SIGN_NO_CLOCK]         = "The clock gives no time to sign with.",
		[SIGN_MEMORY]           = "The signed message does not fit into memory.",
		[SIGN_NOT_7BIT]         = "There are 8-bit bytes; mail servers change them.",
		[SIGN_FROM_LINE]        = "A line begins with \"From \"; mailboxes change that.",
		[SIGN_PARAMETER]        = "The content type has a parameter that some misread.",
		[SIGN_CONTENT_FIELD]    = "A content field is one that not all mail programs heed.",
		[SIGN_RESENT]           = "The message says that it was resent.",
		[SIGN_SENDER]           = "The From field is not one plain name and address.",
		[SIGN_WORD]             = "An encoded word in the header is broken.",
		[SIGN_PEOPLE]           = 
			"An address field is not a list of plain names and addresses.",
		[SIGN_UNPROTECTED]      = "The content type does not protect the header (hp).",
	};

	return (unsigned)why < SIGN_REFUSALS ? text[why] : "Unknown reason.";
}
