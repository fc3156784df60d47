// SPDX-License-Identifier: MIT
// Wrapping the preview.

#include <stdbool.h>
#include <draw/font.h>
#include "preview.h"

// Where the row at `at` ends and the next one begins.
static size_t
next_row(const char *text, size_t len, size_t at, uint32_t columns)
{
	size_t pos = at, space = 0;     // space: behind the last one
	uint32_t column = 0;

	while (pos < len) {
		size_t here = pos;
		uint32_t cp = utf8_next(text, len, &pos);

		if (cp == '\n')
			return pos;
		if (cp == '\r')
			continue;
		column += cp == '\t' ? PREVIEW_TAB - column % PREVIEW_TAB : 1;
		if (column > columns && here > at)
			return space > at ? space : here;
		if (cp == ' ' || cp == '\t')
			space = pos;
	}
	return len;
}

void
preview_wrap(struct preview *p, const char *text, size_t len, uint32_t columns)
{
	size_t at = 0;

	if (len > UINT32_MAX)
		len = UINT32_MAX;
	p->text = text;
	p->rows = 0;
	p->row[0] = 0;
	while (at < len && p->rows < PREVIEW_ROWS) {
		at = next_row(text, len, at, columns);
		p->row[++p->rows] = (uint32_t)at;
	}
}

size_t
preview_row_len(const struct preview *p, uint32_t i)
{
	size_t n = p->row[i + 1] - p->row[i];
	const char *s = p->text + p->row[i];

	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	return n;
}
