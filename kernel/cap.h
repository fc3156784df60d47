// SPDX-License-Identifier: MIT
// Capabilities: slots of a task's capability space, and the one lookup.
#pragma once

#include <object.h>

struct task;
struct thread;

struct cap {
	struct node node;       // kind NODE_CAP when in use; node.rights are its rights
	struct object *obj;     // NULL: empty
	uint64_t reserved;
};
_Static_assert(sizeof(struct cap) == 32, "128 to a frame");

enum { CAP_TABLE = 128, CAP_TABLES = CAP_MAX / CAP_TABLE };

extern struct cap cap_table_none[CAP_TABLE];    // stands for tables that do not exist

// The slot at `index`, or NULL: beyond all tables.
static inline struct cap *
cap_at(struct cap *const *tables, uint64_t index)
{
	return index < CAP_MAX ? &tables[index / CAP_TABLE][index % CAP_TABLE] : NULL;
}

// Presence, type and rights together.  OBJ_NONE accepts every type.
enum err cap_lookup(struct task *t, uint64_t index, enum object_type type, unsigned rights,
                    struct object **out);

// The empty slot at `index`, its table allocated; ERR_ARG, ERR_EXISTS, ERR_QUOTA.
enum err cap_slot_free(struct task *t, uint64_t index, struct cap **out);

// Fill an empty slot, as a child of `parent` in the object's tree.
void cap_set(struct cap *slot, struct object *o, struct node *parent, unsigned rights);

// The first capability to a new object, in an empty slot; NULL: there was no memory for it.
enum err cap_install(struct cap *slot, struct object *o);

// Give the 1 << order capabilities from `first` on.  Empty source slots are skipped.
struct give;
enum err cap_map(struct give *g, uint64_t first, unsigned order);

// Take back [first, first + (1 << order)), by caller->walk.
enum err cap_unmap(struct task *t, uint64_t first, unsigned order, bool self,
                   struct thread *caller);

// For node_revoke: reduce to the rights `left`; true when the slot is empty now.
bool cap_shrink(struct node *n, unsigned left);

enum err cap_space_init(struct task *t);
bool cap_space_fini(struct task *t, unsigned *steps);   // false: more to do
