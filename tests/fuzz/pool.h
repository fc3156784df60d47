// SPDX-License-Identifier: MIT
// The kernel's memory on the host, watched: freed frames and objects are
// poisoned for AddressSanitizer, live objects are listed, without asking the
// kernel (its allocator functions are wrapped by the linker).
#pragma once

#include <object.h>

enum { POOL_FRAMES = 2048, OBJECTS_MAX = 4096 };

void pool_start(void);                          // once

// Objects that exist now.
extern struct object *pool_objects[OBJECTS_MAX];
extern unsigned pool_object_count;
bool pool_is_object(const void *p);

// Frames that are handed out: by index from frame_pool.
extern uint8_t pool_used[POOL_FRAMES];
extern unsigned pool_high;                      // no frame from here on was ever used

static inline unsigned
pool_index(const void *p)
{
	return (unsigned)(((uint64_t)p - frame_pool) >> 12);
}
