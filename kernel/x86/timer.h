// SPDX-License-Identifier: MIT
// The local APIC: its one-shot timer, in terms of the time-stamp counter, and
// what the IOAPIC needs of it.
#pragma once

#include <stdint.h>

// Calibrate; returns TSC ticks per millisecond.
uint32_t timer_init(void);

// Interrupt (VECTOR_TIMER) at TSC value `at`, or a little later; UINT64_MAX: never.
void timer_arm(uint64_t at);

void lapic_accept(void);                // the interrupt being handled
void lapic_direct(void);                // no interrupts from the 8259s any more
uint32_t lapic_id(void);
