// SPDX-License-Identifier: MIT
// Lines of code of whole packages, as they come, used or not: what can be
// compared with systems that nobody has built here.
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include "tcb-report/report.h"

static bool
is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0 ||
	                       strcmp(dot, ".S") == 0);
}

// Ours: neither what was built, nor what only tests, nor what others wrote.
static bool
skipped(const FTSENT *e)
{
	static const char *const names[] = { "./build", "./tests", "./apps/template" };

	if (e->fts_level < 1 || e->fts_info != FTS_D)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(e->fts_path, names[i]) == 0)
			return true;
	return e->fts_name[0] == '.' || strcmp(e->fts_name, "foreign") == 0;
}

static struct sum
walk(const char *path, bool ours)
{
	char *roots[] = { (char[512]){ 0 }, NULL };
	struct sum sum = { 0 };
	struct lines n;

	snprintf(roots[0], 512, "%s", path);
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *e; tree != NULL && (e = fts_read(tree)) != NULL; ) {
		if (ours && skipped(e))
			fts_set(tree, e, FTS_SKIP);
		if (e->fts_info != FTS_F || !is_source(e->fts_name) ||
		    !count_file(e->fts_path, &n))
			continue;
		size_t length = strlen(e->fts_name);
		sum.files++;
		sum.lines.code += n.code;
		sum.lines.comment += n.comment;
		sum.lines.blank += n.blank;
		sum.header += e->fts_name[length - 1] == 'h' ? n.code : 0;
		sum.assembly += e->fts_name[length - 1] == 'S' ? n.code : 0;
	}
	if (tree != NULL)
		fts_close(tree);
	return sum;
}

struct sum
whole_folder(const char *path)
{
	return walk(path, false);
}

// Each package once, through the first of its sources.
void
whole_measure(struct report *r, const char *build)
{
	size_t n = strlen(build) + 5;           // "BUILD/src/"

	r->whole = walk(".", true).lines.code;
	for (unsigned i = 0; i < r->source_count; i++) {
		struct source *src = &r->sources[i];
		char folder[512];

		if (src->kind != SOURCE_THIRD_PARTY)
			continue;
		for (unsigned j = 0; j < i && src->whole == 0; j++)
			if (strcmp(r->sources[j].package, src->package) == 0)
				src->whole = r->sources[j].whole;
		if (src->whole > 0)
			continue;
		const char *foreign = strstr(src->path, "/foreign/");
		if (foreign != NULL)                                    // in an app
			snprintf(folder, sizeof folder, "%.*s", (int)(foreign + 9 - src->path +
			         (long)strcspn(foreign + 9, "/")), src->path);
		else if (strncmp(src->path + n - 5, "/musl/", 6) == 0)      // the patched copy
			snprintf(folder, sizeof folder, "%s/src/musl", build);
		else
			snprintf(folder, sizeof folder, "%.*s",
			         (int)(n + strcspn(src->path + n, "/")), src->path);
		src->whole = whole_folder(folder).lines.code;
	}
}
