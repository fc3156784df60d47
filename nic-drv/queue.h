// SPDX-License-Identifier: MIT
// A virtqueue in memory shared with the device (Virtio 1.1, section 2.6, the
// parts one behind the other), with fixed chains: chain i is a descriptor for the header and one
// for the frame, both in buffer i.  Nothing the device writes is believed; no
// system calls.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	QUEUE_MAX = 256,        // descriptors
	QUEUE_CHAINS = 64,
	QUEUE_SIZE = 3 * 4096,  // bytes for QUEUE_MAX descriptors
	QUEUE_HEADER = 12,      // bytes: struct virtio_net_hdr, section 5.1.6.1
	QUEUE_BUFFER = 2048,    // bytes; the frame starts behind the header
	QUEUE_BUFFERS = QUEUE_CHAINS * QUEUE_BUFFER,
};

struct queue_desc { uint64_t addr; uint32_t length; uint16_t flags, next; };
struct queue_used { uint32_t id, length; };

struct queue {
	// shared with the device, which writes used_*
	struct queue_desc *desc;
	uint16_t *avail;        // flags, index, ring
	const volatile uint16_t *used_index;
	const volatile struct queue_used *used;
	uint8_t *buffers;
	// private
	uint16_t size;          // descriptors
	uint16_t chains;
	uint16_t avail_index, used_seen;
	bool     owned[QUEUE_CHAINS];   // by the device
	uint16_t owned_count;
	uint64_t lies;          // times the device wrote what makes no sense
};

// `memory` and `buffers` are zeroed, QUEUE_SIZE and QUEUE_BUFFERS bytes, on
// pages; for the device the buffers are at `buffers_physical`.  `size`: how many
// descriptors the device wants.  `in`: it writes frames.  False: no size for us.
bool queue_init(struct queue *q, void *memory, void *buffers,
                uint64_t buffers_physical, unsigned size, bool in);

// Where in `memory` the rings begin that we and that the device write.
static inline uint64_t
queue_avail(const struct queue *q)
{
	return (uint64_t)((const char *)q->avail - (const char *)q->desc);
}

static inline uint64_t
queue_used(const struct queue *q)
{
	// the index follows the flags
	return (uint64_t)((const volatile char *)q->used_index - (const char *)q->desc) - 2;
}

// The frame in chain `chain`.
static inline uint8_t *
queue_frame(struct queue *q, unsigned chain)
{
	return q->buffers + chain * QUEUE_BUFFER + QUEUE_HEADER;
}

// Gives a chain that we own to the device; out: `length` bytes of frame.
void queue_give(struct queue *q, unsigned chain, uint32_t length);

// Takes the next chain the device has done; *length is the frame's, at most
// that of the buffer.  False: there is none.
bool queue_take(struct queue *q, unsigned *chain, uint32_t *length);

// A chain that we own, or q->chains.
unsigned queue_free(const struct queue *q);
