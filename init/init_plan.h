// SPDX-License-Identifier: MIT
// Executing the boot plan.
#pragma once

#include <plan/plan.h>
#include <stdbool.h>

enum { COMPONENTS_MAX = 64, REGIONS_MAX = 1024 };

// Create everything the plan says, start nothing.  A plan that cannot be
// carried out ends in console_fail().
void plan_execute(const struct plan *p);

// Start the components; they run when init waits.
void plan_start(const struct plan *p);

// The component faulted: its thread ends, who waits for it gets ERR_GONE.  If the
// plan says so, and it had run for a while, it starts again (true) with its
// private memory as at first.
bool plan_fault(const struct plan *p, uint32_t component);

static inline const void *
plan_table(const struct plan *p, struct plan_table t)
{
	return (const char *)p + t.offset;
}
