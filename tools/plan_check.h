// SPDX-License-Identifier: MIT
// Reads a finished boot plan back and checks what init relies on.
#pragma once

#include <stdint.h>
#include <plan/plan.h>

// NULL if the plan is sound; else a sentence.
const char *plan_check(const struct plan *p, uint64_t size);

// The same of a subsystem's plan, which component `component` of `parent` carries out.
const char *plan_check_in(const struct plan *p, uint64_t size, const struct plan *parent,
                          uint32_t component);

// plan_check_nest.c: nothing in the plan is more than the parent has; the root task
// (parent == NULL) has no parent.  And the plans that a component has of its own.
const char *plan_check_bounds(const struct plan *p, const struct plan *parent, uint32_t component);
const char *plan_check_subsystems(const struct plan *p, uint32_t component);

// The plan of a component's n-th subsystem; NULL if there is none.
const struct plan *plan_subsystem(const struct plan *p, uint32_t component, uint32_t n);

// Entry of a table.
#define PLAN_ENTRY(plan, table, type, i) \
	((const struct type *)(const void *)((const char *)(plan) + (plan)->table.offset) + (i))
