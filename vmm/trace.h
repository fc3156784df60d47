// SPDX-License-Identifier: MIT
// "vitrine.trace=1" in the component's argument: what the guest costs, as lines of the log.
#pragma once

#include <stdint.h>

void trace_start(void);                 // of a guest
void trace_exit(void);                  // it was left
void trace_idle(uint64_t from, uint64_t to);    // it waited, TSC

// It begins to wait: says "trace: N exits, M ticks, of them K idle" if it has not for 10 ms.
void trace_wait(uint64_t now);
