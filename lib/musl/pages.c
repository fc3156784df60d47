// SPDX-License-Identifier: MIT
// A bit per page, first fit.  Free pages are always zero.

#include <string.h>
#include "pages.h"

void
pages_init(struct pages *p, void *start, size_t size)
{
	memset(p, 0, sizeof *p);
	p->start = start;
	p->count = size / PAGES_SIZE < PAGES_MAX ? size / PAGES_SIZE : PAGES_MAX;
}

static bool
is_used(const struct pages *p, size_t i)
{
	return p->used[i / 8] >> i % 8 & 1;
}

static void
set_used(struct pages *p, size_t i, bool used)
{
	uint8_t bit = (uint8_t)(1 << i % 8);

	p->used[i / 8] = (uint8_t)(used ? p->used[i / 8] | bit : p->used[i / 8] & ~bit);
}

static size_t
pages_of(size_t size)
{
	return size / PAGES_SIZE + (size % PAGES_SIZE != 0);
}

void *
pages_take(struct pages *p, size_t size)
{
	size_t need = pages_of(size), run = 0;

	while (p->hint < p->count && is_used(p, p->hint))
		p->hint++;
	if (need == 0)
		return NULL;
	for (size_t i = p->hint; i < p->count; i++) {
		run = is_used(p, i) ? 0 : run + 1;
		if (run < need)
			continue;
		size_t first = i + 1 - need;
		for (size_t j = first; j <= i; j++)
			set_used(p, j, true);
		return p->start + first * PAGES_SIZE;
	}
	return NULL;
}

bool
pages_own(const struct pages *p, const void *at, size_t size)
{
	uintptr_t offset = (uintptr_t)at - (uintptr_t)p->start;

	return offset % PAGES_SIZE == 0 && offset / PAGES_SIZE <= p->count &&
	       pages_of(size) <= p->count - offset / PAGES_SIZE;
}

void
pages_give(struct pages *p, void *at, size_t size)
{
	size_t first = ((uintptr_t)at - (uintptr_t)p->start) / PAGES_SIZE;

	for (size_t i = first; i < first + pages_of(size); i++) {
		if (is_used(p, i))
			memset(p->start + i * PAGES_SIZE, 0, PAGES_SIZE);
		set_used(p, i, false);
	}
	if (first < p->hint)
		p->hint = first;
}
