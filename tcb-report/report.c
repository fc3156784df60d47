// SPDX-License-Identifier: MIT
// Collects what the parts of a scenario are made of (the lists of sources that
// the build writes beside each program) and sums it up per goal.
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tcb-report/linked.h"
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

static unsigned
bitmap_size(const struct source *src)
{
	return (unsigned)(src->lines.code + src->lines.comment + src->lines.blank) / 8 + 1;
}

struct linking { const struct report *r; struct part *part; };

static void
line_found(void *context, const char *path, unsigned line)
{
	struct linking *l = context;

	for (unsigned i = 0; i < l->part->source_count; i++) {
		const struct source *src = &l->r->sources[l->part->sources[i]];

		if (strcmp(src->path, path) == 0 && line / 8 < bitmap_size(src)) {
			l->part->linked[i][line / 8] |= (unsigned char)(1 << line % 8);
			return;
		}
	}
}

static bool
read_linked(const struct report *r, struct part *p, const char *path, char why[512])
{
	p->linked = calloc(p->source_count, sizeof *p->linked);
	for (unsigned i = 0; p->linked != NULL && i < p->source_count; i++) {
		p->linked[i] = calloc(bitmap_size(&r->sources[p->sources[i]]), 1);
		if (p->linked[i] == NULL)
			return fail(why, path, "out of memory");
	}
	if (p->linked == NULL)
		return fail(why, path, "out of memory");
	return linked_lines(path, line_found, &(struct linking){ r, p }) ||
	       fail(why, path, "no debug information");
}

static bool
read_part(struct report *r, struct part *p, const char *build, const char *folder, char why[512])
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s.srcs", build, folder, p->program);
	if (!read_sources(r, p, path, build, why))
		return false;
	snprintf(path, sizeof path, "%s/%s/%s.elf", build, folder, p->program);
	return read_sizes(p, path, why) && read_linked(r, p, path, why);
}

static unsigned long
count_bits(const unsigned char *bits, unsigned size)
{
	unsigned long n = 0;

	for (unsigned i = 0; i < size; i++)
		n += (unsigned long)__builtin_popcount(bits[i]);
	return n;
}

static void
add_to(struct sum *sum, const struct source *src, const unsigned char *linked)
{
	const struct lines *n = &src->lines;

	sum->files++;
	sum->linked += count_bits(linked, bitmap_size(src));
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
			add_to(&sum, src, r->parts[part].linked[i]);
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

// What members have of one source, put together; false if none has it.
static bool
union_of(const struct report *r, const struct goal_report *g, unsigned source,
         unsigned char *linked)
{
	unsigned size = bitmap_size(&r->sources[source]);
	bool found = false;

	memset(linked, 0, size);
	for (unsigned p = 0; p < r->part_count; p++)
		for (unsigned i = 0; g->member[p] && i < r->parts[p].source_count; i++)
			if (r->parts[p].sources[i] == source) {
				found = true;
				for (unsigned j = 0; j < size; j++)
					linked[j] |= r->parts[p].linked[i][j];
			}
	return found;
}

// Each file once, however many members contain it.
static void
sum_goal(const struct report *r, struct goal_report *g)
{
	for (unsigned i = 0; i < r->source_count; i++) {
		const struct source *src = &r->sources[i];
		unsigned char *linked = malloc(bitmap_size(src));

		if (linked == NULL)
			exit((perror("tcb-report"), 1));
		if (union_of(r, g, i, linked))
			add_to(sum_for(g, src), src, linked);
		free(linked);
	}
	for (unsigned p = 0; p < r->part_count; p++) {
		const struct part *part = &r->parts[p];

		if (!g->member[p])
			continue;
		g->text += part->sizes.text + part->sizes.rodata;
		g->data += part->sizes.data + part->sizes.bss;
		if (!part->trusted && r->scenario->components[g->goal->holder].trusted)
			g->violation = part->name;
	}
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
	for (unsigned i = 0; r->parts != NULL && i < r->part_count; i++) {
		struct part *p = &r->parts[i];

		for (unsigned j = 0; p->linked != NULL && j < p->source_count; j++)
			free(p->linked[j]);
		free(p->linked), free(p->sources);
	}
	for (unsigned i = 0; i < r->source_count; i++)
		free(r->sources[i].path);
	for (unsigned i = 0; r->goals != NULL && i < r->goal_count; i++)
		free(r->goals[i].member), free(r->goals[i].reason);
	free(r->parts), free(r->sources), free(r->goals);
}
