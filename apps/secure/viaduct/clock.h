// SPDX-License-Identifier: MIT
// A number that each start of the viaduct has for itself: the second, by the
// machine's clock, that began while it waited.  The clock's battery keeps it, so no two
// starts share one, unless somebody sets the clock back to a time after `issued`.
#pragma once

#include <stdint.h>

// Waits for a second to begin, at most about a second.  Returns it, counted
// since 1970, below 2^32; 0: there is no such clock, or it shows a time before
// `issued`.
uint64_t clock_second_begun(uint64_t issued);
