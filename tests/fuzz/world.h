// SPDX-License-Identifier: MIT
// Tasks, threads and objects to begin with, what threads do, and the end.
#pragma once

#include <abi/err.h>

#include "program.h"

struct thread;

// From nothing to a world with a manager (most urgent, has everything) and
// some tasks with threads; and back, after which every frame must be there again.
void world_build(uint64_t seed);
void world_start(uint64_t seed);        // the manager alone
void world_end(void);

// Whatever is missing of a complete world.  By the manager.
void world_populate(void);

// The current thread does this.
void world_step(const struct step *s);

// A system call of the current thread.  Returns its error; the thread that
// runs then is cpu.current.
uint64_t world_invoke(uint32_t cap, unsigned flags, uint64_t tag, uint64_t deadline);

// The same on a kernel object by the manager, who is the most urgent: it runs again
// at once, unless the capability is meanwhile one to a gate.
enum err world_call(uint32_t cap, uint32_t op, uint64_t a, uint64_t b, uint64_t c, uint64_t d);

extern struct thread *world_manager;
