// SPDX-License-Identifier: MIT
// A virtqueue from the device's side (Virtio 1.1, 2.6).  Nothing in it is believed: indices,
// addresses and lengths are read once, into private memory, and checked; where they make no
// sense the ring is broken until the driver resets its device.
#pragma once

#include <stdbool.h>
#include "memory.h"

enum { RING_MAX = 128 };                // descriptors

struct ring_piece { uint8_t *at; uint32_t length; };

// A request: pieces of guest memory, first `out` to be read, then `in` to be written.
struct ring_chain {
	uint16_t head;
	uint16_t out, in;
	struct ring_piece piece[RING_MAX];
};

struct ring {
	// said by the driver; fixed while enabled
	uint16_t size;
	uint64_t desc, avail, used;
	// private
	const struct guest_memory *ram;
	uint16_t taken, given;          // of the rings' indices, the next one
	bool enabled, broken;
};

void ring_reset(struct ring *r);

// The driver has said all: false (and broken) if that cannot be a ring in `ram`.
bool ring_enable(struct ring *r, const struct guest_memory *ram);

// Chains that wait.  At most `size`.
unsigned ring_waiting(struct ring *r);

// The next one.  False: there is none, or the ring is broken now.
bool ring_take(struct ring *r, struct ring_chain *c);

// It is done, `written` bytes are in it.
void ring_give(struct ring *r, uint16_t head, uint32_t written);

// Does the driver want to hear of what was given?
bool ring_heard(const struct ring *r);

// Bytes out of a chain, or into it, from `offset` of its pieces to read or to write on; returns how
// many there were.
uint32_t ring_read(const struct ring_chain *c, uint32_t offset, void *to, uint32_t n);
uint32_t ring_write(const struct ring_chain *c, uint32_t offset, const void *from, uint32_t n);
