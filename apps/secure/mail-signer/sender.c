// SPDX-License-Identifier: MIT
// The sender and the recipients, RFC 5322 section 3.4, in the one form that nobody misreads: an address
// without quotes, alone or in angle brackets behind a name.  The name is words, or one
// quoted string, and claims no other address.
#include <string.h>
#include "content.h"
#include "header.h"

struct part { const uint8_t *p, *end; };

static struct part
trim(struct part s)
{
	while (s.p < s.end && *s.p <= ' ')
		s.p++;
	while (s.end > s.p && s.end[-1] <= ' ')
		s.end--;
	return s;
}

// Letters, digits, and dots and dashes between them; in front of the @ some more.
static bool
is_address(struct part s)
{
	unsigned ats = 0;
	uint8_t before = '.';

	for (; s.p < s.end; before = *s.p++) {
		bool plain = (*s.p >= 'a' && *s.p <= 'z') || (*s.p >= 'A' && *s.p <= 'Z')
		             || (*s.p >= '0' && *s.p <= '9') || *s.p == '-' || *s.p == '_'
		             || ((*s.p == '+' || *s.p == '\'') && ats == 0);

		ats += *s.p == '@';
		if (!plain && ((*s.p != '.' && *s.p != '@') || before == '.' || before == '@'))
			return false;
	}
	return ats == 1 && before != '.' && before != '@';
}

// What the name may consist of: no comment, list, route or escape.
static bool
is_name(struct part s)
{
	bool quoted = s.end - s.p >= 2 && *s.p == '"' && s.end[-1] == '"';
	const char *bad = quoted ? "\"\\<>" : "\"\\<>()[]:;,";

	if (quoted)
		s.p++, s.end--;
	for (; s.p < s.end; s.p++)
		if (strchr(bad, *s.p) != NULL || (quoted && *s.p < ' ')         // nor a fold
		    || (quoted && s.p[0] == '=' && s.p[1] == '?'))      // s.p[1]: at least the "
			return false;
	return true;
}

// Nothing else than the address once more, in quotes.
static bool
is_same(struct part name, struct part address)
{
	if (name.end - name.p != address.end - address.p + 2 || *name.p != '"')
		return false;
	for (name.p++; address.p < address.end; address.p++, name.p++)
		if (*name.p != *address.p)
			return false;
	return true;
}

// There is an @, or what looks like one.
static bool
has_at(struct part s)
{
	static const char *const ats[] = { "@", "\xef\xbc\xa0", "\xef\xb9\xab" };

	for (; s.p < s.end; s.p++)
		for (unsigned i = 0; i < 3; i++)
			if ((size_t)(s.end - s.p) >= strlen(ats[i])
			    && memcmp(s.p, ats[i], strlen(ats[i])) == 0)
				return true;
	return false;
}

// A name, perhaps none, and an address; false: neither is known to be one.
static bool
split(struct part all, struct part *name, struct part *address)
{
	const uint8_t *angle = all.end;

	*name = (struct part){ all.p, all.p };
	*address = all;
	while (angle > all.p && angle[-1] != '<')
		angle--;
	if (angle > all.p && all.end[-1] == '>') {
		*name = trim((struct part){ all.p, angle - 1 });
		*address = (struct part){ angle, all.end - 1 };
		if (name->p < name->end && angle[-2] > ' ' && angle[-2] != '"')
			return false;           // some put a space there
	}
	return is_address(*address) && is_name(*name);
}

struct message_verdict
sender_check(struct message *m)
{
	const struct message_field *f = message_find(m, "from");
	const struct part all = trim((struct part){ m->bytes + f->value, m->bytes + f->end });
	struct part name, address, claim;

	if (all.p == all.end)
		return (struct message_verdict){ SIGN_HEADER_MISSING, 0 };
	if (!split(all, &name, &address))
		return (struct message_verdict){ SIGN_SENDER, message_line(m, f->start) };
	claim = name;
	if (f->words_end != 0) {        // all of it decoded, and the address is the same
		claim = trim((struct part){ m->words + f->words, m->words + f->words_end });
		claim.end -= address.end - address.p + 2;
	}
	if (has_at(claim) && !is_same(name, address))
		return (struct message_verdict){ SIGN_SENDER, message_line(m, f->start) };
	m->address = (size_t)(address.p - m->bytes);
	m->address_end = (size_t)(address.end - m->bytes);
	return (struct message_verdict){ SIGN_OK, 0 };
}

static bool
is_list(struct part all)
{
	struct part name, address;

	for (const uint8_t *p = all.p;; p++) {
		bool quoted = false;
		const uint8_t *start = p;

		for (; p < all.end && (quoted || *p != ','); p++)
			quoted ^= *p == '"';
		if (!split(trim((struct part){ start, p }), &name, &address))
			return false;
		if (p == all.end)
			return true;
	}
}

struct message_verdict
people_check(const struct message *m)
{
	static const char *const names[] = { "sender", "reply-to", "to", "cc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct message_field *f = message_find(m, names[i]);

		if (f != NULL
		    && !is_list((struct part){ m->bytes + f->value, m->bytes + f->end - 2 }))
			return (struct message_verdict){ SIGN_PEOPLE, message_line(m, f->start) };
	}
	return (struct message_verdict){ SIGN_OK, 0 };
}
