// SPDX-License-Identifier: MIT
// What a component finds at its start: one read-only page, written on the
// build host by tools/mkplan from the scenario, that says which sessions it
// may use and which it serves; what else there is, is in startup_memory.h.  Names are
// those of the scenario; nothing here gives a right that the capabilities do not give.
#pragma once

#include <stddef.h>
#include <abi/kip.h>

enum {
	STARTUP_ADDR = 0x3fff8000,
	STARTUP_SIZE = 0x4000,          // below it, after a page: STACK_TOP in abi/boot.h
	PROGRAM_ADDR = 0x00400000,
	REGIONS_ADDR = 0x10000000,      // first address for everything else
};

// Where a component finds its own thread, if the scenario says `own_thread`
// (POSIX programs: thread-local storage), `tasks` or `subsystems`; and, for these two, what
// tasks are made with: at the places where the root task has its own (ROOT_* in abi/kip.h).
enum { STARTUP_OWN_THREAD = 1, STARTUP_FACTORY, STARTUP_SCHEDULER };

#define STARTUP_MAGIC 0x5452415453545256ull

// A session that this component uses.  Signals from the server arrive as
// MSG_SIGNAL with label `label`.
struct startup_use {
	char     name[16];      // as the scenario calls it; default: the session type
	char     type[16];      // gui, fb, input, sign, ...
	cap_t    gate;          // call it; never 0
	cap_t    signal;        // raise it to wake the server; 0 if the session has none
	uint64_t label;
	uint64_t shared, shared_size;   // memory both sides can write; 0 if none
};

// A client of a session that this component serves.  Its calls arrive with
// label `id`, its signals as MSG_SIGNAL with the same label.  id starts at 1
// and counts up in the order of the table.
struct startup_client {
	char     type[16];
	char     label[32];     // who it is: ASCII, unique per session type; from the plan
	uint64_t id;
	cap_t    signal;        // raise it to wake the client; 0 if the session has none
	uint32_t colour;        // 0xRRGGBB; gui sessions
	uint32_t flags;         // STARTUP_CLIENT_*
	cap_t    destroy;       // gui: a signal that ends the client's component; 0: not allowed
	uint64_t shared, shared_size;
	uint64_t private, private_size; // server's memory for this client, paid by it, zeroed
	char     tcb[24];       // gui: what its integrity rests on, "11,715 + 32,934 lines"; or ""
	uint64_t dma, dma_size;         // pci: the client's memory for DMA, which its device may
					// reach: where its physical address stands; 0 if none
};

enum {
	STARTUP_CLIENT_TRUSTED = 1,     // role = "trusted" in the scenario
	STARTUP_CLIENT_HOVER   = 2,     // gui: may see motion while unfocused
	STARTUP_CLIENT_TOP     = 4,     // gui: its views stay above, or below, those of others
	STARTUP_CLIENT_BOTTOM  = 16,
	STARTUP_CLIENT_BACKGROUND = 8,  // gui: may own the background view
};

struct startup {
	uint64_t magic;
	char     name[32];      // this component
	char     title[48];     // of the scenario
	uint32_t trust_mark;    // unused; 0
	cap_t    log;           // gate of the log session, see lib/session/log.h
	uint32_t use_count, client_count, memory_count, irq_count;
	// offsets from the start of this struct
	uint32_t uses, clients, memories, irqs;
	char     argument[48];  // free text of the scenario for this component; "" if none
};
_Static_assert(sizeof(struct startup_use) == 64, "ABI");
_Static_assert(sizeof(struct startup_client) == 144, "ABI");
_Static_assert(sizeof(struct startup) == 176, "ABI");

static inline const struct startup *
startup(void)
{
	return (const struct startup *)(uintptr_t)STARTUP_ADDR;
}

static inline const struct startup_use *
startup_uses(void)
{
	return (const struct startup_use *)(uintptr_t)(STARTUP_ADDR + startup()->uses);
}

static inline const struct startup_client *
startup_clients(void)
{
	return (const struct startup_client *)(uintptr_t)(STARTUP_ADDR + startup()->clients);
}

// By name; NULL when the scenario gives none.
const struct startup_use *startup_use(const char *name);

// Print a line to the log as this component: "[name] text".  Long text is cut.
void log_line(const char *text);

// log_line, then fault on purpose: init reports it and stops the component.
_Noreturn void die(const char *text);
