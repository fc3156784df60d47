// SPDX-License-Identifier: MIT
// I/O-port spaces: the port ranges a task holds, and the bitmap in the TSS.
#pragma once

#include <abi/msg.h>
#include <node.h>

struct task;
struct thread;

struct port {
	struct node node;
	struct task *task;
	struct list ranges;             // task->ports
	uint32_t start, end;            // half-open
};

// Ports keep their numbers.  ERR_ARG: no single range covers it; ERR_EXISTS;
// ERR_FULL: the task has as many ranges as it can.
struct give;
enum err port_map(struct give *g, uint64_t first, unsigned order);

// Take back [first, first + (1 << order)), by caller->walk.
enum err port_unmap(struct task *t, uint64_t first, unsigned order, bool self,
                    struct thread *caller);
enum err port_map_root(struct task *t);         // all 65536
bool port_fini(struct task *t, unsigned *steps);        // false: more to do

// For node_revoke.
bool port_overlaps(const struct node *n, uint64_t start, uint64_t end);
bool port_shrink(struct node *n, unsigned left);
