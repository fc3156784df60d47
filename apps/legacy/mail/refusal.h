// SPDX-License-Identifier: MIT
// Why the core did not sign, in this program's words.
#pragma once

#include <stdint.h>

// A sentence without full stop; also for numbers that the core should not send.
const char *refusal_text(uint64_t why);
