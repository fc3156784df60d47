// SPDX-License-Identifier: MIT
// Reads a finished boot plan back and checks what init relies on.
#pragma once

#include <stdint.h>
#include <plan/plan.h>

// NULL if the plan is sound; else a sentence.
const char *plan_check(const struct plan *p, uint64_t size);

// Entry of a table.
#define PLAN_ENTRY(plan, table, type, i) \
	((const struct type *)(const void *)((const char *)(plan) + (plan)->table.offset) + (i))
