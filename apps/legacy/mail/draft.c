// SPDX-License-Identifier: MIT
// Reading just enough of a message to list it.

#include <string.h>
#include "draft.h"
#include "word.h"

enum { HEADER_MAX = 65536 };    // bytes looked at for header fields

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

// End of the line at `at`: the offset of its LF, or of the end.
static size_t
line_end(const struct draft *d, size_t at)
{
	while (at < d->size && d->bytes[at] != '\n')
		at++;
	return at;
}

static bool
is_blank(const struct draft *d, size_t at, size_t end)
{
	return at == end || (end - at == 1 && d->bytes[at] == '\r');
}

static bool
is_folded(const struct draft *d, size_t at)
{
	return at < d->size && (d->bytes[at] == ' ' || d->bytes[at] == '\t');
}

static bool
has_name(const struct draft *d, size_t at, size_t end, const char *name)
{
	size_t n = strlen(name);

	if (end - at <= n || d->bytes[at + n] != ':')
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(d->bytes[at + i]) != name[i])
			return false;
	return true;
}

// Append with white space folded to one space.
static void
append(char out[DRAFT_FIELD], const char *s, size_t len)
{
	size_t n = strlen(out);

	for (size_t i = 0; i < len && n < DRAFT_FIELD - 1; i++) {
		bool space = (unsigned char)s[i] <= ' ' || s[i] == 0x7f;

		if (space && (n == 0 || out[n - 1] == ' '))
			continue;
		out[n++] = space ? ' ' : s[i];
	}
	out[n] = '\0';
}

static void
trim(char out[DRAFT_FIELD])
{
	size_t n = strlen(out);

	while (n > 0 && out[n - 1] == ' ')
		out[--n] = '\0';
}

void
draft_open(struct draft *d, const char *name, const void *bytes, size_t size)
{
	struct { const char *name; char *value; } field[] = {
		{ "from", d->from }, { "to", d->to }, { "subject", d->subject },
		{ "date", d->date },
	};
	enum { FIELDS = sizeof(field) / sizeof(field[0]) };
	char *value = NULL;
	size_t at = 0, end;

	*d = (struct draft){ .bytes = bytes, .size = size };
	for (size_t i = 0; i < DRAFT_NAME - 1 && name[i] != '\0'; i++)
		d->name[i] = name[i];
	for (; at < size && at < HEADER_MAX; at = end + (end < size)) {
		end = line_end(d, at);
		if (is_blank(d, at, end)) {
			at = end + (end < size);
			break;
		}
		size_t skip = 0;
		if (!is_folded(d, at)) {
			value = NULL;
			for (size_t i = 0; i < FIELDS; i++)
				if (has_name(d, at, end, field[i].name) &&
				    field[i].value[0] == '\0')
					value = field[i].value, skip = strlen(field[i].name) + 1;
		}
		if (value != NULL)
			append(value, d->bytes + at + skip, end - at - skip);
	}
	d->body = at;
	for (size_t i = 0; i < FIELDS; i++) {
		trim(field[i].value);
		word_decode(field[i].value);
	}
}

const char *
draft_person(const char *field, size_t *len)
{
	const char *angle = strchr(field, '<');

	*len = angle != NULL && angle != field ? (size_t)(angle - field) : strlen(field);
	while (*len > 0 && (field[*len - 1] == ' ' || field[*len - 1] == '"'))
		--*len;
	while (*len > 0 && *field == '"')
		field++, --*len;
	return field;
}

const char *
draft_day(const char *field, size_t *len)
{
	const char *comma = strchr(field, ',');
	int colons = 0;

	if (comma != NULL)
		field = comma[1] == ' ' ? comma + 2 : comma + 1;
	for (*len = 0; field[*len] != '\0'; ++*len)
		if (field[*len] == ':' && ++colons == 2)
			break;
	return field;
}

// True if there are lines, and no CR at all.
static bool
needs_cr(const struct draft *d)
{
	bool lines = false;

	for (size_t i = 0; i < d->size; i++) {
		if (d->bytes[i] == '\r')
			return false;
		lines |= d->bytes[i] == '\n';
	}
	return lines;
}

size_t
draft_wire(const struct draft *d, void *out, size_t room)
{
	char *to = out;
	size_t n = 0;

	if (!needs_cr(d)) {
		if (d->size > room)
			return 0;
		memcpy(to, d->bytes, d->size);
		return d->size;
	}
	for (size_t i = 0; i < d->size; i++) {
		bool lf = d->bytes[i] == '\n';

		if (room - n < 1u + lf)
			return 0;
		if (lf)
			to[n++] = '\r';
		to[n++] = d->bytes[i];
	}
	return n;
}

static bool
is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

void
draft_out_name(const struct draft *d, char out[DRAFT_OUT_NAME])
{
	static const char suffix[] = "-signed.eml", type[] = ".eml", other[] = "mail";
	size_t n = strlen(d->name), t = sizeof(type) - 1;

	if (n > t && memcmp(d->name + n - t, type, t) == 0)
		n -= t;
	_Static_assert(DRAFT_NAME + sizeof(suffix) + sizeof(other) <= DRAFT_OUT_NAME, "fits");
	if (n == 0 || !is_plain(d->name[0]) || strchr("._-", d->name[0]) != NULL) {
		memcpy(out, other, sizeof(other) - 1);
		out += sizeof(other) - 1;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = is_plain(d->name[i]) && (i > 0 || d->name[i] != '.') ? d->name[i] : '-';
	memcpy(out + n, suffix, sizeof(suffix));
}
