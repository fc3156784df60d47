// SPDX-License-Identifier: MIT
// What all kernel objects have in common: a type, a factory that pays, and the
// tree of capabilities that name them.  An object ends when it is destroyed,
// when its last capability goes, or with its factory.
#pragma once

#include <abi/syscall.h>
#include <node.h>

struct factory;

struct object {
	uint8_t  type;                  // enum object_type
	uint8_t  doomed;                // in the reaper's list
	uint8_t  reserved[6];
	struct factory *factory;        // who pays for it; NULL: the kernel itself
	struct node caps;               // head of its capability tree
	struct list siblings;           // all objects of the factory; reaper's list when doomed
};
_Static_assert(sizeof(struct object) == 48, "T_FRAME");

void object_init(struct object *o, enum object_type type, struct factory *payer);

// Mark for destruction.  The reaper destroys it at the current thread's
// priority, before that thread runs again.
void object_doom(struct object *o);

// The reaper's work, a bounded piece of it, while cpu.reap_priority is not 0.
void object_reap_step(void);
