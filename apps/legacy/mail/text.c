// SPDX-License-Identifier: MIT
// Building short strings.

#include <string.h>
#include <base/put.h>
#include "text.h"

void
text_bytes(struct text *t, const void *bytes, size_t len)
{
	size_t room = TEXT_MAX - 1 - t->len;

	if (len > room)
		len = room;
	memcpy(t->s + t->len, bytes, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	text_bytes(t, s, strlen(s));
}

void
text_number(struct text *t, uint64_t n)
{
	char digits[20];

	text_bytes(t, digits, (size_t)(put_number(digits, n) - digits));
}
