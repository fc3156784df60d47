// SPDX-License-Identifier: MIT
// What all kernel objects have in common: a type, a factory that pays, and the
// tree of capabilities that name them.  An object ends when it is destroyed,
// when its last capability goes, or with its factory.  The thread that caused it does
// the work, at its priority and in its time, before it goes on.
#pragma once

#include <abi/syscall.h>
#include <node.h>

struct factory;

struct object {
	uint8_t  type;                  // enum object_type
	uint8_t  doomed;                // it ends
	uint8_t  reserved[2];
	uint32_t refs;                  // capabilities
	struct factory *factory;        // who pays for it; NULL: the kernel itself
	struct node caps;               // head of its capability tree
	struct list siblings;           // all objects of the factory
	struct list ends;               // all that the same thread has to end
};
_Static_assert(sizeof(struct object) == 64, "T_FRAME");

void object_init(struct object *o, enum object_type type, struct factory *payer);

// The current thread has to end `o`, before all that it has to end already, and before
// it goes on; or what is just being ended has to.  Also from another thread, which then
// need not.
void object_doom(struct object *o);

// End the first of a thread's list, or do a bounded piece of that.
void object_reap_step(struct list *ends);

// `to` is in the place of `ends`, which is empty now.
void object_hand_over(struct list *ends, struct list *to);
