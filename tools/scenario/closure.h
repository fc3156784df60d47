// SPDX-License-Identifier: MIT
// Which parts of a system a security goal rests on, and why; closure.c has the rules.
#pragma once

#include "tools/scenario/scenario.h"

// kernel, init, then the components of the scenario in its order.
enum { PART_KERNEL, PART_INIT, PART_FIRST };

enum { REASON = 200 };          // bytes of a reason, with its NUL

// Members and reasons of one goal, by part.
void closure(const struct scenario *s, const struct goal *g, bool *member, char (*reason)[REASON]);

// How much of the time, in percent, component `c` may take from members, being none itself.
unsigned share_before(const struct scenario *s, const bool *member, unsigned c);

// Why component `c`, which is not a member, is none.
void why_not(const struct scenario *s, const struct goal *g, const bool *member, unsigned c,
             char reason[REASON]);
