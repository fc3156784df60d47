// SPDX-License-Identifier: MIT
// The line counter.  A line is blank if it has only white space, code if
// anything but white space and comments is on it, else comment.  In assembly a
// line that starts with one of # ; @ | ! * or -- is a comment, as cloc has it,
// preprocessor lines included.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "tools/scenario/count.h"

enum state { CODE, STRING, CHARACTER, LINE_COMMENT, BLOCK_COMMENT };

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

// One line [at, end): the state after it, and whether code was seen.
static enum state
scan_line(const char *at, const char *end, enum state state, bool *code)
{
	for (; at < end; at++) {
		bool two = at + 1 < end;

		switch (state) {
		case CODE:
			if (two && at[0] == '/' && at[1] == '/')
				return LINE_COMMENT;
			if (two && at[0] == '/' && at[1] == '*') {
				state = BLOCK_COMMENT;
				at++;
				continue;
			}
			*code |= !is_space(*at);
			state = *at == '"' ? STRING : *at == '\'' ? CHARACTER : CODE;
			break;
		case STRING:
		case CHARACTER:
			*code = true;
			if (*at == '\\')
				at++;
			else if (*at == (state == STRING ? '"' : '\''))
				state = CODE;
			break;
		case BLOCK_COMMENT:
			if (two && at[0] == '*' && at[1] == '/') {
				state = CODE;
				at++;
			}
			break;
		case LINE_COMMENT:
			return state;
		}
	}
	return state;
}

static bool
asm_comment(const char *at, const char *end)
{
	if (at + 1 < end && at[0] == '-' && at[1] == '-')
		return true;
	return memchr("#;@|!*", *at, 6) != NULL;
}

struct lines
count_text(const char *text, size_t size, enum language language)
{
	const char *end = text + size;
	struct lines n = { 0 };
	enum state state = CODE;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline != NULL ? newline : end;
		const char *first = text;
		bool code = false;

		while (first < stop && is_space(*first))
			first++;
		if (first == stop) {
			n.blank++;
		} else if (language == LANGUAGE_ASM && state == CODE && asm_comment(first, stop)) {
			n.comment++;
		} else {
			state = scan_line(first, stop, state, &code);
			if (code)
				n.code++;
			else
				n.comment++;
		}
		// strings and // comments end with their line; quotes in assembly are text
		if (state != BLOCK_COMMENT)
			state = CODE;
		text = newline != NULL ? newline + 1 : end;
	}
	return n;
}

bool
count_file(const char *path, struct lines *out)
{
	const char *dot = strrchr(path, '.');
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (f == NULL)
		return false;
	bool ok = fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 &&
		(text = malloc((size_t)size + 1)) != NULL;
	if (ok) {
		rewind(f);
		ok = fread(text, 1, (size_t)size, f) == (size_t)size;
	}
	if (ok)
		*out = count_text(text, (size_t)size, dot != NULL && strcasecmp(dot, ".s") == 0 ?
		                  LANGUAGE_ASM : LANGUAGE_C);
	free(text);
	fclose(f);
	return ok;
}
