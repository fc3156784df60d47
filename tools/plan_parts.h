// SPDX-License-Identifier: MIT
// The growing plan, shared by the files that make it (plan_*.c) and nobody else.
#pragma once

#include <abi/boot.h>
#include <plan/plan.h>
#include <sys/startup_memory.h>
#include "tools/plan_build.h"

enum { PAGE = 4096, SUPERPAGE = 2 << 20, FIRST_CAP = 8 };

enum table { COMPONENTS, REGIONS, MAPPINGS, GATES, SIGNALS, IRQS, CAPS, PORTS, TABLES };

// What is known of a component while the plan grows.
struct space {
	uint64_t next;                  // first free address for regions
	cap_t next_cap;
	uint32_t dma_address;           // region: where its memory for DMA is
	struct startup startup;
	struct bytes uses, clients, memories, irqs;
	struct bytes waits;             // cap_t by use: the signal it waits for, if relayed
};

// Blobs of a program, made once however many components run it.
struct image {
	uint64_t offset[ELF_SEGMENTS], symbols, symbols_size;
	bool done;
};

struct build {
	const struct plan_input *in;
	struct scenario *s;
	struct bytes table[TABLES], blobs;      // offsets into blobs until they are placed
	struct space *space;
	struct image *image;
	uint64_t *module;               // offset + 1 of those already in
	const struct space *parent;     // of a subsystem: who gives it all it has
	uint64_t memory;                // all its regions of RAM
};

extern const size_t plan_entry_size[TABLES];

uint64_t plan_page_up(uint64_t n);

// Appends zeroed room, or data; returns its offset.
size_t plan_grow(struct bytes *b, size_t size);
size_t plan_append(struct bytes *b, const void *data, size_t size);

// Appends an entry to a table; returns its index.
uint32_t plan_add(struct build *b, enum table t, const void *entry);

// Page-aligned, zero-padded; returns the offset among the blobs.
uint64_t plan_add_blob(struct build *b, const void *data, uint64_t size);

// A region; big ones are aligned for super pages.
uint32_t plan_add_region(struct build *b, enum plan_region_kind kind, uint64_t size, uint64_t blob,
                         uint64_t blob_size);

// Shows a region in component `c` at `addr`; or at the next free address, which
// it returns.
void plan_map_at(struct build *b, unsigned c, uint32_t region, uint64_t addr, unsigned rights,
                 enum mem_cache cache);
uint64_t plan_map(struct build *b, unsigned c, uint32_t region, unsigned rights,
                  enum mem_cache cache);

// A capability for component `c`; returns its index.
cap_t plan_give(struct build *b, unsigned c, enum plan_cap_kind kind, uint32_t object);

// plan_lay.c: a component's own memory and device rights; last, memory that grows.
bool plan_lay(struct build *b, unsigned c);
void plan_lay_rest(struct build *b, unsigned c);
void plan_tell_memory(struct build *b, unsigned c, const struct startup_memory *m,
                      const char *name);

// plan_nest.c: a use of the parent's; the plans of a component's own subsystems.
void plan_connect_parent(struct build *b, unsigned c, unsigned index);
bool plan_lay_subsystems(struct build *b, unsigned c);

// plan_quota.c: what has no chance with its quota is refused.
bool plan_check_quota(const struct build *b);

// plan_build.c
bool plan_build_in(const struct plan_input *in, const struct space *parent, struct bytes *out);
