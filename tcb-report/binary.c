// SPDX-License-Identifier: MIT
// Other people's programs: which files of a package's sources were compiled into
// them, and how many of their lines became machine code.  Their debug information
// names sources as they lay where they were built; leading folders are taken away
// until the rest names a file of the package.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tcb-report/linked.h"
#include "tcb-report/report.h"

enum { SLOTS = 1 << 17, LINES_MAX = 1 << 20 };

struct named {
	char *path;             // as the debug information has it
	char *file;             // below the package; NULL: not of this package
	unsigned char *linked;  // a bit per line
	unsigned size;          // of linked, bytes
};

struct search {
	const char *folder;
	struct named *last;
	struct named slot[SLOTS];
};

// "a/../b" and "./b" become "b".
static void
tidy(char *path)
{
	for (char *up; (up = strstr(path, "/../")) != NULL && up > path; ) {
		char *from = up;

		while (from > path && from[-1] != '/')
			from--;
		memmove(from, up + 4, strlen(up + 4) + 1);
	}
	while (strncmp(path, "./", 2) == 0)
		memmove(path, path + 2, strlen(path + 2) + 1);
}

static char *
find_file(const char *folder, const char *path)
{
	char tidied[1024], at[2048];

	snprintf(tidied, sizeof tidied, "%s", path);
	tidy(tidied);
	for (const char *rest = tidied; rest != NULL; rest = strchr(rest, '/')) {
		rest += *rest == '/';
		snprintf(at, sizeof at, "%s/%s", folder, rest);
		if (*rest != '\0' && access(at, R_OK) == 0)
			return strdup(at);
	}
	return NULL;
}

static struct named *
named(struct search *s, const char *path)
{
	unsigned long hash = 5381;

	if (s->last != NULL && strcmp(path, s->last->path) == 0)
		return s->last;
	for (const char *c = path; *c != '\0'; c++)
		hash = hash * 33 + (unsigned char)*c;
	struct named *n = &s->slot[hash % SLOTS];
	while (n->path != NULL && strcmp(n->path, path) != 0)
		n = n + 1 < s->slot + SLOTS ? n + 1 : s->slot;
	if (n->path == NULL) {
		n->path = strdup(path);
		n->file = find_file(s->folder, path);
	}
	s->last = n;
	return n;
}

static void
line_found(void *context, const char *path, unsigned line)
{
	struct named *n = named(context, path);

	if (n->file == NULL || line >= LINES_MAX)
		return;
	if (line / 8 >= n->size) {
		unsigned size = line / 8 + 64;
		unsigned char *grown = realloc(n->linked, size);

		if (grown == NULL)
			exit((perror("tcb-report"), 1));
		memset(grown + n->size, 0, size - n->size);
		n->linked = grown;
		n->size = size;
	}
	n->linked[line / 8] |= (unsigned char)(1 << line % 8);
}

static int
by_file(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return x->file == NULL || y->file == NULL ? (x->file == NULL) - (y->file == NULL) :
	       strcmp(x->file, y->file);
}

// One file may have several names.
static unsigned long
linked_in(struct named *first, const struct named *end)
{
	unsigned long count = 0;

	for (unsigned i = 0; i < LINES_MAX / 8; i++) {
		unsigned bits = 0;

		for (const struct named *n = first; n < end; n++)
			bits |= i < n->size ? n->linked[i] : 0u;
		count += (unsigned)__builtin_popcount(bits);
	}
	return count;
}

bool
binary_count(const char *folder, char **binaries, unsigned count, struct sum *sum)
{
	struct search *s = calloc(1, sizeof *s);
	struct lines lines;

	*sum = (struct sum){ 0 };
	if (s == NULL)
		return false;
	s->folder = folder;
	for (unsigned i = 0; i < count; i++)
		if (!linked_lines(binaries[i], line_found, s))
			return false;
	qsort(s->slot, SLOTS, sizeof s->slot[0], by_file);
	for (struct named *n = s->slot, *end; n < s->slot + SLOTS && n->file != NULL; n = end) {
		for (end = n; end < s->slot + SLOTS && end->file != NULL &&
		     strcmp(end->file, n->file) == 0; end++)
			;
		if (!count_file(n->file, &lines))
			continue;
		sum->files++;
		sum->lines.code += lines.code;
		sum->linked += linked_in(n, end);
	}
	return true;            // the process ends: nothing is freed
}
