// SPDX-License-Identifier: MIT
// The boot plan: what tools/mkplan makes of a scenario and init executes, in
// the order of the tables.  One boot module, mapped page aligned: header,
// tables, then page-aligned blobs.  All offsets are from the header's start.
// init trusts it as it trusts its own code, but checks the magic and version; the kernel
// has checked that it is not damaged (abi/boot.h).
//
// The plan of a subsystem is a boot module of the component that starts it, which
// is made of init's sources: what is init's own (parent, PLAN_PARENT) are then
// indices of that component's capabilities and addresses in its memory.
#pragma once

#include <stdint.h>

#define PLAN_MAGIC 0x4e414c5056545256ull
enum { PLAN_VERSION = 3, PLAN_NAME = 32 };

// What init has room for; each subsystem has an equal part of it.
enum {
	PLAN_COMPONENTS_MAX = 64, PLAN_REGIONS_MAX = 1024, PLAN_CAPS_FIRST = 64,
	PLAN_SUBSYSTEMS_MAX = 8,
	PLAN_CAPS_EACH = 5,     // of init's capability indices, for a component
};

struct plan_table { uint32_t offset, count; };

struct plan {
	uint64_t magic;
	uint32_t version;
	uint32_t reserved;
	uint64_t size;                  // of the whole plan with blobs, bytes
	char     scenario[PLAN_NAME];
	struct plan_table components, regions, mappings, gates, signals, irqs, caps, ports;
	uint64_t memory, quota;         // a subsystem's: RAM and kernel memory it needs, bytes
};

// A component is a factory, a task and its first thread.
struct plan_component {
	char     name[PLAN_NAME];
	uint64_t entry, stack;          // ip and sp of the thread
	uint64_t utcb;                  // address
	uint64_t quota;                 // kernel memory, bytes, multiple of 4096
	uint32_t priority;              // 1..254; init runs at 255
	uint32_t slice;                 // µs
	uint32_t symbols, symbols_size; // blob: struct plan_symbols; 0 = none
	uint32_t flags;                 // PLAN_COMPONENT_*
	uint32_t share;                 // percent of each PLAN_SHARE_PERIOD; 0: no limit
};

enum {
	PLAN_COMPONENT_TRUSTED = 1, PLAN_COMPONENT_RESTART = 2,
	PLAN_COMPONENT_COUNTER = 4,     // TASK_COUNTER; never in a subsystem's
};
enum { PLAN_SHARE_PERIOD = 10000 };     // µs

// A piece of memory.  RAM regions are zeroed, then filled from `blob`.
enum plan_region_kind {
	PLAN_RAM,                       // fresh RAM, zeroed; first blob_size bytes from blob
	PLAN_BLOB,                      // the plan's own pages, shown read-only (text, modules)
	PLAN_FRAMEBUFFER,               // the framebuffer GRUB set up; size is an upper bound, or,
					// if `blob` is 1, what the card has from there on
	PLAN_DEVICE,                    // physical address in `blob`
	PLAN_ROOT_INFO,                 // copy of struct root_info, read-only
	PLAN_ADDRESS,                   // a page whose first 8 bytes are the physical address
					// of region `blob`, an earlier one, which is RAM
	PLAN_PARENT,                    // init's own memory at address `blob`, zeroed: a session's
	PLAN_REST,                      // zeroed RAM, what is left of a subsystem's memory and at
	                                // least `size`; the first 8 bytes: how much it is
};

struct plan_region {
	uint32_t kind;
	uint32_t align;                 // log2, 12 or 21
	uint64_t size;                  // multiple of 4096
	uint64_t blob, blob_size;       // offset in the plan; or physical address, or region
};

// Region `region` appears in `component` at `addr`.  All of the region, or as
// much as exists of a framebuffer.
struct plan_mapping {
	uint32_t component, region;
	uint64_t addr;
	uint32_t rights;                // MEM_R | MEM_W | MEM_X; never W and X
	uint32_t cache;                 // enum mem_cache
};

// Gates and signals are bound to the server's (waiter's) thread under `label`.
// With `parent` it is init's own capability there and not a new object; then
// PLAN_NOBODY receives from it here.  PLAN_INIT waits for a signal whose label is a
// component, and ends that when it is raised.
enum { PLAN_NOBODY = 0xffffffff, PLAN_INIT = 0xfffffffe };

// The program `subsystems` ends number n when a signal with this label + n comes.
enum { PLAN_LABEL_SUBSYSTEM = 1 << 15 };
struct plan_gate   { uint32_t server, parent; uint64_t label; };
struct plan_signal { uint32_t waiter, parent; uint64_t label; };

// Interrupt line given to a component: CAP_SEND at `index`, bound to its thread.
struct plan_irq { uint32_t component, line, index, reserved; uint64_t label; };

// A capability for a component.
enum plan_cap_kind {
	PLAN_CAP_GATE, PLAN_CAP_SIGNAL,
	PLAN_CAP_LOG,                   // the component's log gate
	PLAN_CAP_THREAD,                // its own thread, CAP_CTL: thread-local storage
	PLAN_CAP_FACTORY,               // the component's own factory
	PLAN_CAP_SCHEDULER,             // gives priorities up to `object`
};
struct plan_cap {
	uint32_t component, index;      // where it appears
	uint32_t kind, object;          // table index; unused for PLAN_CAP_LOG, _THREAD
	uint32_t rights, reserved;
};

// I/O ports first .. first + (1 << order) - 1, first aligned to the size.
struct plan_port { uint32_t component, first, order, reserved; };

// Symbols of a program: sorted by address, names NUL-terminated at their offset
// from the start of this struct.  The last is "?", where the code ends.
struct plan_symbols {
	uint32_t count;
	struct { uint32_t addr, name; } symbol[];
};

_Static_assert(sizeof(struct plan) == 136, "layout");
_Static_assert(sizeof(struct plan_component) == 88, "layout");
_Static_assert(sizeof(struct plan_region) == 32, "layout");
_Static_assert(sizeof(struct plan_mapping) == 24, "layout");
_Static_assert(sizeof(struct plan_gate) == 16, "layout");
_Static_assert(sizeof(struct plan_irq) == 24, "layout");
_Static_assert(sizeof(struct plan_cap) == 24, "layout");
_Static_assert(sizeof(struct plan_port) == 16, "layout");
