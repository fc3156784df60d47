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
	uint64_t nx;                    // makes a page not executable; 0: a guest's all are
	uint8_t  counter;               // may read the time-stamp counter
	uint8_t  stale;                 // a guest: the processor may remember what has gone
	struct list threads;
	struct list ports;              // struct port, by number
	unsigned port_count;
	struct revoke walk;             // of its end, which takes back all that it has
	struct cap *caps[CAP_TABLES];
};

struct thread;

struct object *task_create(struct factory *payer, uint64_t arg);
bool task_fini(struct object *o, unsigned *steps);      // false: more to do

enum err task_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);

// What a flexpage names goes from one task to another: TASK_MAP and the items of
// messages.  `dest` is an address, or an index << 12; low bits as in struct item.
struct give {
	struct task *from, *to;
	fpage_t what;
	uint64_t dest;
	struct thread *caller;          // whose long operation this is; NULL: do it in one go
	uint64_t done;                  // bytes or capabilities: how far it got before an error
	bool undo;                      // take back what was given so, up to `done`
};

// How far it got (thread->progress) is in the unit of `dest`, and a whole number of pages
// whatever the flexpage says by now: others can write where it was read.
enum { GIVE_SOME = 1 };                 // added to it: something was given

// RESTART: see invoke.h.
enum err task_give(struct give *g);

// Take back `n`, which came with a message that is refused, and all that was passed on from
// it since; false: RESTART, everything before `progress` is done.
bool task_undo(const struct give *g, struct node *n, uint64_t progress);

// Take it back (TASK_UNMAP); `self`: from `t` itself, too.
enum err task_take(struct task *t, fpage_t what, bool self, struct thread *caller);
