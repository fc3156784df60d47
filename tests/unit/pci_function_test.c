// SPDX-License-Identifier: MIT
// PCI functions over a model of a machine: two buses, functions with all kinds
// of base address registers, and some that are not as they must be.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "pci/function.h"

enum {
	NIC = 3 << 3, VGA = 2 << 3, MANY = 1 << 3, BRIDGE = 4 << 3, BEHIND = 5 << 8 | 1 << 3,
	DEVICES = 7,
};

static struct device {
	pci_place_t place;
	uint32_t config[64], writable[6];       // writable: bits of the base address registers
	unsigned writes_while_on;
} machine[DEVICES];
static struct pci_bus bus;
static struct pci_info info;

static struct device *
at(pci_place_t place)
{
	for (unsigned i = 0; i < DEVICES; i++)
		if (machine[i].place == place && machine[i].config[0] != 0)
			return &machine[i];
	return NULL;
}

static uint32_t
model_read(pci_place_t place, unsigned offset)
{
	assert_true(offset < 256 && offset % 4 == 0);
	return at(place) != NULL ? at(place)->config[offset / 4] : 0xffffffff;
}

static void
model_write(pci_place_t place, unsigned offset, uint32_t value)
{
	struct device *d = at(place);

	assert_non_null(d);
	if (offset == 4) {
		assert_int_equal(value >> 16, 0);       // would clear status bits
		d->config[1] = (d->config[1] & 0xffff0000) | value;
		return;
	}
	assert_true(offset >= 0x10 && offset < 0x28);
	d->writes_while_on += (d->config[1] & 7) != 0;
	uint32_t mask = d->writable[offset / 4 - 4];
	d->config[offset / 4] = (d->config[offset / 4] & ~mask) | (value & mask);
}

static const struct pci_space space = { model_read, model_write };

static void
add(unsigned i, unsigned place, uint32_t id, uint32_t header)
{
	machine[i] = (struct device){ .place = (pci_place_t)place };
	machine[i].config[0] = id;
	machine[i].config[1] = 0x00100107;
	machine[i].config[2] = 0x02000001;
	machine[i].config[3] = header << 16;
	machine[i].config[15] = 0x010b;
}

static void
bar(unsigned i, unsigned n, uint32_t value, uint32_t size)
{
	uint32_t flags = value & 1 ? 3 : 15;

	machine[i].config[4 + n] = value;
	machine[i].writable[n] = size == 0 ? 0 : ~(size - 1) & ~flags;
}

static int
setup(void **state)
{
	(void)state;
	memset(machine, 0, sizeof machine);
	add(0, NIC, 0x10001af4, 0);
	bar(0, 0, 0xc001, 32);
	bar(0, 1, 0xfebf1000, 4096);
	bar(0, 4, 0xfe00000c, 0x4000), bar(0, 5, 0, 0), machine[0].writable[5] = ~0u;
	add(1, VGA, 0x11111234, 0);
	bar(1, 0, 0xfd000008, 16 << 20);
	bar(1, 2, 0xfebf0000, 4096);
	add(2, MANY, 0x70008086, 0x80);
	add(3, MANY | 3, 0x71138086, 0);
	add(4, BRIDGE, 0x244e8086, 1);
	machine[4].config[6] = 0x00070500;      // buses 5 to 7 behind it, 5 at once
	add(5, BEHIND, 0x12345678, 0);
	add(6, VGA | 1, 0x12345678, 0);         // cannot be: VGA has one function
	function_find(&space, &bus);
	return 0;
}

static void
test_place(void **state)
{
	pci_place_t place;

	(void)state;
	assert_true(function_place("00:03.0", &place) && place == NIC);
	assert_true(function_place("05:01.0", &place) && place == BEHIND);
	assert_true(function_place("ff:1f.7", &place) && place == 0xffff);
	assert_false(function_place("00:20.0", &place));
	assert_false(function_place("00:00.8", &place));
}

static void
test_find(void **state)
{
	static const pci_place_t expected[] = { MANY, MANY | 3, VGA, NIC, BRIDGE, BEHIND };

	(void)state;
	assert_int_equal(bus.count, 6);
	assert_memory_equal(bus.function, expected, sizeof expected);
}

static void
test_describe(void **state)
{
	(void)state;
	assert_true(function_describe(&space, &bus, NIC, &info));
	assert_int_equal(info.vendor, 0x1af4);
	assert_int_equal(info.device, 0x1000);
	assert_int_equal(info.class_code, 0x020000);
	assert_int_equal(info.line, 11);
	static const struct pci_bar expected[PCI_BARS] = {
		{ 0xc000, 32, PCI_BAR_PORTS }, { 0xfebf1000, 4096, PCI_BAR_MEMORY }, { 0 }, { 0 },
		{ 0xfe000000, 0x4000, PCI_BAR_MEMORY }, { 0 },
	};
	assert_memory_equal(info.bar, expected, sizeof expected);
	// all as before, but off: no port, no memory, no bus master
	assert_int_equal(machine[0].config[4], 0xc001);
	assert_int_equal(machine[0].config[8], 0xfe00000c);
	assert_int_equal(machine[0].config[1], 0x00100100);
	assert_int_equal(machine[0].writes_while_on, 0);
	function_enable(&space, NIC, &info, true, false);
	assert_int_equal(machine[0].config[1], 0x00100103);
	function_enable(&space, NIC, &info, true, true);
	assert_int_equal(machine[0].config[1], 0x00100107);
	function_enable(&space, NIC, &info, false, true);
	assert_int_equal(machine[0].config[1], 0x00100100);
}

static void
test_refuse(void **state)
{
	(void)state;
	assert_false(function_describe(&space, &bus, BRIDGE, &info));
	assert_false(function_describe(&space, &bus, 9 << 3, &info));
	assert_false(function_describe(&space, &bus, VGA | 1, &info));
	machine[0].config[9] = 1;               // above 4 GiB
	assert_false(function_describe(&space, &bus, NIC, &info));
	setup(state);
	bar(0, 5, 0xfe00000c, 0x4000);          // 64 bits, but no register follows
	machine[0].config[8] = 0;
	assert_false(function_describe(&space, &bus, NIC, &info));
	setup(state);
	machine[0].writable[0] = 0xffe5;        // no power of two
	assert_false(function_describe(&space, &bus, NIC, &info));
	setup(state);
	bar(0, 1, 0xfebf1000, 0);
	machine[0].writable[1] = 0x000ffff0;    // wired to an address it cannot have
	assert_false(function_describe(&space, &bus, NIC, &info));
}

static void
test_alone(void **state)
{
	struct pci_bar mine = { 0xfebf1000, 4096, PCI_BAR_MEMORY };

	(void)state;
	assert_true(function_alone(&space, &bus, NIC, &mine));
	bar(5, 0, 0xfebf1800, 0x800);
	assert_false(function_alone(&space, &bus, NIC, &mine));
	mine.start = 0xfebf0000, mine.size = 0x4000;
	bar(5, 0, 0, 0);
	assert_false(function_alone(&space, &bus, NIC, &mine));          // the VGA's
	mine.size = 4096;
	assert_true(function_alone(&space, &bus, VGA, &mine));
	bar(5, 0, 0xc001, 32);                  // ports are another space
	mine.start = 0xc000;
	assert_true(function_alone(&space, &bus, VGA, &mine));
}

static void
test_items(void **state)
{
	struct item items[ITEMS_MAX];
	const uint64_t base = 0x10000000, size = 12 << 20, physical = 0xfe000000;
	struct pci_bar b = { 0xc020, 32, PCI_BAR_PORTS };

	(void)state;
	assert_int_equal(function_items(&b, 0, 0, 0, items), 1);
	assert_true(items[0].what == fpage_port(0xc020, 5, 1));
	b = (struct pci_bar){ 0xfebf1000, 4096, PCI_BAR_MEMORY };
	assert_int_equal(function_items(&b, base, size, physical, items), 1);
	assert_true(items[0].what == fpage_mem(base + 0xbf1000, 12, MEM_RW));
	b = (struct pci_bar){ 0xfebf1800, 2048, PCI_BAR_MEMORY };       // its page
	assert_int_equal(function_items(&b, base, size, physical, items), 1);
	assert_true(items[0].what == fpage_mem(base + 0xbf1000, 12, MEM_RW));
	b = (struct pci_bar){ 0xfe000000, 1 << 20, PCI_BAR_MEMORY };
	assert_int_equal(function_items(&b, base, size, physical, items), 1);
	assert_true(items[0].what == fpage_mem(base, 20, MEM_RW));
	// before, behind, larger than what we have; none at all
	b.start = 0xfdf00000, assert_int_equal(function_items(&b, base, size, physical, items), 0);
	b.start = 0xfec00000, assert_int_equal(function_items(&b, base, size, physical, items), 0);
	b.start = 0xfe000000, b.size = 16 << 20;
	assert_int_equal(function_items(&b, base, size, physical, items), 0);
	b.size = 1 << 20;
	assert_int_equal(function_items(&b, 0, 0, 0, items), 0);
	b.kind = PCI_BAR_NONE;
	assert_int_equal(function_items(&b, base, size, physical, items), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_place, setup),
		cmocka_unit_test_setup(test_find, setup),
		cmocka_unit_test_setup(test_describe, setup),
		cmocka_unit_test_setup(test_refuse, setup),
		cmocka_unit_test_setup(test_alone, setup),
		cmocka_unit_test_setup(test_items, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
