// SPDX-License-Identifier: MIT
// Packet session: datagrams of any length in two rings of shared memory, one in
// each direction, plus signals that say "look at the rings".  The server is
// trusted, the client an untrusted IP stack, which calls nothing:
//
//   server   label   what a packet is
//   viaduct  red     an IPv4 packet in clear, from its first header byte on; no addresses
//   viaduct  black   what is behind the outer IP header of protocol 50 (RFC 4303: SPI,
//                    sequence number, ... ICV), ports 0; or what is behind the UDP header
//                    (RFC 3948), with ports
//   ike      black   what is behind the UDP header, ports 500 and 4500 (RFC 3948, 2.2: with
//                    the non-ESP marker)
//
// The stack makes the outer headers by itself, out of addresses and ports alone:
// TOS 0, no DF, its own TTL.  Towards a server they are what the packet
// arrived with; nobody has authenticated them.
//
// Shared memory:  0            struct packet_ring, the client produces
//                 PACKET_RING  struct packet_ring, the server produces
//
// Nobody waits: a full ring is the producer's matter.  After adding or removing
// packets, each side raises the other's signal.  Each side keeps its own
// index in private memory and copies a record once before it looks at it, so a
// lying peer can lose or invent packets and nothing else.  A side that is
// started again opens its ends again; what was under way is lost.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sys.h>

enum {
	PACKET_SIGNAL = 1,      // both directions
	PACKET_AREA = 128 << 10,
	PACKET_RING = 4096 + PACKET_AREA,
	PACKET_MAX = 65535,     // bytes of content
	PACKET_BURST = 64,      // take at most so many per wake-up
};

// Before each content.  Addresses and ports in host byte order.
struct packet {
	uint32_t length;                        // of the content, 1..PACKET_MAX
	uint32_t local, remote;                 // outer IPv4 addresses, seen from this machine
	uint16_t local_port, remote_port;       // UDP; 0: not UDP
};
_Static_assert(sizeof(struct packet) == 16, "ABI");

// Records start at multiples of 16; behind the area's end comes its start.
// Indices count bytes and wrap at 2^32.
struct packet_ring {
	_Atomic uint32_t head;          // written by the consumer
	uint32_t         pad0[15];
	_Atomic uint32_t tail;          // written by the producer
	uint32_t         pad1[1007];
	uint8_t          area[PACKET_AREA];
};
_Static_assert(sizeof(struct packet_ring) == PACKET_RING, "ABI");

// One side's private end.
struct packet_end { struct packet_ring *ring; uint32_t index; };

static inline uint32_t
packet_record(uint32_t length)
{
	return ((uint32_t)sizeof(struct packet) + length + 15) & ~15u;
}

// Continues where the producer before us ended.
static inline struct packet_end
packet_producer(struct packet_ring *ring)
{
	return (struct packet_end){ ring, atomic_load(&ring->tail) & ~15u };
}

// Leaves out what is in the ring.
static inline struct packet_end
packet_consumer(struct packet_ring *ring)
{
	uint32_t tail = atomic_load(&ring->tail) & ~15u;

	atomic_store(&ring->head, tail);
	return (struct packet_end){ ring, tail };
}

// Rings by direction, in the session's shared memory.
static inline struct packet_ring *
packet_to_server(uint64_t shared)
{
	return (struct packet_ring *)(uintptr_t)shared;
}

static inline struct packet_ring *
packet_to_client(uint64_t shared)
{
	return (struct packet_ring *)(uintptr_t)(shared + PACKET_RING);
}

// Content out of the area into `to`, or from `from` into it, around its end.
static inline void
packet_copy(uint8_t *area, uint32_t at, uint8_t *to, const uint8_t *from, uint32_t n)
{
	at &= PACKET_AREA - 1;
	uint32_t first = PACKET_AREA - at < n ? PACKET_AREA - at : n;

	if (to != NULL) {
		memcpy(to, area + at, first);
		memcpy(to + first, area, n - first);
	} else {
		memcpy(area + at, from, first);
		memcpy(area, from + first, n - first);
	}
}

// Producer.  False when there is no room, or the length is none.
static inline bool
packet_put(struct packet_end *p, const struct packet *packet, const uint8_t *content)
{
	// pairs with the release in packet_get: the record has been read
	uint32_t head = atomic_load_explicit(&p->ring->head, memory_order_acquire);
	uint32_t used = p->index - head, need = packet_record(packet->length);

	if (packet->length - 1 >= PACKET_MAX || used > PACKET_AREA || PACKET_AREA - used < need)
		return false;
	memcpy(p->ring->area + (p->index & (PACKET_AREA - 1)), packet, sizeof *packet);
	packet_copy(p->ring->area, p->index + (uint32_t)sizeof *packet, NULL, content,
	            packet->length);
	p->index += need;
	// pairs with the acquire in packet_get: the record has been written
	atomic_store_explicit(&p->ring->tail, p->index, memory_order_release);
	return true;
}

enum packet_got {
	PACKET_NOTHING,
	PACKET_GOT,
	PACKET_BROKEN,          // index or length make no sense: all that was there is skipped
};

// Consumer.  PACKET_GOT: *packet, and its content in `content`, which has `max` bytes.
static inline enum packet_got
packet_get(struct packet_end *c, struct packet *packet, uint8_t *content, uint32_t max)
{
	// what is no record's end is taken for the one before: then BROKEN is not for ever
	uint32_t tail = atomic_load_explicit(&c->ring->tail, memory_order_acquire) & ~15u;
	uint32_t waiting = tail - c->index;

	if (waiting == 0)
		return PACKET_NOTHING;
	// read once
	const volatile uint32_t *head = (const volatile uint32_t *)(const volatile void *)
		(c->ring->area + (c->index & (PACKET_AREA - 1)));
	uint32_t words[4] = { head[0], head[1], head[2], head[3] };

	memcpy(packet, words, sizeof *packet);
	if (waiting > PACKET_AREA || packet->length - 1 >= PACKET_MAX ||
	    packet->length > max || packet_record(packet->length) > waiting) {
		c->index = tail;
		atomic_store_explicit(&c->ring->head, c->index, memory_order_release);
		return PACKET_BROKEN;
	}
	packet_copy(c->ring->area, c->index + (uint32_t)sizeof *packet, content, NULL,
	            packet->length);
	c->index += packet_record(packet->length);
	// pairs with the acquire in packet_put: the record has been read
	atomic_store_explicit(&c->ring->head, c->index, memory_order_release);
	return PACKET_GOT;
}
