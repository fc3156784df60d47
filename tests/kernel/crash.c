// SPDX-License-Identifier: MIT
// A root task that faults, for tests/system/test_machines.py.
#include "env.h"

enum { NOWHERE = 0xdead0000u };

int
main(void)
{
	*(volatile uint32_t *)NOWHERE = 1;
	return 0;
}
