// SPDX-License-Identifier: MIT
// The local APIC: its one-shot timer, in terms of the time-stamp counter, and
// what the IOAPIC needs of it.
#pragma once

#include <stdint.h>

// Switch the local APIC on; says so and stops where there is none.
void lapic_init(void);

// Let the timer count from now on, without interrupt; what it has counted.
void lapic_count(void);
uint32_t lapic_counted(void);

// It counts `apic_per_tsc` / 2^32 times as fast as the TSC.
void timer_init(uint64_t apic_per_tsc);

// Interrupt (VECTOR_TIMER) at TSC value `at`, or a little later; UINT64_MAX: never.
void timer_arm(uint64_t at);

void lapic_accept(void);                // the interrupt being handled
void lapic_direct(void);                // no interrupts from the 8259s any more
uint32_t lapic_id(void);
