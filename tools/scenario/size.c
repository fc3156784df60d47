// SPDX-License-Identifier: MIT
// What a component's integrity rests on, in one line: made for the X-ray mode's
// labels by tools/mkplan, and said again by the report of the same programs.
#include <stdlib.h>
#include <string.h>
#include "tools/scenario/closure.h"
#include "tools/scenario/count.h"
#include "tools/scenario/size.h"

struct seen { char **path; unsigned count; };

static bool
seen_before(struct seen *s, const char *path)
{
	for (unsigned i = 0; i < s->count; i++)
		if (strcmp(s->path[i], path) == 0)
			return true;
	char **grown = realloc(s->path, (s->count + 1) * sizeof *grown);
	if (grown == NULL || (grown[s->count] = strdup(path)) == NULL)
		exit((perror("tcb_size"), 1));
	s->path = grown;
	s->count++;
	return false;
}

// The sources of one program that were not seen in another.
static bool
add_program(const char *build, const char *folder, const char *program, struct seen *s,
            struct tcb_size *sum)
{
	size_t n = strlen(build);
	char line[1024];
	bool ok = true;

	snprintf(line, sizeof line, "%s/%s/%s.srcs", build, folder, program);
	FILE *f = fopen(line, "r");
	while (ok && f != NULL && fgets(line, sizeof line, f) != NULL) {
		struct lines lines;

		line[strcspn(line, "\n")] = '\0';
		if (seen_before(s, line))
			continue;
		ok = count_file(line, &lines);
		if (strstr(line, "/foreign/") != NULL)
			sum->third_party += lines.code;
		else if (strncmp(line, build, n) != 0 || line[n] != '/')
			sum->own += lines.code;
		else if (strncmp(line + n, "/src/", 5) == 0 || strncmp(line + n, "/musl/", 6) == 0)
			sum->third_party += lines.code;
	}
	if (f != NULL)
		fclose(f);
	return f != NULL && ok;
}

bool
tcb_size(const struct scenario *s, unsigned component, const char *build, struct tcb_size *out)
{
	const struct goal goal = { .property = INTEGRITY, .holder = component };
	unsigned parts = PART_FIRST + s->component_count;
	bool *member = calloc(parts, sizeof *member);
	char (*reason)[REASON] = calloc(parts, sizeof *reason);
	struct seen seen = { 0 };
	bool ok = member != NULL && reason != NULL;

	*out = (struct tcb_size){ 0 };
	if (ok) {
		closure(s, &goal, member, reason);
		ok = add_program(build, "kernel", "kernel", &seen, out) &&
		     add_program(build, "target", "init", &seen, out);
	}
	for (unsigned i = 0; ok && i < s->component_count; i++)
		if (member[PART_FIRST + i])
			ok = add_program(build, "target", s->components[i].program, &seen, out);
	for (unsigned i = 0; i < seen.count; i++)
		free(seen.path[i]);
	free(seen.path), free(member), free(reason);
	return ok;
}

static int
put(char *to, size_t room, unsigned long n)
{
	return n < 1000 ? snprintf(to, room, "%lu", n) :
		snprintf(to, room, "%lu,%03lu", n / 1000, n % 1000);
}

void
tcb_size_text(struct tcb_size n, char text[TCB_SIZE_TEXT])
{
	const unsigned long most = 999999;      // more would not fit
	int at;

	if (n.own > most || n.third_party > most) {
		snprintf(text, TCB_SIZE_TEXT, "over a million lines");
		return;
	}
	at = put(text, TCB_SIZE_TEXT, n.own);
	if (n.third_party > 0) {
		at += snprintf(text + at, (size_t)(TCB_SIZE_TEXT - at), " + ");
		at += put(text + at, (size_t)(TCB_SIZE_TEXT - at), n.third_party);
	}
	snprintf(text + at, (size_t)(TCB_SIZE_TEXT - at), " lines");
}
