// SPDX-License-Identifier: MIT
// Pairs as a table: for each first character the second ones, and in the same
// order what they become.

#include <stddef.h>
#include "compose.h"

struct pairs {
	uint16_t dead;                  // combining character of a dead key; 0: none
	uint16_t typed;                 // the same after Compose
	uint16_t alone;                 // of a dead key with a character it does not go with
	const uint16_t *second, *result;
};

static const struct pairs table[] = {
	{ 0x300, '`', '`', u"AEIOUaeiou", u"ÀÈÌÒÙàèìòù" },
	{ 0x301, '\'', u'´', u"ACEILNORSUYZaceilnorsuyz",
	  u"ÁĆÉÍĹŃÓŔŚÚÝŹáćéíĺńóŕśúýź" },
	{ 0x302, '^', '^', u"ACEGHIJOSUWYaceghijosuwy",
	  u"ÂĈÊĜĤÎĴÔŜÛŴŶâĉêĝĥîĵôŝûŵŷ" },
	{ 0x303, '~', '~', u"AINOUainou", u"ÃĨÑÕŨãĩñõũ" },
	{ 0x308, '"', u'¨', u"AEIOUYaeiouy", u"ÄËÏÖÜŸäëïöüÿ" },
	{ 0x327, ',', u'¸', u"CGKLNRSTcgklnrst", u"ÇĢĶĻŅŖŞŢçģķļņŗşţ" },
	{ 0x30c, '<', u'ˇ', u"CDELNRSTZcdelnrstz<", u"ČĎĚĽŇŘŠŤŽčďěľňřšťž«" },
	{ 0, 'a', 0, u"e", u"æ" }, { 0, 'A', 0, u"E", u"Æ" },
	{ 0, 'o', 0, u"aAeoc", u"åÅœ°©" }, { 0, 'O', 0, u"E", u"Œ" },
	{ 0, '/', 0, u"oOc", u"øØ¢" }, { 0, 's', 0, u"so", u"ß§" },
	{ 0, '=', 0, u"eEY", u"€€¥" }, { 0, '>', 0, u">", u"»" },
	{ 0, '-', 0, u"-L", u"–£" }, { 0, '.', 0, u".", u"…" }, { 0, '!', 0, u"!", u"¡" },
	{ 0, '?', 0, u"?", u"¿" },
};
enum { TABLE = sizeof table / sizeof table[0] };

static const struct pairs *
find(uint32_t first)
{
	for (size_t i = 0; i < TABLE; i++)
		if (first == table[i].typed || (first == table[i].dead && first != 0))
			return &table[i];
	return NULL;
}

static uint32_t
pair(const struct pairs *p, uint32_t second)
{
	for (size_t i = 0; p->second[i] != 0; i++)
		if (p->second[i] == second)
			return p->result[i];
	return 0;
}

// The character that stands for a dead key by itself.
static uint32_t
spacing(uint32_t text)
{
	const struct pairs *p = find(text);

	return p != NULL && p->dead == text ? p->alone : text;
}

void
compose_key(struct compose *c)
{
	*c = (struct compose){ .announced = true };
}

unsigned
compose_text(struct compose *c, uint32_t text, uint32_t out[COMPOSE_MAX])
{
	const struct pairs *now = find(text);
	uint32_t first = c->first;
	bool announced = c->announced;

	*c = (struct compose){ 0 };
	if (first == 0) {
		if (now != NULL && (announced || now->dead == text)) {
			c->first = text;
			return 0;
		}
		out[0] = text;
		return 1;
	}
	uint32_t both = pair(find(first), text);

	out[0] = both != 0 ? both : spacing(first);
	// an accent over a space, or twice, is the accent alone
	if (both != 0 || text == first || (text == ' ' && spacing(first) != first))
		return 1;
	out[1] = spacing(text);
	return 2;
}
