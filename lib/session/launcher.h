// SPDX-License-Identifier: MIT
// Launcher session, served by a component with subsystems
// (configs/README.md): starts and destroys them.  The client chooses how much
// memory each gets; what else a subsystem has and may do, the plan says.
#pragma once

#include <sys/sys.h>

struct launcher_session { cap_t gate; };

// Subsystems are numbered from 0 in the scenario's order; ERR_ARG for others.
enum launcher_op {
	LAUNCHER_STATUS = 1,    // mr0 number -> struct launcher_status
	LAUNCHER_START,         // mr0 number, mr1 bytes of memory, whole pages: ERR_BUSY, ERR_ARG
				// (fewer than it needs), ERR_QUOTA (not so much in one piece, or
				// no kernel memory), ERR_REFUSED (a server has locked it out)
	LAUNCHER_DESTROY,       // mr0 number: all it was made of is free again when this returns
	LAUNCHER_FREE,          // -> struct launcher_free
};

// Server -> client: a subsystem has changed by itself; ask LAUNCHER_STATUS.
enum { LAUNCHER_SIGNAL = 1 };

enum launcher_state {
	LAUNCHER_STOPPED, LAUNCHER_RUNNING,
	LAUNCHER_FAULTED,       // one of its components has stopped after a fault
	LAUNCHER_LOCKED_OUT,    // destroyed, and a server will have nothing more to do with it
};

enum { LAUNCHER_NAME = 32 };

struct launcher_status {
	uint64_t state;
	uint64_t needs;                 // bytes of memory at least
	uint64_t given, used;           // bytes of memory
	uint64_t kernel;                // bytes of kernel memory, set aside for it while it exists
	char name[LAUNCHER_NAME];
};
_Static_assert(sizeof(struct launcher_status) == 72, "ABI");

// Memory for subsystems; bytes.
struct launcher_free { uint64_t all, free, largest, kernel_all, kernel_free; };
_Static_assert(sizeof(struct launcher_free) == 40, "ABI");

static inline enum err
launcher_status(struct launcher_session l, uint32_t number, struct launcher_status *status)
{
	utcb()->mr[0] = number;
	enum err e = sys_request(l.gate, LAUNCHER_STATUS, 1);
	__builtin_memcpy(status, utcb()->mr, sizeof *status);
	return e;
}

static inline enum err
launcher_start(struct launcher_session l, uint32_t number, uint64_t bytes)
{
	utcb()->mr[0] = number, utcb()->mr[1] = bytes;
	return sys_request(l.gate, LAUNCHER_START, 2);
}

static inline enum err
launcher_destroy(struct launcher_session l, uint32_t number)
{
	utcb()->mr[0] = number;
	return sys_request(l.gate, LAUNCHER_DESTROY, 1);
}

static inline enum err
launcher_free(struct launcher_session l, struct launcher_free *amount)
{
	enum err e = sys_request(l.gate, LAUNCHER_FREE, 0);
	__builtin_memcpy(amount, utcb()->mr, sizeof *amount);
	return e;
}
