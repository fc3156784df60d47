// SPDX-License-Identifier: MIT
// The C side of the system call; called by x86/entry.S only.
#pragma once

#include <abi/msg.h>

struct thread;

// Returns the thread to run.
struct thread *syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline);
