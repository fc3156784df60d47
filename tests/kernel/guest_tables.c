// SPDX-License-Identifier: MIT
// What kguest runs, on the kernel with virtual machines.
#include "machine.h"

const unsigned vmm_rounds = 20000;

const struct test *const test_tables[] = { tests_guest, tests_vcpu, tests_vmm, NULL };
