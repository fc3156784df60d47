// SPDX-License-Identifier: MIT
// What there is for each type of object.
#pragma once

#include <object.h>

struct thread;

struct object_class {
	// FACTORY_CREATE; `arg` as there.  NULL: no memory.  Without it the type is refused.
	struct object *(*create)(struct factory *payer, uint64_t arg);
	// All operations but OP_DESTROY, of `t`, the current thread.
	enum err (*invoke)(struct thread *t, struct object *o, unsigned rights, uint32_t op);
	// What its end is beyond capabilities and memory, in steps: false when there is more
	// to do.  NULL: nothing.
	bool (*fini)(struct object *o, unsigned *steps);
};

extern const struct object_class object_classes[OBJ_TYPES];
