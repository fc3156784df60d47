// SPDX-License-Identifier: MIT
// The growing plan: tables, blobs, regions, mappings, capabilities.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/plan_parts.h"

const size_t plan_entry_size[TABLES] = {
	sizeof(struct plan_component), sizeof(struct plan_region), sizeof(struct plan_mapping),
	sizeof(struct plan_gate), sizeof(struct plan_signal), sizeof(struct plan_irq),
	sizeof(struct plan_cap), sizeof(struct plan_port),
};

uint64_t
plan_page_up(uint64_t n)
{
	return (n + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

// Appends zeroed room and returns its offset.
size_t
plan_grow(struct bytes *b, size_t size)
{
	size_t at = b->size;

	if (size > b->room - b->size) {
		b->room = (b->size + size) * 2;
		b->data = realloc(b->data, b->room);
		if (b->data == NULL)
			exit((perror("plan"), 1));
	}
	memset(b->data + at, 0, size);
	b->size += size;
	return at;
}

size_t
plan_append(struct bytes *b, const void *data, size_t size)
{
	size_t at = plan_grow(b, size);

	memcpy(b->data + at, data, size);
	return at;
}

uint32_t
plan_add(struct build *b, enum table t, const void *entry)
{
	return (uint32_t)(plan_append(&b->table[t], entry, plan_entry_size[t]) /
	                  plan_entry_size[t]);
}

// Page-aligned, zero-padded; returns the offset among the blobs.
uint64_t
plan_add_blob(struct build *b, const void *data, uint64_t size)
{
	size_t at = plan_grow(&b->blobs, plan_page_up(size > 0 ? size : 1));

	if (size > 0)
		memcpy(b->blobs.data + at, data, size);
	return at;
}

uint32_t
plan_add_region(struct build *b, enum plan_region_kind kind, uint64_t size, uint64_t blob,
           uint64_t blob_size)
{
	// a subsystem's own memory lies close, whatever its size
	bool super = size >= SUPERPAGE && kind != PLAN_BLOB &&
		(b->parent == NULL || kind == PLAN_PARENT);
	struct plan_region r = { kind, super ? 21 : 12, plan_page_up(size), blob, blob_size };

	if (kind == PLAN_RAM || kind == PLAN_REST)
		b->memory += r.size;
	return plan_add(b, REGIONS, &r);
}

void
plan_map_at(struct build *b, unsigned c, uint32_t region, uint64_t addr, unsigned rights,
       enum mem_cache cache)
{
	struct plan_mapping m = { c, region, addr, rights, cache };

	plan_add(b, MAPPINGS, &m);
}

// At the next free address; big regions where super pages fit.
uint64_t
plan_map(struct build *b, unsigned c, uint32_t region, unsigned rights, enum mem_cache cache)
{
	struct space *sp = &b->space[c];
	const struct plan_region *r = (struct plan_region *)(void *)b->table[REGIONS].data + region;
	uint64_t align = 1ull << r->align;

	sp->next = (sp->next + align - 1) & ~(align - 1);
	uint64_t addr = sp->next;
	plan_map_at(b, c, region, addr, rights, cache);
	sp->next += r->size + PAGE;             // a hole, so that overruns fault
	return addr;
}

cap_t
plan_give(struct build *b, unsigned c, enum plan_cap_kind kind, uint32_t object)
{
	struct plan_cap cap = { c, b->space[c].next_cap++, kind, object, CAP_SEND, 0 };

	plan_add(b, CAPS, &cap);
	return cap.index;
}
