// SPDX-License-Identifier: MIT
// Page frames: those never used yet, and a list of freed ones.  Frames come
// back cleared, so nothing stale is ever found in one.
#include <debug.h>
#include <frame.h>
#include <preempt.h>
#include <string.h>

struct frame *frame_table;
uint64_t frame_pool;

static uint64_t fresh, end;     // [fresh, end): never used, contents undefined
static void **free_list;        // chained through their first word, else zero
static uint64_t free_count;

void
frame_init(paddr_t start, uint64_t size)
{
	uint64_t table = ((size >> 12) * sizeof(struct frame) + 4095) & ~4095ull;

	frame_pool = (uint64_t)phys_to_virt(start);
	frame_table = phys_to_virt(start);
	fresh = frame_pool + table;
	end = frame_pool + size;
}

void *
frame_alloc(void)
{
	void **page = free_list;

	if (page != NULL) {
		free_list = *page;
		*page = NULL;
		free_count--;
	} else if (fresh < end) {
		page = (void **)fresh;
		fresh += 4096;
		memset(page, 0, 4096);
		if (cpu.current != NULL) {      // else the kernel starts
			preempt_window();
			cpu.steps = 0;          // this was long enough
		}
	} else {
		return NULL;
	}
	*frame_of(page) = (struct frame){ 0 };
	return page;
}

void
frame_free(void *page)
{
	void **p = page;

	assert(((uint64_t)page & 4095) == 0);
	*p = free_list;
	free_list = p;
	free_count++;
}

uint64_t
frame_available(void)
{
	return free_count + ((end - fresh) >> 12);
}
