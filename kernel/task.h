// SPDX-License-Identifier: MIT
// Task: the three spaces and the threads that live in them.
#pragma once

#include <cap.h>
#include <object.h>
#include <space.h>

struct task {
	struct object obj;
	uint64_t *pml4;
	paddr_t cr3;
	uint64_t near, *near_table;     // see space.c
	struct list threads;
	struct list ports;              // struct port
	struct cap *caps[CAP_TABLES];
};

struct thread;

struct object *task_create(struct factory *payer);
bool task_fini(struct task *t, unsigned *steps);        // false: more to do

enum err task_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);

// Give what a flexpage names from one task to another: TASK_MAP and the items
// of messages.  `dest` is an address, or an index << 12; low bits as in
// struct item.  `caller`: whose long operation this is, or NULL to do it in
// one go.  RESTART: see invoke.h.
enum err task_give(struct task *from, struct task *to, fpage_t what, uint64_t dest,
                   struct thread *caller);

// Take it back (TASK_UNMAP); `self`: from `t` itself, too.
enum err task_take(struct task *t, fpage_t what, bool self, struct thread *caller);
