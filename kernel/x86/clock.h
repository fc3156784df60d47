// SPDX-License-Identifier: MIT
// How fast the time-stamp counter and the local APIC's timer count.
#pragma once

#include <stdint.h>

// Measures both, against the 8254, else the ACPI timer (`pm_timer`: its port; 0: none), else
// what CPUID says of the TSC, and starts the timer.  Returns TSC ticks per millisecond.
// Without any of these: says so and stops.
uint32_t clock_init(uint16_t pm_timer);
