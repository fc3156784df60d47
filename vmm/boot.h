// SPDX-License-Identifier: MIT
// Starts Linux as a boot loader does in 64-bit mode (Linux, Documentation/x86/boot.rst, "64-bit
// Boot Protocol"), from boot modules linux/vmlinux, linux/initrd and linux/cmdline.
#pragma once

#include <abi/vcpu.h>
#include "memory.h"

enum { BOOT_PARAMS = 0x7000 };          // guest-physical

// RAM is zeroed and filled, `s` is the processor's state at the first instruction.  The command
// line is that of the module, what the TSC's frequency makes known, and the component's
// `argument`.  Not NULL: why there is nothing to start.
const char *boot_load(const struct guest_memory *m, struct vcpu_state *s);
