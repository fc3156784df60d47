// SPDX-License-Identifier: MIT
// A scenario file (libconfig syntax) as a checked data structure: the one
// source of boot plan and TCB report.  configs/README.md describes the format.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libconfig.h>

enum property { CONFIDENTIALITY, INTEGRITY, AVAILABILITY, PROPERTIES };
extern const char *const property_name[PROPERTIES];

// What a session type brings along.
struct session_type {
	const char *name;
	uint64_t shared;        // bytes both sides write; 0: what is donated, less `private`
	uint64_t private;       // bytes the server keeps about the client, out of the donation
	bool donated;           // the client must donate memory
	bool named;             // the client needs a label of its own, and a colour
	bool up, down;          // signal client -> server, server -> client
	bool common;            // what one client gets of the device, every other does, too
};

// Where something stands in a file, for messages.
struct place { const char *file; unsigned line; };

struct use {
	struct place at;
	bool relayed;                   // not for the component itself: for one of its subsystems
	unsigned subsystem;             // for which, then
	bool of_parent;                 // in a subsystem: use number `server` of the parent

	const char *name;               // default: the session type
	const struct session_type *type;
	const char *server_name;
	unsigned server;                // index of the component
	const char *label;              // default: the component's name
	uint32_t colour;
	bool hover, background, kill_destroys;
	const char *band;               // NULL: normal
	uint64_t shared, private;
	const char *relies_not[PROPERTIES];     // the reason; NULL: relied upon
	char *texts;                            // name and label, if relayed
};

struct port   { struct place at; unsigned first, count; const char *reason, *reviewed; };
struct irq    { struct place at; unsigned line; const char *reason, *reviewed; };
struct device {
	struct place at;
	const char *name;
	uint64_t address, size;
	bool wc, read_only;
	bool iommu;                     // confines the devices of its holder's clients
	const char *reason, *reviewed;          // "who, YYYY-MM-DD"
};

// A session that a component's subsystems may have, from this server.
struct relay {
	struct place at;
	const struct session_type *type;
	const char *server_name, *label;        // label: stands before theirs
	bool kill_destroys;                     // the whole subsystem
};

struct component {
	struct place at;
	const char *name, *program;
	bool trusted, restart, root_info, own_thread, framebuffer;
	bool tsc;                               // may read the time-stamp counter
	bool tasks;                             // may make tasks, out of its quota
	uint64_t framebuffer_size;              // of the card, from the frame on; 0: boot mode's
	const char *framebuffer_reason;         // of a device right: why it breaks nobody else
	const char *framebuffer_reviewed;       // who has checked that, and when
	const char *argument;                   // free text for the program, or NULL
	unsigned priority, slice;
	unsigned share;                         // percent of each period; 0: no limit
	unsigned budget;                        // lines of code it may have; 0: any number
	uint64_t heap, stack, quota, dma;       // dma: memory that its device reaches
	bool confined;                          // it reaches no other: set by scenario_check
	unsigned serves_count, use_count, port_count, irq_count, device_count, module_count;
	const struct session_type **serves;
	struct use *uses;
	struct port *ports;
	struct irq *irqs;
	struct device *devices;
	const char **modules;                   // "name", "prefix*", "?optional"
	bool grows;                             // heap: and what is left of the subsystem's memory
	unsigned relay_count, subsystem_count;
	struct relay *relays;
	const char **subsystem_files;
	struct scenario *subsystems;            // those that have been read
};

struct goal {
	struct place at;
	const char *asset, *holder_name;
	enum property property;
	unsigned holder;
	const char **assets;            // those it is about; besides, all that a member owns
	unsigned asset_count;
};

// What somebody could be after: boot modules, channels, ports (asset.h).
struct asset {
	struct place at;
	const char *name;
	const char **modules, **sessions, **owner_names;
	unsigned *ports, *owners;       // owners: components
	unsigned module_count, session_count, port_count, owner_count;
	bool public;                    // anybody may have it
};

struct scenario {
	char name[32];
	struct place at;                // of the title
	const char *title, *purpose;
	const char *qemu;               // options for devices that the machine lacks, or NULL
	const char *peer;               // what make run starts at its network's other end, or NULL
	uint64_t machine;               // bytes of RAM that must do
	unsigned goal_count, component_count, type_count, instead_count, asset_count;
	const char **instead_of;        // packages one would otherwise trust, for the report
	struct session_type *types;     // the scenario's own, besides the system's
	struct goal *goals;
	struct asset *assets;
	struct component *components;
	const struct component *parent; // of a subsystem
	config_t config;                // owns the strings
	char error[512];                // "FILE:LINE: sentence"
};

// Memory the machine needs besides what components name: firmware, kernel,
// init, boot modules, programs.
enum { SCENARIO_RESERVE = 12 << 20 };

// Most of a framebuffer that a component can have: of the boot loader's mode, up to
// 3840 x 2160; of the card's memory, which nobody has measured.
enum { SCENARIO_FRAMEBUFFER = 32 << 20, SCENARIO_VIDEO_MEMORY = 16 << 20 };

// Reads and checks.  False: s->error says why.  Either way scenario_close.
bool scenario_open(struct scenario *s, const char *path);
void scenario_close(struct scenario *s);

// subsystem.c: "relays" and "subsystems" of a component, whose other settings have
// been read.  What a subsystem uses of its parent becomes a use of the component.
bool scenario_read_relays(struct scenario *s, config_setting_t *c, struct component *k);
bool scenario_read_subsystems(struct scenario *s, struct component *k);
void scenario_close_subsystems(struct component *k);

// Besides what every scenario must be: what a subsystem must.
bool scenario_check_subsystem(struct scenario *s);

// As scenario_open, a subsystem of `parent`.
bool scenario_open_in(struct scenario *s, const char *path, const struct component *parent);

// One of the system's or of the scenario's own; NULL if there is none.
const struct session_type *session_type(const struct scenario *s, const char *name);

// The error for a name that is no session type; returns false.
bool scenario_unknown_type(struct scenario *s, struct place at, const char *name);

// Sets s->error; returns false.
[[gnu::format(printf, 3, 4)]] bool
scenario_error(struct scenario *s, struct place at, const char *format, ...);

// The rules beyond syntax (scenario_check.c); called by scenario_open.
bool scenario_check(struct scenario *s);

// a-z, 0-9, - and _, at most `max` of them.
bool scenario_name(const char *text, size_t max);

// Sum of heap, stack, kernel memory and donations.
uint64_t scenario_memory(const struct scenario *s);

// True if `pattern` of component.modules names this module.
bool module_matches(const char *pattern, const char *name);
