// SPDX-License-Identifier: MIT
#include <base/wipe.h>
#include "secret.h"

bool
secret_type(struct secret *s, uint32_t cp)
{
	char utf8[4] = { (char)cp };
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	bool room = n <= sizeof s->text - s->length;

	if (cp < ' ' || cp == 0x7f || cp > 0x10ffff)
		return true;
	for (size_t i = n - 1; n > 1 && i > 0; i--, cp >>= 6)
		utf8[i] = (char)(0x80 | (cp & 0x3f));
	if (n > 1)
		utf8[0] = (char)(0xf00 >> n | cp);
	for (size_t i = 0; i < n && room; i++)
		s->text[s->length++] = utf8[i];
	wipe(utf8, sizeof utf8);
	return room;
}

void
secret_backspace(struct secret *s)
{
	bool inside = true;

	for (; inside && s->length > 0; s->text[s->length] = 0)
		inside = (s->text[--s->length] & 0xc0) == 0x80;
}

void
secret_wipe(struct secret *s)
{
	wipe(s, sizeof *s);
}
