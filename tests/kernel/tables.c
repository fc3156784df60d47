// SPDX-License-Identifier: MIT
// What ktest runs.
#include "ktest.h"

const struct test *const test_tables[] = {
	tests_task, tests_thread, tests_ipc, tests_gone, tests_ends, tests_items, tests_signal,
	tests_irq, tests_semaphore, tests_factory, tests_memory, tests_port, tests_cap, tests_fault,
	tests_sched, tests_pay, tests_clock, tests_fpu, tests_sweep, tests_restart,
	tests_fuzz, NULL,
};
