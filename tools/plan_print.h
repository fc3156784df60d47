// SPDX-License-Identifier: MIT
// Prints a boot plan readably: who exists, what memory, who may reach whom.
#pragma once

#include <stdio.h>
#include <plan/plan.h>

// The plan must have passed plan_check.
void plan_print(const struct plan *p, FILE *out);
