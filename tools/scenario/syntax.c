// SPDX-License-Identifier: MIT
// What is wrong with brackets, commas and quotes, before libconfig sees a file.  It would say
// "syntax error" where it was lost, which may be another file than the one with the fault,
// and join two texts when the comma between them is missing.
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tools/scenario/setting.h"

enum { DEPTH_MAX = 64, FILES_MAX = 64, WORD_MAX = 40 };

// The last token: nothing yet, a name, = or :, a value, a comma or semicolon.
enum token { NOTHING, NAME, EQUALS, VALUE, MARK };

struct open { char bracket; struct place at; };

struct reader {
	struct scenario *s;
	const char *folder;             // what @include is relative to
	struct open open[DEPTH_MAX];    // open[0]: the file as a whole
	char *file[FILES_MAX];          // that were included: places point to the names
	unsigned depth, files;
	enum token last;
	struct place last_at;
	char word[WORD_MAX];            // of the last name
	bool text;                      // the last value is a text
};

static bool
took(struct reader *r, enum token token, struct place at)
{
	r->last = token, r->last_at = at;
	return true;
}

static bool
in_group(const struct reader *r)
{
	return r->open[r->depth].bracket == '{';
}

// A value may begin here.
static bool
value_fits(struct reader *r, struct place at, bool text)
{
	if (in_group(r))
		return r->last == EQUALS || (r->last == VALUE && r->text && text) ||
		       (r->last == NAME ?
		        scenario_error(r->s, at, "there is no = after \"%s\"", r->word) :
		        scenario_error(r->s, at, "here must be a name and =, before the value"));
	return r->last != VALUE ||
	       scenario_error(r->s, at, "a comma is missing between this and what ends before "
	                      "it, in %s:%u", r->last_at.file, r->last_at.line);
}

static bool
is_value(const char *word)
{
	char *end;

	if (strcasecmp(word, "true") == 0 || strcasecmp(word, "false") == 0)
		return true;
	// of strtod's numbers not what libconfig has not: inf, nan, powers in hexadecimal
	bool hex = strncasecmp(word, "0x", 2) == 0;
	size_t digits = strspn(word, hex ? "0123456789abcdefABCDEFxX" : "0123456789+-.eE");

	(void)strtod(word, &end);
	if (end == word || end != word + digits)
		return false;
	size_t longs = strspn(end, "L");

	return end[longs] == '\0' && (longs == 0 || (longs <= 2 && (hex || !strpbrk(word, ".eE"))));
}

// libconfig keeps the lower half of what is too large, without a word.
static bool
number_fits(struct reader *r, struct place at, const char *word)
{
	bool hex = strncasecmp(word, "0x", 2) == 0;
	long long max = hex ? UINT32_MAX : INT32_MAX;
	char *end;

	if (!hex && (strpbrk(word, ".eE") != NULL || isalpha((unsigned char)*word)))
		return true;
	errno = 0;
	long long n = strtoll(word, &end, hex ? 16 : 10);

	if (errno != 0)
		return scenario_error(r->s, at, "%s: the number is too large", word);
	return (n >= INT32_MIN && n <= max) || *end == 'L' ||
	       scenario_error(r->s, at, "%s: a number beyond %lld has an L at its end, %sL", word,
	                      max, word);
}

static bool
take_word(struct reader *r, struct place at, const char *word)
{
	if (in_group(r) && r->last != EQUALS) {
		if (r->last == NAME)
			return scenario_error(r->s, at, "there is no = after \"%s\"", r->word);
		if ((!isalpha((unsigned char)*word) && *word != '*') || strpbrk(word, "+."))
			return scenario_error(r->s, at, "%s: a name is a letter and then letters, "
			                      "digits, - and _", word);
		snprintf(r->word, sizeof r->word, "%s", word);
		return took(r, NAME, at);
	}
	if (!is_value(word))
		return scenario_error(r->s, at, "%s: a text must stand in quotes, \"%s\"", word,
		                      word);
	r->text = false;
	return number_fits(r, at, word) && value_fits(r, at, false) && took(r, VALUE, at);
}

static bool
take_open(struct reader *r, struct place at, char c)
{
	if (!value_fits(r, at, false))
		return false;
	if (r->open[r->depth].bracket == '[')
		return scenario_error(r->s, at,
		                      "%c in [ ], which holds plain values only; ( ) holds "
		                      "others, too", c);
	if (r->depth + 1 == DEPTH_MAX)
		return scenario_error(r->s, at, "more than %d brackets in each other", DEPTH_MAX);
	r->open[++r->depth] = (struct open){ c, at };
	return took(r, NOTHING, at);
}

static bool
take_close(struct reader *r, struct place at, char c)
{
	const struct open *o = &r->open[r->depth];
	char wanted = o->bracket == '(' ? ')' : o->bracket == '[' ? ']' : '}';

	if (r->depth == 0)
		return scenario_error(r->s, at, "%c closes nothing that is open", c);
	if (c != wanted)
		return scenario_error(r->s, at, "%c where %c must be: %s:%u opened with %c", c,
		                      wanted, o->at.file, o->at.line, o->bracket);
	if (in_group(r) && (r->last == NAME || r->last == EQUALS))
		return scenario_error(r->s, at, "\"%s\" has no value", r->word);
	if (!in_group(r) && r->last == MARK)
		return scenario_error(r->s, at, "after a comma another value must come, not %c", c);
	r->depth--;
	r->text = false;
	return took(r, VALUE, at);
}

static bool
take_mark(struct reader *r, struct place at, char c)
{
	if (c == '=' || c == ':')
		return (in_group(r) && r->last == NAME && took(r, EQUALS, at)) ||
		       scenario_error(r->s, at, "there is no name before %c", c);
	if (in_group(r) && (r->last == NAME || r->last == EQUALS))
		return scenario_error(r->s, at, "\"%s\" has no value", r->word);
	if (!in_group(r) && c == ';')
		return scenario_error(r->s, at, "; in the list that %s:%u opened with %c: a comma "
		                      "is meant, or the list is not closed",
		                      r->open[r->depth].at.file, r->open[r->depth].at.line,
		                      r->open[r->depth].bracket);
	return r->last == VALUE ? took(r, MARK, at) :
	       scenario_error(r->s, at, "there is no value before %c", c);
}

static bool read_file(struct reader *r, const char *path, struct place from);

// @include "FILE", a line of its own: `begins`.
static bool
take_include(struct reader *r, struct place at, const char *line, bool begins)
{
	char path[512];
	const char *name = strchr(line, '"');

	if (!begins || strncmp(line, "@include", 8) != 0 || isalnum((unsigned char)line[8]))
		return scenario_error(r->s, at, "@ is of no use here but in a line of its own, "
		                      "@include \"FILE\"");
	int n = name != NULL ? (int)strcspn(name + 1, "\"\n") : 0;

	if (n == 0)
		return scenario_error(r->s, at, "@include \"FILE\": the name is missing");
	snprintf(path, sizeof path, name[1] == '/' ? "%.0s%.*s" : "%s%.*s", r->folder, n, name + 1);
	if (r->files == FILES_MAX || (r->file[r->files] = strdup(path)) == NULL)
		return scenario_error(r->s, at, "more than %d files include each other", FILES_MAX);
	return read_file(r, r->file[r->files++], at);
}

// Where the text ends that begins at `p`: at its quote, else at the end of the line.
static const char *
text_end(const char *p)
{
	for (p++; *p != '\0' && *p != '"' && *p != '\n'; p++)
		p += *p == '\\' && p[1] != '\0';
	return p;
}

// Behind a comment, or `p` itself; NULL: it has no end.
static const char *
comment_end(const char *p, unsigned *line)
{
	if (*p == '#' || (p[0] == '/' && p[1] == '/'))
		return p + strcspn(p, "\n");
	if (p[0] != '/' || p[1] != '*')
		return p;
	for (p += 2; *p != '\0' && !(p[0] == '*' && p[1] == '/'); p++)
		*line += *p == '\n';
	return *p == '\0' ? NULL : p + 2;
}

// Nothing but blanks is before `p` in its line of `text`.
static bool
begins_line(const char *text, const char *p)
{
	while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p == text || p[-1] == '\n';
}

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("_+-.*", c) != NULL);
}

static bool
read_text(struct reader *r, const char *p, const char *file)
{
	const char *text = p;
	unsigned line = 1;

	while (*p != '\0') {
		struct place at = { file, line };
		const char *end = comment_end(p, &line);
		char word[WORD_MAX];
		bool ok = true;

		if (end == NULL)
			return scenario_error(r->s, at,
			                      "a comment that opens here is never closed");
		if (end != p) {
			if (*end == '\0' && p[1] != '*')
				return scenario_error(r->s, at,
				                      "this comment is the last of the file "
				                      "and needs a line's end");
			p = end;
		} else if (*p == '"') {
			p = text_end(p);
			if (*p != '"')
				return scenario_error(r->s, at, "a text has no closing quote in "
				                      "this line");
			ok = value_fits(r, at, true) && took(r, VALUE, at);
			r->text = true, p++;
		} else if (*p == '@') {
			ok = take_include(r, at, p, begins_line(text, p));
			p += strcspn(p, "\n");
		} else if (in_word(*p)) {
			size_t n = 0;

			for (; in_word(*p); p++)
				if (n < sizeof word - 1)
					word[n++] = *p;
			word[n] = '\0';
			ok = take_word(r, at, word);
		} else {
			line += *p == '\n';
			if (strchr("({[", *p) != NULL)
				ok = take_open(r, at, *p);
			else if (strchr(")}]", *p) != NULL)
				ok = take_close(r, at, *p);
			else if (strchr("=:,;", *p) != NULL)
				ok = take_mark(r, at, *p);
			else if (strchr(" \t\n\f\r", *p) == NULL)
				ok = scenario_error(r->s, at, "a character that is of no use here; "
				                    "names are ASCII");
			p++;
		}
		if (!ok)
			return false;
	}
	return true;
}

// `from`: who includes it.
static bool
read_file(struct reader *r, const char *path, struct place from)
{
	struct stat what;
	FILE *f;
	char *text = NULL;
	size_t room = 0;

	// what is no file, a pipe for one, may never open or never end
	if (stat(path, &what) == 0 && !S_ISREG(what.st_mode))
		return scenario_error(r->s, from, "%s is a folder or a device; a file is meant",
		                      path);
	f = fopen(path, "rb");
	if (f == NULL)
		return scenario_error(r->s, from, "%s cannot be read", path);
	ssize_t n = getdelim(&text, &room, '\0', f);

	fclose(f);
	bool ok = n <= 0 || (text[n - 1] != '\0' ? read_text(r, text, path) :
	          scenario_error(r->s, from, "%s is not a text: it has a byte 0", path));
	free(text);
	return ok;
}

bool
scenario_syntax(struct scenario *s, const char *path, const char *folder)
{
	struct place start = { path, 1 };
	struct reader r = { .s = s, .folder = folder, .open = { { '{', start } },
		            .last_at = start };

	bool ok = read_file(&r, path, start) &&
	          ((r.last != NAME && r.last != EQUALS) ||
	           scenario_error(s, r.last_at, "\"%s\" has no value", r.word)) &&
	          (r.depth == 0 || scenario_error(s, r.open[r.depth].at, "%c that opens here is "
	                                          "never closed", r.open[r.depth].bracket));
	while (r.files > 0)
		free(r.file[--r.files]);
	return ok;
}
