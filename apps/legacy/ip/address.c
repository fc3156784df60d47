// SPDX-License-Identifier: MIT
// Addresses as text.
#include <string.h>
#include "address.h"

// A number below `end` at *text, which moves behind it and the character after.
static bool
number(const char **text, unsigned end, const char *after, unsigned *out)
{
	const char *p = *text;

	*out = 0;
	while (*p >= '0' && *p <= '9' && *out < end)
		*out = *out * 10 + (unsigned)(*p++ - '0');
	if (p == *text || *out >= end || strchr(after, *p) == NULL)
		return false;
	*text = *p != '\0' ? p + 1 : p;
	return true;
}

static bool
dotted(const char **text, const char *after, ip4_addr_t *address)
{
	unsigned n[4];

	for (unsigned i = 0; i < 4; i++)
		if (!number(text, 256, i < 3 ? "." : after, &n[i]) || (i < 3 && (*text)[-1] != '.'))
			return false;
	IP4_ADDR(address, n[0], n[1], n[2], n[3]);
	return true;
}

bool
address_parse(const char *text, struct address *out)
{
	unsigned prefix;

	*out = (struct address){ 0 };
	if (strcmp(text, "dhcp") == 0)
		return true;
	if (!dotted(&text, "/", &out->address) || !number(&text, 33, " ", &prefix) ||
	    (*text != '\0' && !dotted(&text, "", &out->gateway)))
		return false;
	out->mask.addr = lwip_htonl(prefix == 0 ? 0 : ~0u << (32 - prefix));
	return true;
}
