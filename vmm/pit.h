// SPDX-License-Identifier: MIT
// The guest's timer: an 8254, its counter 0 on line 0, counter 2 behind port 0x61.
#pragma once

#include <stdint.h>

void pit_init(void);

// Raises line 0 if its time has come by `now` (TSC); returns when it comes next, DEADLINE_NONE:
// never.  What was missed is one interrupt, not many.
uint64_t pit_run(uint64_t now);
