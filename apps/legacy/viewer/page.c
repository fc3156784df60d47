// SPDX-License-Identifier: MIT
// Files are below /rom: the boot modules.

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "markdown.h"
#include "page.h"
#include "typeface.h"

static bool
map(const char *path, struct bytes *b)
{
	char name[PATH_SIZE + 8];
	struct stat st;
	void *at = MAP_FAILED;

	snprintf(name, sizeof name, "/rom/%s", path);
	int fd = open(name, O_RDONLY);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	*b = (struct bytes){ at, (size_t)st.st_size };
	return true;
}

static void
unmap(struct bytes b)
{
	munmap((void *)(uintptr_t)b.at, b.size);
}

static const struct album_files files = { map, unmap };

bool
page_set(struct page *p, const char *path, const char *text, size_t size)
{
	struct document d;

	document_init(&d);
	if (!markdown_parse(&d, text, size)) {
		document_fini(&d);
		return false;
	}
	layout_fini(&p->layout);
	album_clear(&p->album);
	document_fini(&p->document);
	p->document = d;
	snprintf(p->path, sizeof p->path, "%s", path);
	return true;
}

bool
page_open(struct page *p, const char *path)
{
	char text[2 * PATH_SIZE + 16];
	struct bytes b;
	bool good;

	if (!map(path, &b))
		return false;
	if (path_ends(path, ".png")) {
		// a picture is a document that shows only it
		const char *name = strrchr(path, '/');

		name = name != NULL ? name + 1 : path;
		int n = snprintf(text, sizeof text, "![%s](%s)\n", name, name);
		good = page_set(p, path, text, (size_t)n);
	} else {
		good = page_set(p, path, b.at, b.size);
	}
	unmap(b);
	return good;
}

// For struct metrics.
static bool
measure_picture(void *self, const char *name, size_t n, int32_t *w, int32_t *h)
{
	struct page *p = self;
	char path[PATH_SIZE];

	return path_resolve(path, p->path, name, n) &&
	       album_measure(&p->album, &files, path, p->hasty, w, h);
}

void
page_lay(struct page *p, int32_t width)
{
	const struct metrics m = { typeface_width, measure_picture, p };

	layout_make(&p->layout, &p->document, &m, width);
}

// Does the heading's text, written as an anchor, spell the name?
static bool
is_anchor(const struct document *d, const struct block *b, const char *name, size_t n)
{
	size_t at = 0;

	for (uint32_t r = b->first; r < b->first + b->runs; r++) {
		for (uint32_t i = 0; i < d->run[r].length; i++) {
			unsigned char c = (unsigned char)d->text[d->run[r].start + i];

			if (c >= 'A' && c <= 'Z')
				c = (unsigned char)(c + 'a' - 'A');
			else if (c == ' ')
				c = '-';
			else if (c < 0x80 && c != '-' && c != '_' && (c < '0' || c > '9') &&
			         (c < 'a' || c > 'z'))
				continue;
			if (at == n || (unsigned char)name[at++] != c)
				return false;
		}
	}
	return at == n;
}

int32_t
page_anchor(const struct page *p, const char *name, size_t n)
{
	const struct document *d = &p->document;

	for (uint32_t i = 0; i < d->blocks; i++) {
		const struct block *b = &d->block[i];

		if (b->kind != BLOCK_HEADING || b->runs == 0 || !is_anchor(d, b, name, n))
			continue;
		for (uint32_t k = 0; k < p->layout.pieces; k++)
			if (p->layout.piece[k].text == d->text + d->run[b->first].start)
				return p->layout.piece[k].y;
	}
	return 0;
}

const struct picture *
page_picture(void *page, uint32_t link)
{
	struct page *p = page;
	const struct span *name = &p->document.link[link];
	char path[PATH_SIZE];

	return path_resolve(path, p->path, p->document.text + name->start, name->length) ?
		album_draw(&p->album, &files, path) : NULL;
}

void
page_title(const struct page *p, char *to, size_t size)
{
	size_t n = 0;

	for (uint32_t i = 0; i < p->document.blocks; i++) {
		const struct block *b = &p->document.block[i];

		if (b->kind != BLOCK_HEADING)
			continue;
		for (uint32_t r = b->first; r < b->first + b->runs; r++) {
			const struct run *run = &p->document.run[r];
			size_t take = run->length < size - 1 - n ? run->length : size - 1 - n;

			memcpy(to + n, p->document.text + run->start, take);
			n += take;
		}
		to[n] = '\0';
		return;
	}
	snprintf(to, size, "%s", p->path);
}
