// SPDX-License-Identifier: MIT
// What kernel tests stand on: memory to give away, and child tasks that run a
// function of this same program.  Works the same in the root task and in its
// children, so tests can make families of tasks.
#pragma once

#include <sys/root.h>

// Capabilities of every task here.  The root task has them at the same indices.
enum {
	ENV_THREAD = ROOT_THREAD, ENV_FACTORY = ROOT_FACTORY, ENV_SCHEDULER = ROOT_SCHEDULER,
	ENV_VCON = ROOT_VCON,
	ENV_PARENT = 5,         // gate to whoever created this task
	ENV_FREE = 64,          // first free index
};

// Set up; once, in the root task.
void env_init(void);

// `size` bytes of RAM, zeroed, that can be mapped on; 0: none left.  Page aligned,
// from 2 MiB on aligned to that.
uint64_t env_ram(uint64_t size);

// Free capability indices, each handed out once; `n` in a row.
cap_t env_caps(unsigned n);

// Hand out again what was handed out since the mark.
struct env_mark { uint64_t ram; cap_t caps; };
struct env_mark env_mark(void);
void env_release(struct env_mark m);

// A task with one thread that will run fn(arg) when started.
struct child {
	cap_t factory, task, thread, gate;      // gate: its ENV_PARENT and fault gate
	uint64_t ram;                           // its memory, as we see it
};

typedef void child_fn(uint64_t arg);

// `quota`: kernel memory; `ram`: bytes of memory of its own, at most.  The gate
// is bound to our thread with `label`.  Not started.  The child has the
// priority given, at least one below ours to be quiet until we wait.
enum err env_child(struct child *c, uint64_t quota, uint64_t ram, uint64_t label,
                   unsigned priority);
extern bool env_blind;          // from now on, children may not read the time-stamp counter
enum err env_start(const struct child *c, child_fn *fn, uint64_t arg);
void env_destroy(struct child *c);

// A second thread in this task, started; 0: it cannot be made.  sys_invoke is
// all it may use of the library: its UTCB is at ENV_UTCBS + n * 4096 for the
// n-th, not where utcb() says.  Its faults go to our parent.
enum { ENV_UTCBS = 0x3e000000 };
cap_t env_thread(child_fn *fn, uint64_t arg, unsigned priority);

// A new gate or signal of ours, bound to `thread`; 0: it cannot be made.
cap_t env_source(enum object_type type, cap_t thread, uint64_t label);

// Give a capability, or `size` bytes of our memory, to a child.
enum err env_give(const struct child *c, cap_t from, cap_t to, unsigned rights);
enum err env_share(const struct child *c, uint64_t from, uint64_t size, uint64_t to,
                   unsigned rights);

// In a child: tell the parent how it went (0: well; else what the parent makes
// of it), and stop.
enum { ENV_EXIT = 77 };         // label of that message; mr0: result
_Noreturn void env_exit(uint64_t result);

// Print; no newline added.
void env_print(const char *text);
void env_print_number(uint64_t n);
