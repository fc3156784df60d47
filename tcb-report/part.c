// SPDX-License-Identifier: MIT
// What one part of the system is made of: the list of sources that the build
// writes beside each program, its sizes, and which lines became machine code.
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "tcb-report/linked.h"
#include "tcb-report/report.h"

bool
report_fail(char why[512], const char *path, const char *text)
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

// build/src/FOLDER/... is third party, and so is build/musl/..., which was patched, and
// foreign/FOLDER/... in an app;
// other things in build/ are generated.
static void
classify(struct source *src, const char *build)
{
	size_t n = strlen(build);
	const char *rest = src->path + n + 1, *foreign = strstr(src->path, "/foreign/");

	if (foreign != NULL) {
		src->kind = SOURCE_THIRD_PARTY;
		name_package(src->package, foreign + 9, strcspn(foreign + 9, "/"));
	} else if (strncmp(src->path, build, n) != 0 || src->path[n] != '/') {
		src->kind = SOURCE_OWN;
	} else if (strncmp(rest, "src/", 4) == 0) {
		src->kind = SOURCE_THIRD_PARTY;
		name_package(src->package, rest + 4, strcspn(rest + 4, "/"));
	} else if (strncmp(rest, "musl/", 5) == 0) {
		src->kind = SOURCE_THIRD_PARTY;
		name_package(src->package, rest, 4);
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
	const char *dot = strrchr(path, '.');
	src.language = dot != NULL && strcmp(dot, ".h") == 0 ? SOURCE_HEADER :
	               dot != NULL && strcasecmp(dot, ".s") == 0 ? SOURCE_ASSEMBLY : SOURCE_C;
	r->sources[r->source_count++] = src;
	return (int)r->source_count - 1;
}

static bool
read_sources(struct report *r, struct part *p, const char *list, const char *build, char why[512])
{
	FILE *f = fopen(list, "r");
	char line[1024];

	if (f == NULL)
		return report_fail(why, list, strerror(errno));
	while (fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		int i = find_source(r, line, build);
		unsigned *grown = realloc(p->sources, (p->source_count + 1) * sizeof *grown);

		if (grown == NULL)
			exit((perror("tcb-report"), 1));
		p->sources = grown;
		if (i < 0) {
			fclose(f);
			return report_fail(why, line, strerror(errno));
		}
		p->sources[p->source_count++] = (unsigned)i;
	}
	fclose(f);
	return p->source_count > 0 || report_fail(why, list, "no sources");
}

static bool
read_sizes(struct part *p, const char *path, char why[512])
{
	FILE *f = fopen(path, "rb");
	Elf64_Ehdr h;
	Elf64_Phdr ph;
	bool ok;

	if (f == NULL)
		return report_fail(why, path, strerror(errno));
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
	return ok || report_fail(why, path, "not an ELF file");
}

unsigned
report_bitmap(const struct source *src)
{
	return (unsigned)(src->lines.code + src->lines.comment + src->lines.blank) / 8 + 1;
}

struct linking { const struct report *r; struct part *part; size_t build; };

static void
line_found(void *context, const char *path, unsigned line)
{
	struct linking *l = context;

	for (unsigned i = 0; i < l->part->source_count; i++) {
		const struct source *src = &l->r->sources[l->part->sources[i]];

		const char *name = src->path;

		if (src->kind == SOURCE_THIRD_PARTY &&
		    strncmp(name + l->build, "musl/", 5) == 0)
			name += l->build;               // compiled in a folder of its own
		if (strcmp(name, path) == 0 && line / 8 < report_bitmap(src)) {
			l->part->linked[i][line / 8] |= (unsigned char)(1 << line % 8);
			return;
		}
	}
}

static bool
read_linked(const struct report *r, struct part *p, const char *path, size_t build,
            char why[512])
{
	p->linked = calloc(p->source_count, sizeof *p->linked);
	for (unsigned i = 0; p->linked != NULL && i < p->source_count; i++) {
		p->linked[i] = calloc(report_bitmap(&r->sources[p->sources[i]]), 1);
		if (p->linked[i] == NULL)
			return report_fail(why, path, "out of memory");
	}
	if (p->linked == NULL)
		return report_fail(why, path, "out of memory");
	return linked_lines(path, line_found, &(struct linking){ r, p, build }) ||
	       report_fail(why, path, "no debug information");
}

bool
part_read(struct report *r, struct part *p, const char *build, const char *folder, char why[512])
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s.srcs", build, folder, p->program);
	if (!read_sources(r, p, path, build, why))
		return false;
	snprintf(path, sizeof path, "%s/%s/%s.elf", build, folder, p->program);
	return read_sizes(p, path, why) && read_linked(r, p, path, strlen(build) + 1, why) &&
	       (image_hash(p, path) || report_fail(why, path, strerror(errno))) &&
	       (calls_collect(p, path) || report_fail(why, path, "no debug information"));
}
