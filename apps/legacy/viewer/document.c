// SPDX-License-Identifier: MIT
// Growing arrays.

#include <stdlib.h>
#include <string.h>
#include "document.h"

enum { ARRAY_MAX = 1 << 22 };

// Room for `more` further entries of `size` bytes; NULL, and `failed`, if none.
static void *
grow(struct document *d, void *array, uint32_t count, uint32_t *room, size_t more, size_t size)
{
	if (d->failed || more > ARRAY_MAX - count) {
		d->failed = true;
		return NULL;
	}
	if (count + more <= *room)
		return array;
	uint32_t wanted = (count + (uint32_t)more) * 2 + 16;
	void *bigger = realloc(array, wanted * size);
	if (bigger == NULL)
		d->failed = true;
	else
		*room = wanted;
	return bigger;
}

void
document_init(struct document *d)
{
	*d = (struct document){ .links = 1 };
}

void
document_fini(struct document *d)
{
	free(d->text), free(d->block), free(d->run), free(d->link);
	*d = (struct document){ 0 };
}

void
document_text(struct document *d, const char *s, size_t n)
{
	char *text = grow(d, d->text, d->texts, &d->text_room, n, 1);

	if (text == NULL || n == 0)
		return;
	d->text = text;
	memcpy(text + d->texts, s, n);
	d->texts += (uint32_t)n;
}

struct block *
document_block(struct document *d, enum block_kind kind)
{
	static struct block lost;
	struct block *block = grow(d, d->block, d->blocks, &d->block_room, 1, sizeof *block);

	if (block == NULL)
		return &lost;
	d->block = block;
	block += d->blocks++;
	*block = (struct block){ .kind = (uint8_t)kind, .first = d->runs };
	return block;
}

void
document_run(struct document *d, uint32_t start, unsigned style, uint32_t link)
{
	struct run *run;

	if (start >= d->texts || d->blocks == 0)
		return;
	run = grow(d, d->run, d->runs, &d->run_room, 1, sizeof *run);
	if (run == NULL)
		return;
	d->run = run;
	d->block[d->blocks - 1].runs++;
	run[d->runs++] = (struct run){ start, d->texts - start, (uint16_t)style, 0, link };
}

uint32_t
document_link(struct document *d, const char *target, size_t n)
{
	struct span *link = grow(d, d->link, d->links, &d->link_room, 1, sizeof *link);
	uint32_t start = d->texts;

	if (link == NULL)
		return 0;
	d->link = link;
	document_text(d, target, n);
	link[d->links] = (struct span){ start, d->texts - start };
	return d->links++;
}
