// SPDX-License-Identifier: MIT
// What time the guest has: CMOS clock (cmos.c) and kvmclock (kvmclock.c).  The VMM has no clock
// but the time-stamp counter: the machine starts at CLOCK_EPOCH.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "memory.h"

#define CLOCK_EPOCH 1767225600ull       // 1 January of CLOCK_YEAR, seconds since 1970
enum { CLOCK_YEAR = 2026 };

uint64_t clock_seconds(void);           // since 1970

void cmos_init(void);

// A write to one of the MSRs of kvmclock (Linux, Documentation/virt/kvm/x86/msr.rst); false: it is
// none of them.
bool kvmclock_write(const struct guest_memory *m, uint32_t msr, uint64_t value);
