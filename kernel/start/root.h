// SPDX-License-Identifier: MIT
// The root task: made by the kernel from the first boot module, gets all that
// the kernel does not keep.
#pragma once

#include <start/multiboot.h>

void root_create(struct boot_info *b, struct range pool);
