// SPDX-License-Identifier: MIT
// What the kernel uses of the processor without asking again.
#pragma once

// Says what is missing and stops, or allows syscall and pages that are not executed.
void processor_check(void);
