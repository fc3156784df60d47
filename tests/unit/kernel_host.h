// SPDX-License-Identifier: MIT
// Included before each kernel source on the host: no interrupts to let in.
#pragma once

#include <x86/x86.h>

#define sti_nop_cli() ((void)0)
