// SPDX-License-Identifier: MIT
// Local APIC timer (Intel SDM volume 3, sections 11.5.4 and 11.12): registers in
// memory, or, where the firmware has switched to x2APIC, in MSRs.
#include <debug.h>
#include <frame.h>
#include <x86/timer.h>

enum {
	LAPIC = 0xfee00000u, X2_MSRS = 0x800,
	ID = 0x20, EOI = 0xb0, SPURIOUS = 0xf0, LVT_TIMER = 0x320, LVT_LINT0 = 0x350,
	INITIAL = 0x380, CURRENT = 0x390, DIVIDE = 0x3e0,
	ENABLE = 0x100, MASKED = 0x10000, DELIVERY_EXTINT = 0x700, DIVIDE_BY_1 = 0xb,
	BASE_X2 = 1 << 10, BASE_ENABLE = 1 << 11, BASE_FLAGS = 0xfff,
	CPUID_APIC = 1 << 9,
};

static bool x2;                 // rarely: all that is done often is for the others
static uint64_t ratio;          // LAPIC ticks per TSC tick, times 2^32
static uint64_t longest;        // TSC ticks; the timer can count less

static uint32_t
get(uint32_t offset)
{
	if (x2)
		return (uint32_t)rdmsr(X2_MSRS + offset / 16);
	return *(volatile uint32_t *)phys_to_virt(LAPIC + offset);
}

static void
set(uint32_t offset, uint32_t value)
{
	if (__builtin_expect(x2, false))
		wrmsr(X2_MSRS + offset / 16, value);
	else
		*(volatile uint32_t *)phys_to_virt(LAPIC + offset) = value;
}

void
lapic_init(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE) & BASE_FLAGS;

	// The firmware may have switched it off, which clears the bit in CPUID, or moved it.
	wrmsr(MSR_APIC_BASE, LAPIC | base | BASE_ENABLE);
	if (!(cpuid(1).d & CPUID_APIC))
		refuse("the processor has no local APIC; use another, or switch it on in the "
		       "firmware's settings");
	x2 = base & BASE_X2;
	if (lapic_id() > 0xff)
		refuse("interrupts do not reach processor %u", lapic_id());
	set(SPURIOUS, ENABLE | VECTOR_SPURIOUS);
	set(LVT_LINT0, DELIVERY_EXTINT);        // the 8259 through us
	set(LVT_TIMER, MASKED | VECTOR_TIMER);
	set(DIVIDE, DIVIDE_BY_1);
}

void
lapic_count(void)
{
	set(INITIAL, UINT32_MAX);
}

uint32_t
lapic_counted(void)
{
	return UINT32_MAX - get(CURRENT);
}

void
timer_init(uint64_t apic_per_tsc)
{
	ratio = apic_per_tsc;
	longest = ((uint64_t)UINT32_MAX << 32) / ratio;
	set(INITIAL, 0);
	set(LVT_TIMER, VECTOR_TIMER);
}

void
timer_arm(uint64_t at)
{
	uint64_t now = rdtsc(), wait = at - now;

	if (__builtin_expect(wait < longest, 1))        // and not past: that wraps
		set(INITIAL, (uint32_t)((unsigned __int128)wait * ratio >> 32) + 1);
	else
		set(INITIAL, at == UINT64_MAX ? 0 : at < now ? 1 : UINT32_MAX);
}

void
lapic_accept(void)
{
	set(EOI, 0);
}

void
lapic_direct(void)
{
	set(LVT_LINT0, MASKED);
}

uint32_t
lapic_id(void)
{
	return x2 ? get(ID) : get(ID) >> 24;
}
