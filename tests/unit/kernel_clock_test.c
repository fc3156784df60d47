// SPDX-License-Identifier: MIT
// The kernel's clock on a model of a machine: which of its counters are used, that
// none that is missing or stands still keeps the start, and the local APIC's
// registers, in memory and as MSRs.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <debug.h>
#include <frame.h>
#include <x86/x86.h>

// APIC_TICKS: TSC ticks in one of the local APIC's; NOTHING: not written meanwhile
enum { PM_PORT = 0x608, APIC_TICKS = 3, NOTHING = 0x5eed5eed };

enum what { ABSENT, WORKS, STANDS };

static struct {
	uint64_t tsc, khz, stops;       // what the TSC reads as never exceeds `stops`
	enum what pit, pm;
	uint64_t out_at;                // TSC at which the 8254's output goes high
	uint32_t cpuid_15[3], cpuid_16, last_leaf, id;
	bool apic, x2;
	uint64_t base, count_from;      // MSR; TSC when the timer started
	uint32_t initial;
	uint32_t memory[1024];          // the local APIC's page
	uint32_t spurious, lint0;
} m;
static jmp_buf refused;
static char why[256];

bool debug_on_screen, debug_at_once;

void
debug_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
}

static uint8_t
model_inb(uint16_t port)
{
	m.tsc += 1000;
	assert_int_equal(port, 0x61);
	if (m.pit == ABSENT)
		return 0xff;
	// until it counts, OUT is as it was, as QEMU has it
	return m.pit == WORKS && (m.out_at == 0 || m.tsc >= m.out_at) ? 0x21 : 0x01;
}

static void
model_outb(uint16_t port, uint8_t v)
{
	static unsigned bytes, count;

	if (port == 0x43)
		m.out_at = bytes = count = 0;
	if (port != 0x42)
		return;
	count |= (unsigned)v << 8 * bytes++;
	if (bytes == 2)
		m.out_at = m.tsc + count * m.khz * 1000 / 1193182;
}

static uint32_t
model_inl(uint16_t port)
{
	m.tsc += 1000;
	assert_int_equal(port, PM_PORT);
	if (m.pm != WORKS)
		return m.pm == ABSENT ? UINT32_MAX : 0x1234;
	// it wraps around within the first millisecond
	return (uint32_t)((m.tsc * 3579545 / m.khz / 1000 + 0xfff000) & 0xffffff);
}

static struct cpuid
model_cpuid(uint32_t leaf)
{
	switch (leaf) {
	case 0: return (struct cpuid){ .a = m.last_leaf };
	case 1: return (struct cpuid){ .d = m.apic && m.base & 1 << 11 ? 1 << 9 : 0 };
	case 0x15: return (struct cpuid){ m.cpuid_15[0], m.cpuid_15[1], m.cpuid_15[2], 0 };
	default: assert_int_equal(leaf, 0x16); return (struct cpuid){ .a = m.cpuid_16 };
	}
}

static uint32_t
apic_read(uint32_t offset)
{
	if (offset == 0x20)
		return m.x2 ? m.id : m.id << 24;
	assert_int_equal(offset, 0x390);
	uint64_t gone = (m.tsc - m.count_from) / APIC_TICKS;

	return gone > m.initial ? 0 : (uint32_t)(m.initial - gone);
}

static void
apic_write(uint32_t offset, uint32_t v)
{
	if (offset == 0x380)
		m.initial = v, m.count_from = m.tsc;
	if (offset == 0xf0)
		m.spurious = v;
	if (offset == 0x350)
		m.lint0 = v;
}

static uint64_t
model_rdmsr(uint32_t msr)
{
	if (msr == MSR_APIC_BASE)
		return m.base;
	assert_true(m.x2 && msr >= 0x800 && msr < 0x840);
	return apic_read((msr - 0x800) * 16);
}

static void
model_wrmsr(uint32_t msr, uint64_t v)
{
	if (msr == MSR_APIC_BASE) {
		assert_int_equal(v, 0xfee00000 | 1 << 11 | (m.base & 0xfff));   // no other mode
		m.base = v;
		return;
	}
	assert_true(m.x2 && msr >= 0x800 && msr < 0x840);
	apic_write((msr - 0x800) * 16, (uint32_t)v);
}

// The page as memory: what is read is put there before, what was written is taken when
// next something happens.
static void
take_writes(void)
{
	for (uint32_t i = 0; i < 1024; i++) {
		if (m.memory[i] != NOTHING && i != 0x20 / 4 && i != 0x390 / 4)
			apic_write(i * 4, m.memory[i]);
		m.memory[i] = NOTHING;
	}
}

static uint32_t *
model_page(uint64_t p)
{
	assert_false(m.x2);             // there are no registers in memory then
	take_writes();
	m.memory[0x20 / 4] = apic_read(0x20);
	m.memory[0x390 / 4] = apic_read(0x390);
	return &m.memory[(p - 0xfee00000) / 4];
}

static uint64_t
model_rdtsc(void)
{
	take_writes();
	m.tsc += 50;
	return m.tsc < m.stops ? m.tsc : m.stops;
}

#define cli_hlt() longjmp(refused, 1)
#define rdtsc model_rdtsc
#define inb model_inb
#define outb model_outb
#define inl model_inl
#define cpuid(leaf) model_cpuid(leaf)
#define rdmsr model_rdmsr
#define wrmsr model_wrmsr
#define phys_to_virt(p) model_page(p)
#include "../../kernel/x86/timer.c"
#include "../../kernel/x86/clock.c"

static int
setup(void **state)
{
	(void)state;
	memset(&m, 0, sizeof m);
	m.tsc = 1000000;
	m.stops = UINT64_MAX;
	m.khz = 2400000;
	m.pit = m.pm = WORKS;
	m.apic = true;
	m.base = 0x900;
	for (unsigned i = 0; i < 1024; i++)
		m.memory[i] = NOTHING;
	why[0] = '\0';
	ratio = 0;
	return 0;
}

// TSC ticks per millisecond; 0: refused.
static uint32_t
start(uint16_t pm)
{
	if (setjmp(refused) != 0)
		return 0;
	lapic_init();
	return clock_init(pm);
}

static void
near(uint32_t khz)
{
	assert_in_range(khz, m.khz - m.khz / 500, m.khz + m.khz / 200);
	assert_in_range(ratio * APIC_TICKS, (uint64_t)(0.99 * (1ull << 32)),
	                (uint64_t)(1.01 * (1ull << 32)));
}

static void
uses_what_there_is(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		setup(NULL);
		m.x2 = i % 2;
		m.base |= m.x2 ? 1 << 10 : 0;
		m.pit = (enum what[]){ WORKS, ABSENT, STANDS }[i / 2];
		near(start(PM_PORT));
		assert_in_range(m.tsc, 0, 6ull << 28);
	}
}

// No millisecond is a whole number of their ticks.  So fast a processor makes the steps of the
// model small against what that counts.
static void
is_exact(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		setup(NULL);
		m.khz = 200000000;
		m.pit = i == 0 ? WORKS : ABSENT;
		assert_in_range(start(PM_PORT), m.khz - m.khz / 20000, m.khz + m.khz / 20000);
	}
}

static void
cpuid_is_the_last(void **state)
{
	static const uint32_t crystal[3] = { 2, 200, 24000000 };

	(void)state;
	m.pit = STANDS, m.pm = STANDS, m.last_leaf = 0x15;
	memcpy(m.cpuid_15, crystal, sizeof crystal);
	near(start(PM_PORT));
	setup(NULL);
	m.pit = m.pm = ABSENT, m.last_leaf = 0x16, m.cpuid_16 = 2400;
	near(start(0));
	setup(NULL);
	// more than 2^32 kHz is nonsense, of which the lower half is none the better
	m.pit = m.pm = ABSENT, m.last_leaf = 0x15;
	m.cpuid_15[0] = 1, m.cpuid_15[1] = 1000, m.cpuid_15[2] = 2400000;
	near(start(0));
	setup(NULL);
	m.pit = m.pm = ABSENT, m.last_leaf = 0x15;
	m.cpuid_15[0] = 1, m.cpuid_15[1] = 0xffffffff, m.cpuid_15[2] = 2400000;
	assert_int_equal(start(0), 0);
	setup(NULL);
	// what is beyond the last leaf is not said
	m.pit = m.pm = ABSENT, m.last_leaf = 0xd, m.cpuid_16 = 2400;
	assert_int_equal(start(PM_PORT), 0);
	assert_non_null(strstr(why, "no clock"));
	assert_in_range(m.tsc, 0, 11ull << 28);
}

static void
refuses_clocks(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		setup(NULL);
		m.stops = 1000;
		m.pit = i == 0 ? WORKS : STANDS;
		assert_int_equal(start(PM_PORT), 0);
		assert_non_null(strstr(why, "TSC stands still"));
	}
	setup(NULL);
	m.stops = m.tsc + 150;          // soon
	assert_int_equal(start(PM_PORT), 0);
	assert_non_null(strstr(why, "no clock"));
}

static void
refuses_apics(void **state)
{
	(void)state;
	m.apic = false;
	assert_int_equal(start(PM_PORT), 0);
	assert_non_null(strstr(why, "no local APIC"));
	setup(NULL);
	m.base = 0x12345100;            // off and elsewhere: both can be changed
	near(start(PM_PORT));
	setup(NULL);
	m.base |= 1 << 10, m.x2 = true, m.id = 0x100;
	assert_int_equal(start(PM_PORT), 0);
	assert_non_null(strstr(why, "256"));
}

static void
sets_the_timer(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		setup(NULL);
		m.x2 = i == 1, m.base |= m.x2 ? 1 << 10 : 0, m.id = 7;
		near(start(PM_PORT));
		timer_arm(m.tsc + 3 * 1000000);
		assert_int_equal(lapic_id(), 7);        // takes what was written
		assert_in_range(m.initial, 990000, 1010000);
		assert_int_equal(m.spurious, 0x100 | VECTOR_SPURIOUS);
		assert_int_equal(m.lint0, 0x700);
		// none is too short or too long, and 0 would be none
		for (unsigned bit = 8; bit < 64; bit++) {
			uint64_t wait = 1ull << bit;
			bool far = bit > 33;

			timer_arm(m.tsc + 50 + wait);
			lapic_id();
			assert_in_range(m.initial, far ? UINT32_MAX : wait / APIC_TICKS * 99 / 100,
			                far ? UINT32_MAX : wait / APIC_TICKS * 101 / 100 + 2);
		}
		timer_arm(m.tsc - 1000);        // past
		lapic_id();
		assert_int_equal(m.initial, 1);
		timer_arm(m.tsc + 50);          // now
		lapic_id();
		assert_int_equal(m.initial, 1);
		timer_arm(m.tsc + 50 + longest - 1);
		lapic_id();
		assert_in_range(m.initial, UINT32_MAX - 2, UINT32_MAX);
		lapic_direct();
		timer_arm(UINT64_MAX);
		lapic_id();
		assert_int_equal(m.initial, 0);
		assert_int_equal(m.lint0, 0x10000);
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		CASE(uses_what_there_is), CASE(is_exact), CASE(cpuid_is_the_last),
		CASE(refuses_clocks), CASE(refuses_apics), CASE(sets_the_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
