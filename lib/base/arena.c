// SPDX-License-Identifier: MIT
// Blocks lie one after the other from start to end of the arena, each with a
// head.  Invariants: the sizes of all blocks add up to the arena's size; the
// bytes of a free block behind its head are zero.

#include <assert.h>
#include <stdint.h>
#include <base/arena.h>
#include <base/wipe.h>

#define IN_USE 0x45535520454e4552ull
#define FREE   0x45455246204c4c41ull

struct block {
	uint64_t state;         // IN_USE or FREE: anything else means corruption
	size_t size;            // with this head, a multiple of 16
};
static_assert(sizeof(struct block) == 16, "keeps what follows aligned");

enum { ALIGN = 16 };

static struct block *
block_at(const struct arena *a, size_t offset)
{
	return (struct block *)(void *)(a->start + offset);
}

void
arena_init(struct arena *a, void *storage, size_t size)
{
	size_t skip = -(uintptr_t)storage % ALIGN;

	*a = (struct arena){ 0 };
	if (size < skip + 2 * sizeof(struct block))
		return;
	a->start = (unsigned char *)storage + skip;
	a->size = (size - skip) / ALIGN * ALIGN;
	memset(a->start, 0, a->size);
	*block_at(a, 0) = (struct block){ FREE, a->size };
}

// Take in the free blocks that follow b.
static void
merge(const struct arena *a, struct block *b, size_t offset)
{
	while (b->size < a->size - offset) {
		struct block *next = block_at(a, offset + b->size);

		if (next->state != FREE)
			break;
		b->size += next->size;
		wipe(next, sizeof *next);
	}
}

void *
arena_alloc(struct arena *a, size_t n)
{
	if (n >= a->size) {
		a->failed++;
		return NULL;
	}
	size_t need = (sizeof(struct block) + n + (n == 0) + ALIGN - 1) / ALIGN * ALIGN;

	for (size_t offset = 0; offset < a->size; offset += block_at(a, offset)->size) {
		struct block *b = block_at(a, offset);

		assert(b->state == FREE || b->state == IN_USE);
		if (b->state != FREE)
			continue;
		merge(a, b, offset);
		if (b->size < need)
			continue;
		if (b->size - need > sizeof *b) {
			*block_at(a, offset + need) = (struct block){ FREE, b->size - need };
			b->size = need;
		}
		b->state = IN_USE;
		a->live++;
		a->used += b->size;
		if (a->used > a->peak)
			a->peak = a->used;
		return b + 1;
	}
	a->failed++;
	return NULL;
}

void
arena_free(struct arena *a, void *p)
{
	if (p == NULL)
		return;

	uintptr_t offset = (uintptr_t)p - (uintptr_t)a->start - sizeof(struct block);
	struct block *b = (struct block *)p - 1;

	assert(offset < a->size && offset % ALIGN == 0 && b->state == IN_USE);
	a->live--;
	a->used -= b->size;
	wipe(p, b->size - sizeof *b);
	b->state = FREE;
}
