// SPDX-License-Identifier: MIT
// The words of an entry are those of the document's first line that is a heading.

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "contents.h"

enum { LOOK_MAX = 4096, WORDS_MAX = 80 };

// The first "# words"; the name if there are none nearby.
static size_t
find_words(const char *document, size_t size, const char **words)
{
	size_t end = size < LOOK_MAX ? size : LOOK_MAX;

	for (size_t at = 0; at + 2 < end; ) {
		const char *lf = memchr(document + at, '\n', end - at);
		size_t next = lf != NULL ? (size_t)(lf - document) : end;

		if (document[at] == '#' && document[at + 1] == ' ') {
			*words = document + at + 2;
			return next - (at + 2) < WORDS_MAX ? next - (at + 2) : WORDS_MAX;
		}
		at = next + 1;
	}
	return 0;
}

static bool
is_plain(char c)
{
	return c == ' ' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

void
contents_add(char text[CONTENTS_MAX], size_t *n, const char *name, const char *document,
             size_t size)
{
	const char *words = name;
	size_t length = find_words(document, size, &words);
	char label[2 * WORDS_MAX + 1];
	size_t to = 0;

	if (length == 0)
		length = strlen(name) < WORDS_MAX ? strlen(name) : WORDS_MAX;
	// nothing in the words may be mark-up
	for (size_t i = 0; i < length; i++) {
		if (words[i] == '\r' || words[i] == '\0')
			continue;
		if (!is_plain(words[i]))
			label[to++] = '\\';
		label[to++] = words[i];
	}
	label[to] = '\0';
	int wrote = snprintf(text + *n, CONTENTS_MAX - *n, "- [%s](%s) `%s`\n", label, name, name);
	if (wrote > 0 && (size_t)wrote < CONTENTS_MAX - *n)
		*n += (size_t)wrote;
}
