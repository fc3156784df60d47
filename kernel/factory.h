// SPDX-License-Identifier: MIT
// Factory: kernel memory with a limit.  Everything that costs kernel memory is
// paid by one, in whole frames: small objects share frames of their factory
// only, so what one factory holds can never pin another's memory.
#pragma once

#include <object.h>

enum { SIZE_CLASSES = 6 };      // of small objects
extern const uint16_t class_size[SIZE_CLASSES];

struct factory {
	struct object obj;
	struct factory *parent;
	uint64_t limit, used;           // frames
	struct list objects;            // all that it pays for
	struct list partial[SIZE_CLASSES];
};

// On given storage; `limit` frames have been taken from the parent.
void factory_init(struct factory *f, struct factory *parent, uint64_t limit);

// A zeroed page frame, or NULL when the quota is used up.
void *factory_alloc_frame(struct factory *f);
void factory_free_frame(struct factory *f, void *page); // all zero

// Zeroed memory for an object, 64-byte aligned; NULL when the quota is used up.
void *factory_alloc(struct factory *f, uint64_t size);
void factory_free(struct factory *f, void *p);

// Doom the first that it paid for; true when there is none.
bool factory_fini(struct object *o, unsigned *steps);

// A factory of `bytes`, taken from f.
struct object *factory_create(struct factory *f, uint64_t bytes);

struct thread;
enum err factory_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
