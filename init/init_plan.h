// SPDX-License-Identifier: MIT
// Executing the boot plan.
#pragma once

#include <plan/plan.h>

enum { COMPONENTS_MAX = 64, REGIONS_MAX = 1024 };

// Create everything the plan says, start nothing.  A plan that cannot be
// carried out ends in console_fail().
void plan_execute(const struct plan *p);

// Start the components; they run when init waits.
void plan_start(const struct plan *p);

// The component's thread ends; who waits for it gets ERR_GONE.
void plan_stop(uint32_t component);

static inline const void *
plan_table(const struct plan *p, struct plan_table t)
{
	return (const char *)p + t.offset;
}
