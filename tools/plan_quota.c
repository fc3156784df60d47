// SPDX-License-Identifier: MIT
// What a component costs the kernel at least: the pages that its task, its thread, its
// capabilities and what is mapped into it take out of its quota when init makes it
// (kernel/task.c, thread.c, cap.c, space.c).  Less could never start.
#include <stdlib.h>
#include "tools/plan_parts.h"

enum {
	OBJECT_PAGES = 4,               // task and thread: their slabs, the highest table, the UTCB
	CAPS_A_PAGE = 128,
	SHADOW = 256 * PAGE,            // one page of nodes is for so much in small pages,
	SUPER_SHADOW = 256 * SUPERPAGE, // and for so much in big ones
	L2_SPAN = 1 << 30,
};

// The numbers of things that were needed, each once.
struct set { uint64_t *key; size_t n; };

static void
need(struct set *s, uint64_t kind, uint64_t number)
{
	uint64_t key = kind << 56 | number;

	for (size_t i = 0; i < s->n; i++)
		if (s->key[i] == key)
			return;
	s->key = realloc(s->key, (s->n + 1) * sizeof *s->key);
	if (s->key == NULL)
		abort();
	s->key[s->n++] = key;
}

// Page tables and nodes for one mapping.  Whole big pages are taken for such, also
// where the kernel may find that they are none.
static void
need_mapping(struct set *s, uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at < end; ) {
		bool super = at % SUPERPAGE == 0 && end - at >= SUPERPAGE;

		need(s, 3, at >> 39);
		need(s, 2, at / L2_SPAN);
		if (super)
			need(s, 5, at / SUPER_SHADOW);
		else
			need(s, 1, at / SUPERPAGE), need(s, 4, at / SHADOW);
		at += super ? SUPERPAGE : PAGE;
	}
}

static uint64_t
pages_needed(const struct build *b, uint32_t c)
{
	const struct plan_mapping *m = (const void *)b->table[MAPPINGS].data;
	const struct plan_region *r = (const void *)b->table[REGIONS].data;
	const struct plan_cap *cap = (const void *)b->table[CAPS].data;
	struct set s = { NULL, 0 };

	for (size_t i = 0; i < b->table[MAPPINGS].size / sizeof *m; i++) {
		// how much there is of these turns out at the start
		bool open = r[m[i].region].kind == PLAN_FRAMEBUFFER;
		uint64_t size = open ? PAGE : r[m[i].region].size;

		if (m[i].component == c)
			need_mapping(&s, m[i].addr, m[i].addr + size);
	}
	for (size_t i = 0; i < b->table[CAPS].size / sizeof *cap; i++)
		if (cap[i].component == c)
			need(&s, 6, cap[i].index / CAPS_A_PAGE);
	free(s.key);
	return OBJECT_PAGES + s.n;
}

bool
plan_check_quota(const struct build *b)
{
	for (uint32_t c = 0; c < b->s->component_count; c++) {
		const struct component *k = &b->s->components[c];
		uint64_t needed = pages_needed(b, c) * PAGE;

		if (k->quota < needed)
			return scenario_error(b->s, k->at, "%s costs the kernel %lluK at least, "
			                      "more than its quota of %lluK: set quota = "
			                      "\"%lluK\" or more", k->name,
			                      (unsigned long long)needed >> 10,
			                      (unsigned long long)k->quota >> 10,
			                      (unsigned long long)needed >> 10);
	}
	return true;
}
