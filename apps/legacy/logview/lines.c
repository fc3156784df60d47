// SPDX-License-Identifier: MIT
// Lines of a bounded log.
#include <string.h>
#include <base/put.h>
#include "lines.h"

uint32_t
lines_count(const struct lines *l)
{
	return l->total < LINES_MAX ? (uint32_t)l->total : LINES_MAX;
}

const struct log_line *
lines_get(const struct lines *l, uint32_t i)
{
	return &l->line[(l->total - lines_count(l) + i) % LINES_MAX];
}

static struct log_line *
next(struct lines *l, uint32_t ms, bool first)
{
	struct log_line *to = &l->line[l->total++ % LINES_MAX];

	memset(to, 0, sizeof *to);
	to->ms = ms;
	to->first = first;
	return to;
}

static void
put(struct log_line *to, char c, bool escape)
{
	if (escape)
		to->escapes[to->length / 8] |= (uint8_t)(1 << to->length % 8);
	to->text[to->length++] = c;
}

void
lines_add(struct lines *l, uint32_t ms, const char *text, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	struct log_line *to = next(l, ms, true);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		bool plain = c >= ' ' && c <= '~';

		if (to->length + (plain ? 1 : 4) > LINE_WIDTH)
			to = next(l, ms, false);
		if (plain) {
			put(to, (char)c, false);
			continue;
		}
		put(to, '\\', true), put(to, 'x', true);
		put(to, digits[c >> 4], true), put(to, digits[c & 15], true);
	}
}

size_t
lines_time(uint32_t ms, char text[11])
{
	char *p = put_number(text, ms / 1000);

	*p++ = '.';
	for (uint32_t unit = 100; unit > 0; unit /= 10)
		*p++ = (char)('0' + ms / unit % 10);
	return (size_t)(p - text);
}
