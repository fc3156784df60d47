// SPDX-License-Identifier: MIT
// What a scenario gives drivers: DMA memory, device memory with its address,
// arguments, packet rings.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <session/net.h>
#include <sys/startup_memory.h>
#include "tests/unit/tiny_elf.h"
#include "tools/plan_build.h"
#include "tools/plan_check.h"

static struct scenario scenario;
static struct plan_program program = { .name = "good" };
static struct bytes out;
static const struct plan *plan;

static int
setup(void **state)
{
	char path[] = "/tmp/scenario-net-test-XXXXXX";
	int fd = mkstemp(path);
	struct plan_input in = { &scenario, &program, NULL, 1, 0, NULL };

	(void)state;
	assert_true(fd >= 0);
	assert_true(write(fd, tiny_elf(), TINY_ELF_SIZE) == TINY_ELF_SIZE);
	close(fd);
	assert_null(elf_open(&program.elf, path));
	unlink(path);
	assert_true(scenario_open(&scenario, "tests/scenario/good-net.cfg"));
	assert_true(plan_build(&in, &out));
	plan = (const struct plan *)(const void *)out.data;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(out.data);
	scenario_close(&scenario);
	elf_close(&program.elf);
	return 0;
}

static const struct plan_region *
region_at(uint32_t component, uint64_t addr)
{
	for (uint32_t i = 0; i < plan->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(plan, mappings, plan_mapping, i);

		if (m->component == component && m->addr == addr)
			return PLAN_ENTRY(plan, regions, plan_region, m->region);
	}
	return NULL;
}

static const struct startup *
startup_of(uint32_t component)
{
	const struct plan_region *r = region_at(component, STARTUP_ADDR);

	assert_non_null(r);
	return (const struct startup *)(const void *)((const char *)plan + r->blob);
}

#define TABLE(st, offset, type) \
	((const struct type *)(const void *)((const char *)(st) + (st)->offset))

static void
dma_memory(void **state)
{
	const struct startup *driver = startup_of(1);
	const struct startup_memory *m = TABLE(driver, memories, startup_memory);

	(void)state;
	assert_null(plan_check(plan, out.size));
	assert_int_equal(driver->memory_count, 1);
	assert_string_equal(m->name, "dma");
	assert_int_equal(m->kind, MEMORY_DMA);
	assert_int_equal(m->size, 64 << 10);
	assert_int_equal(region_at(1, m->addr)->kind, PLAN_RAM);
	assert_int_equal(region_at(1, m->addr)->size, 64 << 10);
	// where it is, is on a page of its own, which the PCI server sees, too
	assert_int_equal(region_at(1, m->physical)->kind, PLAN_ADDRESS);
	assert_ptr_equal(PLAN_ENTRY(plan, regions, plan_region,
	                            (uint32_t)region_at(1, m->physical)->blob),
	                 region_at(1, m->addr));
	const struct startup_client *c = TABLE(startup_of(0), clients, startup_client);
	assert_string_equal(c->label, "00:03.0");
	assert_ptr_equal(region_at(0, c->dma), region_at(1, m->physical));
	assert_int_equal(c->dma_size, 64 << 10);
	c = TABLE(driver, clients, startup_client);
	assert_int_equal(c->dma, 0);
	assert_int_equal(c->dma_size, 0);
	// nobody can write it
	for (uint32_t i = 0; i < plan->mappings.count; i++) {
		struct plan_mapping *w = (struct plan_mapping *)(void *)(out.data +
			plan->mappings.offset) + i;

		if (PLAN_ENTRY(plan, regions, plan_region, w->region)->kind != PLAN_ADDRESS)
			continue;
		assert_int_equal(w->rights, MEM_R);
		w->rights = MEM_RW;
		assert_string_equal(plan_check(plan, out.size),
		                    "the plan's own pages are writable");
		w->rights = MEM_R;
	}
	// and it is of RAM
	for (uint32_t i = 0; i < plan->regions.count; i++) {
		struct plan_region *r = (struct plan_region *)(void *)(out.data +
			plan->regions.offset) + i;
		uint64_t right = r->blob;

		for (uint32_t j = 0; r->kind == PLAN_ADDRESS && j < 2; j++) {
			r->blob = j == 0 ? i : 0xffffffff00000000;
			assert_string_equal(plan_check(plan, out.size),
			                    "the address of what is no RAM");
			r->blob = right;
		}
	}
	assert_null(plan_check(plan, out.size));
}

static void
device_memory(void **state)
{
	const struct startup_memory *m = TABLE(startup_of(0), memories, startup_memory);

	(void)state;
	assert_int_equal(m->kind, MEMORY_DEVICE);
	assert_int_equal(m->physical, 0xfe000000);
	assert_int_equal(region_at(0, m->addr)->blob, 0xfe000000);
}

static void
packet_rings(void **state)
{
	const struct startup_use *use = TABLE(startup_of(2), uses, startup_use);
	const struct startup_client *c = TABLE(startup_of(1), clients, startup_client);

	(void)state;
	assert_true(use->shared_size >= 2 * NET_RING);
	assert_ptr_equal(region_at(2, use->shared), region_at(1, c->shared));
	assert_true(use->signal != 0 && c->signal != 0);
	assert_string_equal(c->label, "02:00:00:00:00:0a");
}

static void
arguments(void **state)
{
	(void)state;
	assert_string_equal(startup_of(0)->argument, "");
	assert_string_equal(startup_of(2)->argument, "10.0.2.15/24");
	assert_string_equal(scenario.qemu, "-device card");
}

// Only memory that is filled from the plan says how much of the plan that is.
static void
regions_without_bytes(void **state)
{
	unsigned seen[PLAN_REST + 1] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < plan->regions.count; i++) {
		const struct plan_region *r = PLAN_ENTRY(plan, regions, plan_region, i);

		assert_in_range(r->kind, 0, PLAN_REST);
		seen[r->kind]++;
		if (r->kind != PLAN_RAM && r->kind != PLAN_BLOB)
			assert_int_equal(r->blob_size, 0);
		if (r->kind == PLAN_ROOT_INFO) {
			assert_int_equal(r->size, 4096);
			assert_int_equal(r->blob, 0);
		}
	}
	assert_int_equal(seen[PLAN_DEVICE], 1);
	assert_int_equal(seen[PLAN_ADDRESS], 1);
	assert_int_equal(seen[PLAN_ROOT_INFO], 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_without_bytes),
		cmocka_unit_test(dma_memory),
		cmocka_unit_test(device_memory),
		cmocka_unit_test(packet_rings),
		cmocka_unit_test(arguments),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
