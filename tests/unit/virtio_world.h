// SPDX-License-Identifier: MIT
// What surrounds the VMM's virtio devices: a guest's memory that ends where the allocation
// ends, ports, interrupt lines, and a driver that keeps the rules (Virtio 1.1, 3.1).
#pragma once

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "vmm/virtio.h"

enum { WORLD_RAM = 0x20000, WORLD_SIZE = 64 };  // bytes; descriptors of the rings

extern struct guest_memory world_ram;
extern bool world_line[16];                     // interrupt lines

void world_make(void);
void world_end(void);

// As the guest's IN and OUT.
uint32_t world_in(unsigned port, unsigned bytes);
void world_out(unsigned port, unsigned bytes, uint32_t value);

// Configuration space of a slot.
uint32_t world_config(unsigned slot, unsigned at);
void world_configure(unsigned slot, unsigned at, unsigned bytes, uint32_t value);

// The driver's side of one device: the base of its ports.
unsigned world_drive(unsigned slot);

// Where the driver has the parts of ring `n`: two of 4 KiB from world_rings on.
extern uint64_t world_rings;
uint64_t world_desc(unsigned n);
uint64_t world_avail(unsigned n);
uint64_t world_used(unsigned n);

// Puts a descriptor; a chain's head into the available ring; and tells the device.
void world_descriptor(unsigned n, unsigned i, uint64_t addr, uint32_t length, unsigned flags_next);
void world_offer(unsigned n, unsigned head);
void world_kick(unsigned base, unsigned n);

// The used ring: how many, and the bytes of the last one.
unsigned world_done(unsigned n);
uint32_t world_written(unsigned n);

static inline uint16_t
world_16(uint64_t at)
{
	return (uint16_t)(world_ram.base[at] | world_ram.base[at + 1] << 8);
}
