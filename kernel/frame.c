// SPDX-License-Identifier: MIT
// Free list of page frames.  Freed frames are poisoned, so that stale use shows.
#include <debug.h>
#include <frame.h>
#include <string.h>

enum { POISON = 0xa5 };

struct frame *frame_table;
uint64_t frame_pool;

static void *free_list;
static uint64_t available;

void
frame_init(paddr_t start, uint64_t size)
{
	uint64_t count = size >> 12, table = (count * sizeof(struct frame) + 4095) >> 12;

	frame_pool = (uint64_t)phys_to_virt(start);
	frame_table = phys_to_virt(start);
	memset(frame_table, 0, table << 12);
	for (uint64_t i = count; i-- > table;) {
		void **page = (void *)(frame_pool + (i << 12));

		*page = free_list;
		free_list = page;
	}
	available = count - table;
}

void *
frame_alloc(void)
{
	void **page = free_list;

	if (page == NULL)
		return NULL;
	free_list = *page;
	available--;
	memset(page, 0, 4096);
	*frame_of(page) = (struct frame){ 0 };
	return page;
}

void
frame_free(void *page)
{
	void **p = page;

	assert(((uint64_t)page & 4095) == 0);
	memset(page, POISON, 4096);
	*p = free_list;
	free_list = p;
	available++;
}

uint64_t
frame_available(void)
{
	return available;
}
