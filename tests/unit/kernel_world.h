// SPDX-License-Identifier: MIT
// The kernel's object code on the host: a pool of frames at a fixed address, a
// managing task that creates objects, stand-ins for what needs the processor.
#pragma once

#include <cap.h>
#include <factory.h>
#include <port.h>
#include <task.h>
#include <thread.h>

void world_start(void);
void world_end(void);                   // fails unless every frame has come back

// A new object, by FACTORY_CREATE; f NULL: of the first factory.  NULL: no quota.
void *world_make(struct factory *f, enum object_type type, uint64_t arg);

extern struct thread *world_caller;     // whose walk takes back; it is never preempted

// Give all rights on an object made so to a task.
void world_give(struct object *o, struct task *to, uint64_t index);

// Do all destruction that is due.
void world_reap(void);

uint64_t world_random(uint64_t below);
