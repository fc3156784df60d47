// SPDX-License-Identifier: MIT
// A failed assertion is our own bug: fault here, so that the address and symbol
// of the fault say where.
#pragma once

#define static_assert _Static_assert
#define assert(x) ((x) ? (void)0 : __builtin_trap())
