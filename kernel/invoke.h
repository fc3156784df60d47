// SPDX-License-Identifier: MIT
// The C side of the system call; `syscall` is called by x86/entry.S.
#pragma once

#include <abi/msg.h>

struct cap;
struct thread;

// Instead of an enum err: the system call is not finished, and is made again
// when the thread runs again.
#define RESTART ((enum err)0xff)

// Each returns the thread to run.  The fast path (fastpath.c), and all the rest;
// a call to an object of the kernel, which is in that slot.
struct thread *syscall(uint64_t cap_flags, tag_t tag, uint64_t deadline);
struct thread *syscall_slow(uint64_t cap_flags, tag_t tag, uint64_t deadline);
struct thread *syscall_object(struct cap *c, uint64_t cap_flags, tag_t tag, uint64_t deadline);

// To a thread that waited since its system call (entry.S); does not return.
struct thread *exit_by_sysret(struct thread *t);
