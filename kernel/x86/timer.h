// SPDX-License-Identifier: MIT
// One-shot timer: the local APIC's, in terms of the time-stamp counter.
#pragma once

#include <stdint.h>

// Calibrate; returns TSC ticks per millisecond.
uint32_t timer_init(void);

// Interrupt (VECTOR_TIMER) at TSC value `at`, or a little later; UINT64_MAX: never.
void timer_arm(uint64_t at);
void timer_accept(void);
