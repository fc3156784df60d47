// SPDX-License-Identifier: MIT
// What must hold of the kernel's data structures, found out by walking all of
// them; found() when something does not.
#pragma once

#include <factory.h>
#include <node.h>
#include <task.h>
#include <thread.h>

// Before a thread runs user code: cheap.
void check_exit(const struct thread *t);

// Between two system calls, also while objects are half destroyed.
void check_all(void);

// The parts of it.
void check_threads(void);               // check_threads.c
void check_spaces(void);                // check_spaces.c
void check_quota(void);                 // check_quota.c

// The first factory, which is not in the pool.
extern struct factory world_first;
