// SPDX-License-Identifier: MIT
// Wrappers around the kernel's allocators (ld --wrap).
#include <sanitizer/asan_interface.h>
#include <string.h>
#include <sys/mman.h>

#include <factory.h>

#include "machine.h"
#include "pool.h"

// Any address will do that is PHYS_BASE plus something a page table can hold.
#define POOL_AT 0x200000000000ull

struct object *pool_objects[OBJECTS_MAX];
unsigned pool_object_count, pool_high;
uint8_t pool_used[POOL_FRAMES];
static uint16_t place[POOL_FRAMES * 64];        // of an object in pool_objects, + 1

void *__real_frame_alloc(void);
void __real_frame_free(void *page);
void *__real_factory_alloc(struct factory *f, uint64_t size);
void __real_factory_free(struct factory *f, void *p);
void __real_object_init(struct object *o, enum object_type type, struct factory *payer);
void *__wrap_frame_alloc(void);
void __wrap_frame_free(void *page);
void *__wrap_factory_alloc(struct factory *f, uint64_t size);
void __wrap_factory_free(struct factory *f, void *p);
void __wrap_object_init(struct object *o, enum object_type type, struct factory *payer);

void
pool_start(void)
{
	void *pool = mmap((void *)POOL_AT, POOL_FRAMES << 12, PROT_READ | PROT_WRITE,
	                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	MUST(pool == (void *)POOL_AT);
	frame_init(virt_to_phys(pool), POOL_FRAMES << 12);
}

static bool
in_pool(const void *p)
{
	return (uint64_t)p - frame_pool < (uint64_t)POOL_FRAMES << 12;
}

static uint16_t *
place_of(const void *p)
{
	return &place[((uint64_t)p - frame_pool) >> 6];
}

bool
pool_is_object(const void *p)
{
	return in_pool(p) && ((uint64_t)p & 63) == 0 && *place_of(p) != 0;
}

void *
__wrap_frame_alloc(void)
{
	uint64_t *page = __real_frame_alloc();

	if (page == NULL)
		return NULL;
	unsigned i = pool_index(page);

	MUST(!pool_used[i]);
	pool_used[i] = 1;
	pool_high = i >= pool_high ? i + 1 : pool_high;
	__asan_unpoison_memory_region(page, 4096);
	for (unsigned w = 0; w < 512; w++)
		MUST(page[w] == 0);
	return page;
}

void
__wrap_frame_free(void *page)
{
	MUST(in_pool(page) && pool_used[pool_index(page)]);
	pool_used[pool_index(page)] = 0;
	__asan_unpoison_memory_region(page, 4096);
	__real_frame_free(page);
	__asan_poison_memory_region((char *)page + 16, 4096 - 16);
}

void *
__wrap_factory_alloc(struct factory *f, uint64_t size)
{
	char *p = __real_factory_alloc(f, size);

	if (p == NULL)
		return NULL;
	uint64_t whole = class_size[frame_of(p)->size_class];

	__asan_unpoison_memory_region(p, size);
	__asan_poison_memory_region(p + size, whole - size);
	for (uint64_t i = 0; i < size; i++)
		MUST(p[i] == 0);
	return p;
}

void
__wrap_factory_free(struct factory *f, void *p)
{
	uint64_t size = class_size[frame_of(p)->size_class];

	if (pool_is_object(p)) {
		uint16_t *mine = place_of(p);
		struct object *last = pool_objects[--pool_object_count];

		pool_objects[*mine - 1] = last;
		*place_of(last) = *mine;
		*mine = 0;
	}
	__asan_unpoison_memory_region(p, size);
	__real_factory_free(f, p);
	if (pool_used[pool_index(p)])
		__asan_poison_memory_region(p, size);
}

// Also where a factory's own memory first shows: it is allocated in factory.c.
void
__wrap_object_init(struct object *o, enum object_type type, struct factory *payer)
{
	if (in_pool(o)) {
		__asan_unpoison_memory_region(o, class_size[frame_of(o)->size_class]);
		MUST(!pool_is_object(o) && pool_object_count < OBJECTS_MAX);
		pool_objects[pool_object_count++] = o;
		*place_of(o) = (uint16_t)pool_object_count;
	}
	__real_object_init(o, type, payer);
}
