// SPDX-License-Identifier: MIT
// Sources: Intel 8254 data sheet; ACPI specification 6.5, section 4.8.3.3 (power
// management timer); Intel SDM volume 2, CPUID leaves 15h and 16h.
#include <debug.h>
#include <stdbool.h>
#include <x86/clock.h>
#include <x86/timer.h>

enum {
	PIT_CH2 = 0x42, PIT_COMMAND = 0x43, PIT_GATE = 0x61, PIT_OUT = 0x20,
	PIT_HZ = 1193182, PIT_COUNT = PIT_HZ / 1000,
	PM_HZ = 3579545, PM_COUNT = PM_HZ / 1000, PM_MASK = 0xffffff,
	CALIBRATIONS = 5,
	PATIENCE = 1 << 28,             // TSC ticks: what has not counted 1 ms by then is no clock
	STILL = 1 << 20,                // reads of a TSC that never changes
};

enum clock { PIT, PM, SAID, NONE };     // in the order of preference

static uint16_t pm_port;                // 0: none
static uint32_t said_khz;               // by CPUID, of the TSC; 0: nothing

// The clock has counted a millisecond since `tsc`, when PM was at `pm`.
static bool
over(enum clock c, uint64_t tsc, uint32_t pm)
{
	if (c == PIT)
		return inb(PIT_GATE) & PIT_OUT;
	return c == PM ? ((inl(pm_port) - pm) & PM_MASK) >= PM_COUNT : rdtsc() - tsc >= said_khz;
}

// Wait so long.  False: there is no such clock, or it stands still, or we have slept.
static bool
wait(enum clock c)
{
	uint32_t pm = c == PM && pm_port != 0 ? inl(pm_port) : 0;
	uint64_t tsc = rdtsc();

	if ((c == PM && pm_port == 0) || (c == SAID && said_khz == 0))
		return false;
	if (c == PIT) {
		outb(PIT_GATE, (uint8_t)((inb(PIT_GATE) & ~2) | 1));    // gate on, speaker off
		outb(PIT_COMMAND, 0xb0);                                // channel 2, mode 0
		outb(PIT_CH2, PIT_COUNT & 0xff);
		outb(PIT_CH2, PIT_COUNT >> 8);
	}
	bool early = over(c, tsc, pm);

	while (!early && !over(c, tsc, pm))
		if (rdtsc() - tsc > PATIENCE)
			return false;
	return !early;
}

// Leaf 15h: the crystal's frequency and the TSC's ratio to it; 16h: MHz.
static uint32_t
cpuid_khz(void)
{
	uint32_t last = cpuid(0).a;
	struct cpuid c = last >= 0x15 ? cpuid(0x15) : (struct cpuid){ 0 };

	uint64_t khz = c.a != 0 ? (uint64_t)c.c * c.b / c.a / 1000 : 0;

	if (khz != 0)
		return khz <= UINT32_MAX ? (uint32_t)khz : 0;
	return last >= 0x16 ? (cpuid(0x16).a & 0xffff) * 1000 : 0;
}

uint32_t
clock_init(uint16_t pm_timer)
{
	static const struct { uint64_t hz, count; } rate[] = {
		[PIT] = { PIT_HZ, PIT_COUNT }, [PM] = { PM_HZ, PM_COUNT }, [SAID] = { 1000, 1 } };
	uint64_t best = UINT64_MAX, tsc = rdtsc(), khz;
	uint32_t apic = 0;
	enum clock used = NONE;

	for (unsigned i = 0; rdtsc() == tsc; i++)
		if (i == STILL)
			refuse("the processor's TSC stands still; use another");
	pm_port = pm_timer;
	said_khz = cpuid_khz();
	// The shortest of several: an emulator may have been preempted in the others.
	for (unsigned i = 0; i < CALIBRATIONS * NONE && i / CALIBRATIONS <= used; i++) {
		lapic_count();
		tsc = rdtsc();
		if (!wait(i / CALIBRATIONS) || (tsc = rdtsc() - tsc) >= best)
			continue;
		best = tsc;
		apic = lapic_counted();
		used = i / CALIBRATIONS;
	}
	khz = used == NONE ? 0 : best * rate[used].hz / rate[used].count / 1000;
	if (khz == 0 || apic == 0)
		refuse("no clock: neither an 8254, nor the ACPI timer, nor CPUID leaf 15h or 16h, "
		       "or a local APIC that stands still");
	timer_init(((uint64_t)apic << 32) / best);
	return (uint32_t)khz;
}
