// SPDX-License-Identifier: MIT
// The IOMMU's tables as a model of the hardware walks them, and its registers as
// the model answers: everything is refused but what was given.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "pci/iommu.h"

enum { TABLES = 48, PAGE = 4096, PHYSICAL = 0x1230000, RECORDS = 2, FAULTS = 0x220, PAGES = 0xf8 };

static struct {
	uint32_t version, status;
	uint64_t capability, extended, root, walked;
	uint64_t records[2 * RECORDS];
	unsigned contexts_forgotten, pages_forgotten, disobey;
	bool overflow, on_before_forgetting;
} hardware;
static uint64_t *memory;
static struct iommu u;

static uint64_t
model_read(unsigned offset, unsigned bytes)
{
	assert_true((bytes == 4 || bytes == 8) && offset % bytes == 0 && offset + bytes <= PAGE);
	switch (offset) {
	case 0x00: return hardware.version;
	case 0x08: return hardware.capability;
	case 0x10: return hardware.extended;
	case 0x1c: return hardware.status;
	case 0x28: return hardware.disobey == 2 ? 1ull << 63 : 0;
	case PAGES: return hardware.disobey == 3 ? 1ull << 63 : 0;
	default: break;
	}
	assert_int_equal(bytes, 8);
	assert_true(offset >= FAULTS && offset < FAULTS + sizeof hardware.records);
	return hardware.records[(offset - FAULTS) / 8];
}

static void
model_command(uint32_t value)
{
	const uint32_t stays = 1u << 31 | 1u << 26 | 1u << 25;
	uint32_t change = (value ^ hardware.status) & stays;

	// one at a time
	assert_true((unsigned)__builtin_popcount(change) + (value >> 30 & 1) <= 1);
	if (hardware.disobey == 1)
		return;
	if (value & 1u << 30) {
		hardware.walked = hardware.root;
		hardware.status |= 1u << 30;
	}
	if ((change & value & 1u << 31) &&
	    (hardware.contexts_forgotten == 0 || hardware.pages_forgotten == 0))
		hardware.on_before_forgetting = true;
	hardware.status = (hardware.status & ~stays) | (value & stays);
}

static void
model_write(unsigned offset, unsigned bytes, uint64_t value)
{
	if (offset == 0x18 && bytes == 4)
		model_command((uint32_t)value);
	else if (offset == 0x20 && bytes == 8)
		hardware.root = value;
	else if (offset == 0x28 && value == (1ull << 63 | 1ull << 61))
		hardware.contexts_forgotten++;
	else if (offset == PAGES && (value & ~(3ull << 48)) == (1ull << 63 | 1ull << 60))
		hardware.pages_forgotten += hardware.contexts_forgotten > 0;
	else if (offset == 0x34 && bytes == 4 && value == 1)
		hardware.overflow = false;
	else if (offset >= FAULTS && offset % 16 == 12 && bytes == 4 && value == 1u << 31)
		hardware.records[(offset - FAULTS) / 16 * 2 + 1] &= ~(1ull << 63);
	else
		fail_msg("0x%x of %u bytes written to 0x%x", (unsigned)value, bytes, offset);
}

static const struct iommu_registers registers = { model_read, model_write };

static const uint64_t *
model_page(uint64_t entry)
{
	uint64_t at = (entry & ~(PAGE - 1ull)) - PHYSICAL;

	assert_true(at < TABLES * PAGE);
	return memory + at / 8;
}

// What the hardware makes of an access: the address, or ~0 when refused.
static uint64_t
walk(pci_place_t place, uint64_t address, bool write)
{
	const uint64_t *at = model_page(hardware.walked) + (place >> 8) * 2;

	if (!(at[0] & 1) || address >> 39 != 0)
		return ~0ull;
	assert_int_equal(at[0] & 0xffe, 0);
	assert_int_equal(at[1], 0);
	at = model_page(at[0]) + (place & 0xff) * 2;
	if (!(at[0] & 1))
		return ~0ull;
	assert_int_equal(at[0] & 0xffe, 0);             // second level, faults recorded
	assert_int_equal(at[1] & 7, 1);                 // 39 bits
	at = model_page(at[0]);
	for (int shift = 30; shift >= 12; shift -= 9) {
		uint64_t entry = at[address >> shift & 511];

		if (!(entry & (write ? 2 : 1)))
			return ~0ull;
		assert_int_equal(entry & 0xffc, 0);
		if (shift == 12)
			return (entry & ~(PAGE - 1ull)) | (address & (PAGE - 1));
		at = model_page(entry);
	}
	return ~0ull;
}

static int
setup(void **state)
{
	(void)state;
	memset(&hardware, 0, sizeof hardware);
	hardware.version = 0x10;
	hardware.capability = 0x00d2008c22260206 | (uint64_t)(RECORDS - 1) << 40;
	hardware.extended = 0xf00f4a;
	memory = aligned_alloc(PAGE, TABLES * PAGE);
	assert_non_null(memory);
	memset(memory, 0, TABLES * PAGE);
	assert_null(iommu_open(&u, &registers, memory, PHYSICAL, TABLES * PAGE));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static void
assert_only(pci_place_t place, uint64_t start, uint64_t size)
{
	static const uint64_t elsewhere[] = { 0, PAGE, PHYSICAL, 0x100000, 0xfee00000, 0xfffff000,
		                              1ull << 32, 1ull << 38, 1ull << 39 };

	for (uint64_t at = start; at < start + size; at += PAGE / 2) {
		assert_true(walk(place, at, true) == at);
		assert_true(walk(place, at, false) == at);
	}
	for (uint64_t at = 0; at < 3 * PAGE; at += PAGE) {
		assert_true(walk(place, start - PAGE - at, true) == ~0ull);
		assert_true(walk(place, start + size + at, false) == ~0ull);
	}
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
		assert_true(elsewhere[i] - start < size ||
		            walk(place, elsewhere[i], false) == ~0ull);
	for (unsigned i = 0; i < 10000; i++) {
		uint64_t at = (uint64_t)rand() << 12 | (uint64_t)rand() << 31;

		at &= (1ull << 39) - 1;
		if (at - start >= size)
			assert_true(walk(place, at, i % 2 != 0) == ~0ull);
	}
}

// Memory across borders of 2 MiB and of 1 GiB, on several buses.
static void
devices_reach_their_memory_only(void **state)
{
	static const struct { pci_place_t place; uint64_t start, size; } device[] = {
		{ 3 << 3, 0x3ffe0000, 0x48000 }, { 4 << 3, 0x1fb000, 0x48000 },
		{ 5 << 3 | 7, 0xfffff000, PAGE }, { 0xffff, 0x200000, 0x400000 },
	};
	const unsigned n = sizeof device / sizeof *device;

	(void)state;
	srand(1);
	for (unsigned i = 0; i < n; i++)
		assert_true(iommu_allow(&u, device[i].place, device[i].start, device[i].size));
	assert_int_equal(hardware.status, 0);
	assert_true(iommu_start(&u));
	assert_int_equal(hardware.status, 3u << 30);
	assert_false(hardware.on_before_forgetting);
	for (unsigned i = 0; i < n; i++)
		assert_only(device[i].place, device[i].start, device[i].size);
	for (unsigned place = 0; place < 0x10000; place++) {
		bool known = false;

		for (unsigned i = 0; i < n; i++)
			known |= device[i].place == place;
		if (!known)
			assert_true(walk((pci_place_t)place, 0x200000, false) == ~0ull);
	}
	// each a domain of its own, none 0
	for (unsigned i = 0; i < n; i++) {
		const uint64_t *bus = model_page(hardware.walked) + (device[i].place >> 8) * 2;

		assert_int_equal(model_page(bus[0])[(device[i].place & 0xff) * 2 + 1] >> 8, i + 1);
	}
}

static void
what_cannot_be_given(void **state)
{
	(void)state;
	assert_false(iommu_allow(&u, 8, 0x1001, PAGE));
	assert_false(iommu_allow(&u, 8, 0x1000, PAGE - 1));
	assert_false(iommu_allow(&u, 8, 0xfffff000, 2 * PAGE));
	assert_false(iommu_allow(&u, 8, PAGE, ~(uint64_t)PAGE + 1));
	assert_true(iommu_allow(&u, 16, 0x1000, PAGE));
	assert_false(iommu_allow(&u, 16, 0x2000, PAGE));        // a second time
	assert_true(iommu_start(&u));
	assert_only(16, 0x1000, PAGE);
}

// Not enough memory for tables, at each possible point.
static void
tables_run_out(void **state)
{
	(void)state;
	for (unsigned pages = 1; pages < 9; pages++) {
		memset(memory, 0, TABLES * PAGE);
		assert_null(iommu_open(&u, &registers, memory, PHYSICAL, pages * PAGE));
		// root, bus, device; two for 2 MiB each, across 1 GiB two of the level above
		assert_int_equal(iommu_allow(&u, 24, 0x3ffff000, 2 * PAGE), pages >= 7);
		assert_true(u.used <= pages * PAGE);
		for (size_t i = pages * PAGE / 8; i < TABLES * PAGE / 8; i++)
			assert_int_equal(memory[i], 0);
	}
	assert_non_null(iommu_open(&u, &registers, memory, PHYSICAL, 0));
}

static void
kinds_of_iommus(void **state)
{
	static const char absent[] = "there is no IOMMU where the scenario says",
		unknown[] = "the IOMMU is of a kind that is not known here",
		stubborn[] = "the IOMMU cannot be switched off";
	const uint64_t good = hardware.capability;
	static const uint64_t none[] = { 0, 0xffffffff, 0x0f };

	(void)state;
#define OPEN() iommu_open(&u, &registers, memory, PHYSICAL, TABLES * PAGE)
	for (unsigned i = 0; i < 3; i++) {
		hardware.version = (uint32_t)none[i];
		assert_string_equal(OPEN(), absent);
	}
	hardware.version = 0x60;
	assert_null(OPEN());
	hardware.capability = good & ~0x200ull;                 // no three levels
	assert_string_equal(OPEN(), unknown);
	hardware.capability = good | 0x10;                      // a write buffer
	assert_string_equal(OPEN(), unknown);
	hardware.capability = good & ~(63ull << 16);            // too few address bits
	assert_string_equal(OPEN(), unknown);
	hardware.capability = good | 0x3ffull << 24;            // registers on other pages
	assert_string_equal(OPEN(), unknown);
	hardware.capability = good;
	hardware.extended |= 0x3ff00;
	assert_string_equal(OPEN(), unknown);
	hardware.extended = 0xf00f4a;
	hardware.status = 1u << 31 | 1u << 30 | 1u << 26 | 1u << 25;    // on already
	assert_null(OPEN());
	assert_int_equal(hardware.status, 1u << 30);
	hardware.status = 1u << 31;
	hardware.disobey = 1;
	assert_string_equal(OPEN(), stubborn);
	hardware.status = 0;
	assert_null(OPEN());
	for (hardware.disobey = 1; hardware.disobey <= 3; hardware.disobey++)
		assert_false(iommu_start(&u));
}

static void
faults(void **state)
{
	struct iommu_fault f;

	(void)state;
	assert_false(iommu_fault(&u, &f));
	hardware.records[2] = 0x12345abc;
	hardware.records[3] = 3ull << 62 | 6ull << 32 | 3 << 3;         // read
	hardware.overflow = true;
	assert_true(iommu_fault(&u, &f));
	assert_true(f.place == 3 << 3 && f.address == 0x12345000 && f.read && f.reason == 6);
	assert_false(hardware.overflow);
	assert_false(iommu_fault(&u, &f));
	hardware.records[0] = 0x7ffffff000;
	hardware.records[1] = 1ull << 63 | 5ull << 32 | 0xffff;
	hardware.records[3] |= 1ull << 63;
	assert_true(iommu_fault(&u, &f));
	assert_true(f.place == 0xffff && f.address == 0x7ffffff000 && !f.read && f.reason == 5);
	assert_true(iommu_fault(&u, &f));
	assert_false(iommu_fault(&u, &f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(devices_reach_their_memory_only, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_given, setup, teardown),
		cmocka_unit_test_setup_teardown(tables_run_out, setup, teardown),
		cmocka_unit_test_setup_teardown(kinds_of_iommus, setup, teardown),
		cmocka_unit_test_setup_teardown(faults, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
