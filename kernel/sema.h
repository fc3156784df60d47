// SPDX-License-Identifier: MIT
// Counting semaphore.
#pragma once

#include <heap.h>
#include <object.h>

struct thread;

struct semaphore {
	struct object obj;
	uint64_t count;
	struct heap waiters;            // threads, first come first served
};

struct object *semaphore_create(struct factory *payer, uint64_t count);
bool semaphore_fini(struct object *o, unsigned *steps);

// May leave the thread waiting (state THREAD_SEMAPHORE).
enum err semaphore_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
