// SPDX-License-Identifier: MIT
// Executing a plan: the boot plan, by the root task; or that of a subsystem, by
// the component that has it.
#pragma once

#include <abi/kip.h>
#include <abi/msg.h>
#include <plan/plan.h>
#include <stdbool.h>

// The root task has one plan with all there is room for, a component several, each
// with an equal part of it.
enum { RUNS_MAX = PLAN_SUBSYSTEMS_MAX };

// Labels of the log gates, which are also for faults: run and component.
// LABEL_ENDS: the same of signals that end a component.
enum { LABEL_RUNS = 1 << 16, LABEL_ENDS = 1 << 17, LABEL_COMPONENTS = 1 << 8 };

// Where init sees it, and bytes.
struct region { uint64_t addr, size; };

// A plan that is carried out.
struct run {
	const struct plan *plan;
	cap_t factory;                  // pays for everything
	cap_t caps;                     // first of its indices in init's capability space
	uint64_t start, next, end;      // memory, the next free byte; not the root task's
	struct region *region;
	uint64_t *started;              // TSC, by component
	enum err error;                 // the first that happened
};

extern struct run runs[RUNS_MAX];

static inline const struct root_info *
root_info(void)
{
	return (const struct root_info *)(uintptr_t)ROOT_INFO_ADDR;
}

// Set up runs[index] for a plan: the index-th of `shares` equal parts of what init has.
void plan_prepare(unsigned index, unsigned shares, const struct plan *p);

// Create everything the plan says, start nothing.  What goes wrong is in run->error
// and given to self_failed.
void plan_execute(struct run *run);

// Start the components; they run when init waits.
void plan_start(struct run *run);

// The component faulted: its thread ends, who waits for it gets ERR_GONE.  If the
// plan says so, and it had run for a while, it starts again (true) with its
// task and private memory as at first.
bool plan_fault(struct run *run, uint32_t component);

// End the component for good, with all that it has in the kernel.
enum err plan_end(struct run *run, uint32_t component);

static inline const void *
plan_table(const struct plan *p, struct plan_table t)
{
	return (const char *)p + t.offset;
}
