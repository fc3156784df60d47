// SPDX-License-Identifier: MIT
// Stand-ins for threads, messages and the processor.  None of the code under
// test is in here.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <class.h>
#include <cpu.h>
#include <debug.h>
#include <kip.h>
#include <thread.h>
#include <x86/io.h>
#include <x86/mmu.h>

#include "kernel_world.h"

enum { POOL_FRAMES = 4096 };
// Any address will do that is PHYS_BASE plus something a page table can hold.
#define POOL_AT 0x200000000000ull

struct cpu cpu;
static struct thread nobody = { .priority = 1 };
static char kip[4096];
static uint64_t at_start, seed = 88172645463325252ull;

void
panic(const char *what)
{
	fprintf(stderr, "panic: %s\n", what);
	abort();
}

paddr_t kip_page(void) { return virt_to_phys(kip) & PTE_ADDR & ~0xfffull; }
void mmu_share_kernel(uint64_t *pml4) { pml4[256] = pml4[511] = 1; }
void mmu_unshare_kernel(uint64_t *pml4) { pml4[256] = pml4[511] = 0; }
void mmu_leave(struct task *t) { (void)t; abort(); }
uint8_t switch_readable;
uint64_t mmu_cr4;
void io_forget(struct task *t) { (void)t; }
bool thread_leave_task(struct thread *t, unsigned *steps) { (void)t, (void)steps; abort(); }

static struct object *
make_signal(struct factory *payer, uint64_t arg)
{
	struct source *s = factory_alloc(payer, sizeof *s);

	(void)arg;
	if (s == NULL)
		return NULL;
	object_init(&s->obj, OBJ_SIGNAL, payer);
	return &s->obj;
}

const struct object_class object_classes[OBJ_TYPES] = {
	[OBJ_TASK] = { task_create, NULL, task_fini },
	[OBJ_SIGNAL] = { make_signal, NULL, NULL },
	[OBJ_FACTORY] = { factory_create, NULL, factory_fini },
};

uint64_t
world_random(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed * 0x2545f4914f6cdd1d >> 11) % below;
}

static struct factory first;
static struct task *manager;            // holds a capability to everything
static cap_t next_index;
static struct utcb utcb;
struct thread *world_caller;

void
world_start(void)
{
	static bool booted;

	cpu.current = &nobody;
	if (!booted) {                  // once, as at boot
		void *pool = mmap((void *)POOL_AT, POOL_FRAMES << 12, PROT_READ | PROT_WRITE,
		                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		assert_true(pool == (void *)POOL_AT);
		frame_init(virt_to_phys(pool), POOL_FRAMES << 12);
		booted = true;
	}
	at_start = frame_available();
	factory_init(&first, NULL, at_start);
	manager = (struct task *)task_create(&first, 0);
	assert_non_null(manager);
	world_caller = factory_alloc(&first, sizeof *world_caller);
	assert_non_null(world_caller);
	world_caller->utcb = &utcb;
	world_caller->priority = 255;
	world_caller->task = manager;
	next_index = 1;
}

// Who frees a frame has cleared it.
static void
check_free_frames(void)
{
	static const char zero[4096];
	static void *page[POOL_FRAMES];
	unsigned n = 0;

	while (n < POOL_FRAMES && (page[n] = frame_alloc()) != NULL)
		assert_memory_equal(page[n++], zero, sizeof zero);
	while (n > 0)
		frame_free(page[--n]);
}

void
world_end(void)
{
	factory_free(&first, world_caller);
	object_doom(&manager->obj);
	world_reap();
	while (!factory_fini(&first.obj, NULL))
		world_reap();
	assert_int_equal(first.used, 0);
	assert_int_equal(frame_available(), at_start);
	check_free_frames();
}

void
world_reap(void)
{
	while (nobody.slow & SLOW_ENDS && !list_empty(&nobody.ends))
		object_reap_step(&nobody.ends);
}

void *
world_make(struct factory *f, enum object_type type, uint64_t arg)
{
	struct object *o;

	utcb.mr[0] = type, utcb.mr[1] = next_index, utcb.mr[2] = arg;
	if (factory_invoke(world_caller, f == NULL ? &first.obj : &f->obj, CAP_SEND,
	                   FACTORY_CREATE) != OK)
		return NULL;
	assert_int_equal(cap_lookup(manager, next_index++, type, CAP_ALL, &o), OK);
	return o;
}

void
world_give(struct object *o, struct task *to, uint64_t index)
{
	for (cap_t i = 1; i < next_index; i++) {
		struct object *found;

		if (cap_lookup(manager, i, OBJ_NONE, 0, &found) != OK || found != o)
			continue;
		assert_int_equal(task_give(&(struct give){ .from = manager, .to = to,
			.what = fpage_cap(i, 0, CAP_ALL), .dest = index << 12 }), OK);
		return;
	}
	fail();
}
