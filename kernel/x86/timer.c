// SPDX-License-Identifier: MIT
// Local APIC timer (Intel SDM volume 3, section 11.5.4), calibrated at
// boot against the PIT's channel 2.
#include <frame.h>
#include <x86/timer.h>
#include <x86/x86.h>

enum {
	LAPIC = 0xfee00000u,
	ID = 0x20, EOI = 0xb0, SPURIOUS = 0xf0, LVT_TIMER = 0x320, LVT_LINT0 = 0x350,
	INITIAL = 0x380, CURRENT = 0x390, DIVIDE = 0x3e0,
	ENABLE = 0x100, MASKED = 0x10000, DELIVERY_EXTINT = 0x700, DIVIDE_BY_1 = 0xb,

	PIT_CH2 = 0x42, PIT_COMMAND = 0x43, PIT_GATE = 0x61,
	PIT_HZ = 1193182, CALIBRATION_MS = 1, CALIBRATIONS = 5,
};

static uint64_t ratio;          // LAPIC ticks per TSC tick, times 2^32

static volatile uint32_t *
reg(uint32_t offset)
{
	return phys_to_virt(LAPIC + offset);
}

// Spin for CALIBRATION_MS by the PIT's own clock.
static void
pit_wait(void)
{
	uint32_t count = PIT_HZ * CALIBRATION_MS / 1000;

	outb(PIT_GATE, (uint8_t)((inb(PIT_GATE) & ~2) | 1));    // gate on, speaker off
	outb(PIT_COMMAND, 0xb0);                                // channel 2, mode 0
	outb(PIT_CH2, (uint8_t)count);
	outb(PIT_CH2, (uint8_t)(count >> 8));
	while (!(inb(PIT_GATE) & 0x20))
		;
}

uint32_t
timer_init(void)
{
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | 1 << 11);
	*reg(SPURIOUS) = ENABLE | VECTOR_SPURIOUS;
	*reg(LVT_LINT0) = DELIVERY_EXTINT;                      // the 8259 through us
	*reg(LVT_TIMER) = MASKED | VECTOR_TIMER;
	*reg(DIVIDE) = DIVIDE_BY_1;
	uint64_t best = UINT64_MAX, best_ticks = 0;

	// The shortest of several: an emulator may have been preempted in the others.
	for (unsigned i = 0; i < CALIBRATIONS; i++) {
		*reg(INITIAL) = UINT32_MAX;
		uint64_t tsc = rdtsc();

		pit_wait();
		tsc = rdtsc() - tsc;
		if (tsc < best) {
			best = tsc;
			best_ticks = UINT32_MAX - *reg(CURRENT);
		}
	}
	ratio = (best_ticks << 32) / best;
	*reg(INITIAL) = 0;
	*reg(LVT_TIMER) = VECTOR_TIMER;
	return (uint32_t)(best / CALIBRATION_MS);
}

void
timer_arm(uint64_t at)
{
	uint64_t now = rdtsc(), ticks = 1;

	if (at == UINT64_MAX) {
		*reg(INITIAL) = 0;
		return;
	}
	if (at > now)
		ticks = (uint64_t)((unsigned __int128)(at - now) * ratio >> 32) + 1;
	*reg(INITIAL) = ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

void
lapic_accept(void)
{
	*reg(EOI) = 0;
}

void
lapic_direct(void)
{
	*reg(LVT_LINT0) = MASKED;
}

uint32_t
lapic_id(void)
{
	return *reg(ID) >> 24;
}
