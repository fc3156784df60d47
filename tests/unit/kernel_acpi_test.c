// SPDX-License-Identifier: MIT
// The kernel's reading of the firmware's tables: what QEMU's look
// like, and what broken ones do.  Tables end where ASan's red zone begins.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <frame.h>

static const uint8_t *memory_at(paddr_t p);
#define phys_to_virt(p) memory_at(p)
#include "../../kernel/start/acpi.c"

enum { RSDT = 0x1000, MADT = 0x2000, XSDT = 0x3000, FADT = 0x4000, WORLD = TABLE_MAX + 0x5000 };

static uint8_t *rsdt, *madt, *xsdt, *fadt, *world;
static uint64_t seed = 88172645463325252ull;

static const uint8_t *
memory_at(paddr_t p)
{
	if (world != NULL)              // all of memory: at least TABLE_MAX bytes are there
		return world + p % (WORLD - TABLE_MAX);
	assert_true(p == RSDT || p == MADT || p == XSDT || p == FADT);
	return p == RSDT ? rsdt : p == MADT ? madt : p == XSDT ? xsdt : fadt;
}

static unsigned
chance(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed * 0x2545f4914f6cdd1d >> 33) % below);
}

static void
put32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void
correct_sum(uint8_t *t, size_t length)
{
	uint8_t sum = 0;

	t[9] = 0;
	for (size_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + t[i]);
	t[9] = (uint8_t)-sum;
}

// A table on storage of exactly its length.
static uint8_t *
table(const char *signature, size_t head, const void *content, size_t n)
{
	uint8_t *t = calloc(1, head + n);

	assert_non_null(t);
	memcpy(t, signature, 4);
	put32(t + 4, (uint32_t)(head + n));
	if (n > 0)
		memcpy(t + head, content, n);
	correct_sum(t, head + n);
	return t;
}

static void
set_up(const void *entries, size_t n)
{
	uint8_t pointer[8];

	free(rsdt);
	free(madt);
	free(fadt);
	put32(pointer, FADT);
	put32(pointer + 4, MADT);
	rsdt = table("RSDT", HEAD, pointer, sizeof pointer);
	madt = table("APIC", MADT_ENTRIES, entries, n);
	fadt = table("FACP", FADT_LENGTH, "", 0);
	put32(fadt + FADT_PM_TIMER, 0x608);
	fadt[FADT_PM_LENGTH] = 4;
	correct_sum(fadt, FADT_LENGTH);
}

#define IOAPIC_AT(b3, b2, b1, b0) 1, 12, 0, 0, b0, b1, b2, b3, 0, 0, 0, 0

static const uint8_t usual[] = {
	0, 8, 0, 0, 1, 0, 0, 0,                                 // a processor
	IOAPIC_AT(0xfe, 0xc0, 0, 0),
	2, 10, 0, 0, 2, 0, 0, 0, 0, 0,                          // timer at pin 2
	2, 10, 0, 9, 9, 0, 0, 0, 0xd, 0,                        // level, active high
	2, 10, 0, 11, 11, 0, 0, 0, 0xf, 0,                      // level, active low
	4, 6, 0xff, 0, 0, 1,                                    // an NMI
};

static uint16_t pm_timer;

static struct irq_routes
parse(void)
{
	struct irq_routes r;

	memset(&r, 0xee, sizeof r);
	pm_timer = 0xeeee;
	acpi_parse(RSDT, 0, &r, &pm_timer);
	return r;
}

static void
reads_usual_tables(void **state)
{
	(void)state;
	set_up(usual, sizeof usual);
	struct irq_routes r = parse();

	assert_int_equal(r.ioapic, 0xfec00000);
	assert_int_equal(r.line[0].pin, 2);
	assert_int_equal(r.line[1].pin, 1);
	assert_int_equal(r.line[2].pin, NO_PIN);
	assert_true(r.line[9].level && !r.line[9].low);
	assert_true(r.line[11].level && r.line[11].low);
	assert_true(!r.line[10].level && !r.line[10].low);
	assert_true(r.line[16].level && r.line[16].low && r.line[23].pin == 23);
	assert_int_equal(pm_timer, 0x608);
}

// The new root table has 64-bit addresses and is preferred; what is above 4 GiB is not seen.
static void
reads_new_root_table(void **state)
{
	uint8_t pointers[3 * 8] = { 0 };
	struct irq_routes r;

	(void)state;
	set_up(usual, sizeof usual);
	put32(pointers, 0x5000);        // nothing is there, and above 4 GiB nobody looks
	put32(pointers + 4, 1);
	put32(pointers + 8, FADT);
	put32(pointers + 16, MADT);
	xsdt = table("XSDT", HEAD, pointers, sizeof pointers);
	put32(rsdt + HEAD, 0);          // the old one has no FADT
	correct_sum(rsdt, HEAD + 8);
	acpi_parse(RSDT, XSDT, &r, &pm_timer);
	assert_int_equal(r.ioapic, 0xfec00000);
	assert_int_equal(pm_timer, 0x608);
	xsdt[HEAD] ^= 1;                // a wrong sum: the old one
	acpi_parse(RSDT, XSDT, &r, &pm_timer);
	assert_int_equal(r.ioapic, 0xfec00000);
	assert_int_equal(pm_timer, 0);
	acpi_parse(RSDT, 0x1000000000, &r, &pm_timer);  // above 4 GiB: the old one
	assert_int_equal(r.ioapic, 0xfec00000);
	acpi_parse(0, 0, &r, &pm_timer);
	assert_int_equal(r.ioapic, 0);
	free(xsdt);
}

static void
refuses_broken_timers(void **state)
{
	static const struct { uint32_t at, value; } wrong[] = {
		{ FADT_PM_TIMER, 0 }, { FADT_PM_TIMER, 0x10608 }, { FADT_PM_TIMER, 0xfffd },
		{ FADT_PM_LENGTH, 3 }, { SUM_LENGTH, FADT_LENGTH - 1 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		set_up(usual, sizeof usual);
		put32(fadt + wrong[i].at, wrong[i].value);
		correct_sum(fadt, wrong[i].at == SUM_LENGTH ? wrong[i].value : FADT_LENGTH);
		parse();
		assert_int_equal(pm_timer, 0);
	}
}

static void
no_ioapic(const char *why)
{
	struct irq_routes r = parse();

	if (r.ioapic != 0)
		fail_msg("%s", why);
	for (unsigned i = 0; i < IRQ_LINES; i++)
		assert_int_equal(r.line[i].pin, i);
}

static void
refuses_broken_tables(void **state)
{
	static const uint8_t elsewhere[] = { IOAPIC_AT(0xfe, 0xe0, 0, 0) };
	static const uint8_t beside[] = { IOAPIC_AT(0xfe, 0xc0, 0x10, 0) };
	static const uint8_t in_ram[] = { IOAPIC_AT(0, 0x10, 0, 0) };
	static const uint8_t second[] = { 1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 24, 0, 0, 0 };
	static const uint8_t endless[] = { 7, 0, IOAPIC_AT(0xfe, 0xc0, 0, 0) };
	static const uint8_t cut[] = { 1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0 };
	static const struct { const char *why; const void *entries; size_t n; } cases[] = {
		{ "no entries", "", 0 }, { "in the LAPIC's place", elsewhere, sizeof elsewhere },
		{ "not in the kernel's place", beside, sizeof beside },
		{ "in RAM", in_ram, sizeof in_ram }, { "not the first", second, sizeof second },
		{ "an entry of no size", endless, sizeof endless },
		{ "an entry is cut off", cut, sizeof cut },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		set_up(cases[i].entries, cases[i].n);
		no_ioapic(cases[i].why);
	}
	set_up(usual, sizeof usual);
	madt[60] ^= 1;
	no_ioapic("a wrong sum");
	set_up(usual, sizeof usual);
	memcpy(rsdt, "XSDT", 4);
	no_ioapic("another root table");
	set_up(usual, sizeof usual);
	put32(rsdt + HEAD + 4, 0xfffffff0);
	correct_sum(rsdt, HEAD + 8);
	no_ioapic("beyond memory");
	set_up(usual, sizeof usual);
	put32(madt + 4, TABLE_MAX + 1);
	no_ioapic("too long");
	set_up(usual, sizeof usual);
	put32(madt + 4, HEAD - 1);
	no_ioapic("too short");
}

static void
survives_random_entries(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t entries[64];
		unsigned n = chance(sizeof entries);

		for (unsigned k = 0; k < n; k++)
			entries[k] = (uint8_t)(chance(2) ? chance(13) : chance(256));
		set_up(entries, n);
		struct irq_routes r = parse();

		for (unsigned k = 0; k < IRQ_LINES; k++)
			assert_true(r.line[k].pin < IRQ_LINES || r.line[k].pin == NO_PIN);
	}
	free(rsdt);
	free(madt);
	free(fadt);
}

// Memory full of tables with good sums and nothing else that is good: lengths from none to too
// long, tables that name themselves and each other, and entries at random.
static void
survives_random_tables(void **state)
{
	static const char names[][5] = { "RSDT", "XSDT", "APIC", "FACP" };
	static const uint32_t places[] = { RSDT, XSDT, MADT, FADT, 0xffff0000, 0xffffffff, 0, 1 };
	unsigned routed = 0, timed = 0;

	(void)state;
	world = malloc(WORLD);
	assert_non_null(world);
	for (unsigned i = 0; i < 3000; i++) {
		struct irq_routes r;

		memset(world, 0, WORLD);
		for (unsigned k = 0; k < 4; k++) {
			uint8_t *t = world + places[k];
			uint32_t length = chance(8) ? HEAD + chance(100) : chance(TABLE_MAX + 9);

			memcpy(t, names[chance(8) ? k : chance(4)], 4);
			for (unsigned at = HEAD; at < 0x1000; at += 4)
				put32(t + at, k < 2 && chance(4) ? places[chance(8)] :
				      chance(2) ? chance(13) | 12u << 8 : chance(1u << 31) * 2 + 1);
			if (chance(2))
				memcpy(t + MADT_ENTRIES + chance(3) * 4, usual + 8, 12);
			if (k == 3 && chance(2)) {
				put32(t + FADT_PM_TIMER, chance(0x12000));
				t[FADT_PM_LENGTH] = 4;
			}
			if (k == 1 && chance(2))        // below 4 GiB
				for (unsigned at = HEAD; at < 0x1000; at += 8)
					put32(t + at + 4, 0);
			put32(t + SUM_LENGTH, k == 3 ? length + FADT_LENGTH : length);
			correct_sum(t, length < 0x1000 ? read32(t + SUM_LENGTH) : 0x1000);
		}
		acpi_parse(places[chance(chance(2) ? 1 : 8)], places[chance(8)], &r, &pm_timer);
		assert_true(r.ioapic == 0 || r.ioapic == 0xfec00000);
		for (unsigned k = 0; k < IRQ_LINES; k++)
			assert_true(r.line[k].pin < IRQ_LINES || r.line[k].pin == NO_PIN);
		routed += r.ioapic != 0;
		timed += pm_timer != 0;
	}
	assert_in_range(routed, 20, 2980);
	assert_in_range(timed, 20, 2980);
	free(world);
	world = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_usual_tables),
		cmocka_unit_test(reads_new_root_table),
		cmocka_unit_test(refuses_broken_timers),
		cmocka_unit_test(refuses_broken_tables),
		cmocka_unit_test(survives_random_entries),
		cmocka_unit_test(survives_random_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
