// SPDX-License-Identifier: MIT
// Tests of the kernel from inside.  Each runs in a fresh task (ktest.c) at
// TEST_PRIORITY with a factory of its own; what it leaves behind is destroyed
// with that and must come back to the last byte.
#pragma once

#include "env.h"

struct test { const char *name; void (*fn)(void); };

// One table per file; the last name is NULL.
extern const struct test tests_task[], tests_thread[], tests_ipc[], tests_gone[], tests_ends[],
	tests_items[], tests_signal[], tests_irq[], tests_semaphore[], tests_factory[],
	tests_memory[], tests_port[], tests_cap[], tests_fault[], tests_sched[], tests_pay[],
	tests_clock[],
	tests_fpu[], tests_sweep[], tests_restart[], tests_fuzz[],
	tests_guest[], tests_vcpu[], tests_vmm[];

// Those that a program runs; the last is NULL.
extern const struct test *const test_tables[];

enum {
	TEST_PRIORITY = 100, ABOVE = 110, BELOW = 90,
	TEST_PORTS = 0x80, TEST_PORTS_ORDER = 4,        // harmless ports every test has
	MORE_PORTS = 0xe000, MORE_PORTS_ORDER = 7,      // not to be used, but to be passed on
	LABEL = 4711,                   // of gates to the test's children
};

// Fails the test, in any task of its family.
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define CHECK(e) do { if (!(e)) test_fail(__FILE__ ":" TEXT(__LINE__) " " #e); } while (0)
_Noreturn void test_fail(const char *where);

// Any operation on a kernel object.
enum err op(cap_t cap, uint32_t what, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
#define OP(cap, what, ...) OP_(cap, what, __VA_ARGS__, 0, 0, 0, 0)
#define OP_(cap, what, a, b, c, d, ...) op(cap, what, a, b, c, d)

// A copy of a capability of ours, with fewer rights.
cap_t weaker(cap_t from, unsigned rights);

// A new object of the test's factory.
cap_t make(enum object_type type, uint64_t arg);

// Like env_caps; the kernel's tables for them are there, so nothing is paid later.
cap_t ready_caps(unsigned n);

// What an index holds now; OBJ_NONE: nothing.
enum object_type type_of(cap_t index);

// Start a child, and wait for the end of any child: fails if it failed.
struct child start_child(child_fn *fn, uint64_t arg, unsigned priority);
void join(void);

// A page of ours, mapped as such and not as a part of 2 MiB: can be granted.
uint64_t small_page(void);

// Bytes used of a factory's quota.
uint64_t used_of(cap_t factory);

// Let others run for a while.
void pause_ms(uint32_t ms);
