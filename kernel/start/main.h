// SPDX-License-Identifier: MIT
// Called by x86/boot.S.
#pragma once

#include <frame.h>

void boot_main(uint32_t magic, paddr_t info);
