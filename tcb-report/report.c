// SPDX-License-Identifier: MIT
// Collects what the parts of a scenario are made of (the lists of sources that
// the build writes beside each program) and sums it up per goal.
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tcb-report/report.h"

static bool
fail(char why[512], const char *path, const char *text)
{
	snprintf(why, 512, "%.380s: %.100s", path, text);
	return false;
}

// Name and version of the package unpacked in build/src/FOLDER: tools/sources.txt
// pins it.
static void
name_package(char name[64], const char *folder, size_t n)
{
	FILE *f = fopen("tools/sources.txt", "r");
	char line[512], pinned[32], version[24];

	snprintf(name, 64, "%.*s", (int)n, folder);
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "%31s %23s", pinned, version) == 2 && strcmp(name, pinned) == 0) {
			snprintf(name, 64, "%s %s", pinned, version);
			break;
		}
	if (f != NULL)
		fclose(f);
}

// build/src/FOLDER/... is third party, other things in build/ are generated.
static void
classify(struct source *src, const char *build)
{
	size_t n = strlen(build);
	const char *rest = src->path + n + 1;

	if (strncmp(src->path, build, n) != 0 || src->path[n] != '/') {
		src->kind = SOURCE_OWN;
	} else if (strncmp(rest, "src/", 4) == 0) {
		src->kind = SOURCE_THIRD_PARTY;
		name_package(src->package, rest + 4, strcspn(rest + 4, "/"));
	} else {
		src->kind = SOURCE_GENERATED;
	}
}

// Index of this source, counted when it is seen first; -1 if unreadable.
static int
find_source(struct report *r, const char *path, const char *build)
{
	for (unsigned i = 0; i < r->source_count; i++)
		if (strcmp(r->sources[i].path, path) == 0)
			return (int)i;
	struct source src = { .path = strdup(path) };
	struct source *grown = realloc(r->sources, (r->source_count + 1) * sizeof *grown);
	if (grown == NULL || src.path == NULL)
		exit((perror("tcb-report"), 1));
	r->sources = grown;
	if (!count_file(path, &src.lines)) {
		free(src.path);
		return -1;
	}
	classify(&src, build);
	r->sources[r->source_count++] = src;
	return (int)r->source_count - 1;
}

static bool
read_sources(struct report *r, struct part *p, const char *list, const char *build, char why[512])
{
	FILE *f = fopen(list, "r");
	char line[1024];

	if (f == NULL)
		return fail(why, list, strerror(errno));
	while (fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		int i = find_source(r, line, build);
		unsigned *grown = realloc(p->sources, (p->source_count + 1) * sizeof *grown);

		if (grown == NULL)
			exit((perror("tcb-report"), 1));
		p->sources = grown;
		if (i < 0) {
			fclose(f);
			return fail(why, line, strerror(errno));
		}
		p->sources[p->source_count++] = (unsigned)i;
	}
	fclose(f);
	return p->source_count > 0 || fail(why, list, "no sources");
}

static bool
read_sizes(struct part *p, const char *path, char why[512])
{
	FILE *f = fopen(path, "rb");
	Elf64_Ehdr h;
	Elf64_Phdr ph;
	bool ok;

	if (f == NULL)
		return fail(why, path, strerror(errno));
	ok = fread(&h, sizeof h, 1, f) == 1 && memcmp(h.e_ident, ELFMAG, SELFMAG) == 0 &&
		h.e_phentsize == sizeof ph && fseek(f, (long)h.e_phoff, SEEK_SET) == 0;
	for (unsigned i = 0; ok && i < h.e_phnum; i++) {
		ok = fread(&ph, sizeof ph, 1, f) == 1;
		if (!ok || ph.p_type != PT_LOAD)
			continue;
		if ((ph.p_flags & PF_X) != 0)
			p->sizes.text += ph.p_filesz;
		else if ((ph.p_flags & PF_W) == 0)
			p->sizes.rodata += ph.p_filesz;
		else
			p->sizes.data += ph.p_filesz, p->sizes.bss += ph.p_memsz - ph.p_filesz;
	}
	fclose(f);
	return ok || fail(why, path, "not an ELF file");
}

static bool
read_part(struct report *r, struct part *p, const char *build, const char *folder, char why[512])
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s.srcs", build, folder, p->program);
	if (!read_sources(r, p, path, build, why))
		return false;
	snprintf(path, sizeof path, "%s/%s/%s.elf", build, folder, p->program);
	return read_sizes(p, path, why);
}

static void
add_to(struct sum *sum, const struct lines *n)
{
	sum->files++;
	sum->lines.code += n->code;
	sum->lines.comment += n->comment;
	sum->lines.blank += n->blank;
}

struct sum
report_part(const struct report *r, unsigned part, enum source_kind kind)
{
	struct sum sum = { 0 };

	for (unsigned i = 0; i < r->parts[part].source_count; i++) {
		const struct source *src = &r->sources[r->parts[part].sources[i]];
		if (src->kind == kind)
			add_to(&sum, &src->lines);
	}
	return sum;
}

static struct sum *
sum_for(struct goal_report *g, const struct source *src)
{
	if (src->kind != SOURCE_THIRD_PARTY)
		return src->kind == SOURCE_OWN ? &g->own : &g->generated;
	for (unsigned i = 0; i < g->package_count; i++)
		if (strcmp(g->package[i].name, src->package) == 0)
			return &g->package[i].sum;
	if (g->package_count == PACKAGES)
		exit((fputs("tcb-report: more third-party packages than it has room for\n", stderr),
		      1));
	memcpy(g->package[g->package_count].name, src->package, sizeof src->package);
	return &g->package[g->package_count++].sum;
}

// Each file once, however many members contain it.
static void
sum_goal(const struct report *r, struct goal_report *g)
{
	bool *seen = calloc(r->source_count + 1, 1);

	if (seen == NULL)
		exit((perror("tcb-report"), 1));
	for (unsigned p = 0; p < r->part_count; p++) {
		const struct part *part = &r->parts[p];

		if (!g->member[p])
			continue;
		g->text += part->sizes.text + part->sizes.rodata;
		g->data += part->sizes.data + part->sizes.bss;
		if (!part->trusted && r->scenario->components[g->goal->holder].trusted)
			g->violation = part->name;
		for (unsigned i = 0; i < part->source_count; i++) {
			const struct source *src = &r->sources[part->sources[i]];

			if (!seen[part->sources[i]])
				add_to(sum_for(g, src), &src->lines);
			seen[part->sources[i]] = true;
		}
	}
	free(seen);
}

bool
report_make(struct report *r, struct scenario *s, const char *build, char why[512])
{
	*r = (struct report){ .scenario = s, .goal_count = s->goal_count,
		.part_count = PART_FIRST + s->component_count };
	r->parts = calloc(r->part_count, sizeof *r->parts);
	r->goals = calloc(r->goal_count + 1, sizeof *r->goals);
	if (r->parts == NULL || r->goals == NULL)
		return fail(why, s->name, "out of memory");
	r->parts[PART_KERNEL] =
		(struct part){ .name = "kernel", .program = "kernel", .trusted = true };
	r->parts[PART_INIT] = (struct part){ .name = "init", .program = "init", .trusted = true };
	for (unsigned i = 0; i < s->component_count; i++)
		r->parts[PART_FIRST + i] = (struct part){ .name = s->components[i].name,
			.program = s->components[i].program, .trusted = s->components[i].trusted };
	for (unsigned i = 0; i < r->part_count; i++)
		if (!read_part(r, &r->parts[i], build, i == PART_KERNEL ? "kernel" : "target", why))
			return false;
	for (unsigned i = 0; i < r->goal_count; i++) {
		struct goal_report *g = &r->goals[i];

		g->goal = &s->goals[i];
		g->member = calloc(r->part_count, sizeof *g->member);
		g->reason = calloc(r->part_count, sizeof *g->reason);
		if (g->member == NULL || g->reason == NULL)
			return fail(why, s->name, "out of memory");
		closure(s, g->goal, g->member, g->reason);
		sum_goal(r, g);
	}
	return true;
}

void
report_free(struct report *r)
{
	for (unsigned i = 0; r->parts != NULL && i < r->part_count; i++)
		free(r->parts[i].sources);
	for (unsigned i = 0; i < r->source_count; i++)
		free(r->sources[i].path);
	for (unsigned i = 0; r->goals != NULL && i < r->goal_count; i++)
		free(r->goals[i].member), free(r->goals[i].reason);
	free(r->parts), free(r->sources), free(r->goals);
}
