// SPDX-License-Identifier: MIT
// Kernel operations of those who create and rule other tasks: init, and the
// kernel's tests.  Documented in abi/syscall.h.
#pragma once

#include <sys/sys.h>

static inline enum err
factory_create(cap_t factory, enum object_type type, cap_t index, uint64_t arg)
{
	utcb()->mr[0] = type, utcb()->mr[1] = index, utcb()->mr[2] = arg;
	return sys_request(factory, FACTORY_CREATE, 3);
}

// `to`: address, or index << 12; plus ITEM_GRANT and cache << 1.
static inline enum err
task_map(cap_t task, fpage_t what, uint64_t to)
{
	utcb()->mr[0] = what, utcb()->mr[1] = to;
	return sys_request(task, TASK_MAP, 2);
}

static inline enum err
task_unmap(cap_t task, fpage_t what, bool self)
{
	utcb()->mr[0] = what, utcb()->mr[1] = self;
	return sys_request(task, TASK_UNMAP, 2);
}

// Its threads may read the time-stamp counter, as ours may.  Before they enter it.
static inline enum err
task_counter(cap_t task)
{
	utcb()->mr[0] = 1;
	return sys_request(task, TASK_COUNTER, 0);
}

static inline enum err
thread_control(cap_t thread, cap_t task, uint64_t utcb_addr, cap_t fault_gate)
{
	utcb()->mr[0] = task, utcb()->mr[1] = utcb_addr;
	utcb()->mr[2] = fault_gate, utcb()->mr[3] = fault_gate;
	return sys_request(thread, THREAD_CONTROL, 4);
}

static inline enum err
thread_start(cap_t thread, uint64_t ip, uint64_t sp, uint64_t arg)
{
	utcb()->mr[0] = ip, utcb()->mr[1] = sp, utcb()->mr[2] = arg;
	return sys_request(thread, THREAD_START, 3);
}

static inline enum err
thread_bind(cap_t thread, cap_t source, uint64_t label)
{
	utcb()->mr[0] = source, utcb()->mr[1] = label;
	return sys_request(thread, THREAD_BIND, 2);
}

static inline enum err
sched_set(cap_t scheduler, cap_t thread, unsigned priority, uint32_t slice_us)
{
	utcb()->mr[0] = thread, utcb()->mr[1] = priority, utcb()->mr[2] = slice_us;
	return sys_request(scheduler, SCHED_SET, 3);
}

// No more than `budget_us` in each period; 0: no limit.
static inline enum err
sched_budget(cap_t scheduler, cap_t thread, uint32_t period_us, uint32_t budget_us)
{
	utcb()->mr[0] = thread, utcb()->mr[1] = period_us, utcb()->mr[2] = budget_us;
	return sys_request(scheduler, SCHED_BUDGET, 3);
}

// At index: a scheduler that gives priorities up to `priority`, paid by `factory`.
static inline enum err
sched_bound(cap_t scheduler, cap_t factory, cap_t index, unsigned priority)
{
	utcb()->mr[0] = factory, utcb()->mr[1] = index, utcb()->mr[2] = priority;
	return sys_request(scheduler, SCHED_BOUND, 3);
}

// Bytes.
static inline enum err
factory_quota(cap_t factory, uint64_t *limit, uint64_t *used)
{
	enum err e = sys_request(factory, FACTORY_QUOTA, 0);

	*limit = utcb()->mr[0], *used = utcb()->mr[1];
	return e;
}

static inline enum err
object_destroy(cap_t object)
{
	return sys_request(object, OP_DESTROY, 0);
}
