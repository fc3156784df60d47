// SPDX-License-Identifier: MIT
// Net session: Ethernet frames in two rings of shared memory, one in each
// direction, plus signals that say "look at the rings".  Served by nic-drv to
// one client, and by nic-mux to several.
//
// Shared memory:  0         struct net_ring, the client produces
//                 NET_RING  struct net_ring, the server produces
//
// The client's address is the session's label in the scenario.  Nobody waits:
// a full ring is the producer's matter.  After adding or removing frames, each
// side raises the other's signal.  Each side keeps its own index in
// private memory and copies a frame once before it looks at it, so a lying peer
// can lose or invent frames and nothing else.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sys.h>

struct net_session { cap_t gate; };

enum net_op {
	NET_INFO = 1,           // -> mr0 address, first byte lowest
	NET_STATS,              // -> mr0.. struct net_stats of this session
};

enum {
	NET_SIGNAL = 1,         // both directions
	NET_ADDRESS = 6,        // bytes of an address
	NET_FRAME_MIN = 14,     // destination, source, type: IEEE 802.3, 3.1.1, without checksum
	NET_FRAME_MAX = 1514,
	NET_SLOTS = 64,
	NET_RING = 4096 + NET_SLOTS * 2048,
};

struct net_slot {
	uint32_t length;
	uint8_t  frame[2044];
};

struct net_ring {
	_Atomic uint32_t head;          // written by the consumer
	uint32_t         pad0[15];
	_Atomic uint32_t tail;          // written by the producer
	uint32_t         pad1[1007];
	struct net_slot  slot[NET_SLOTS];
};
_Static_assert(sizeof(struct net_ring) == NET_RING, "ABI");

// One side's private end.
struct net_end { struct net_ring *ring; uint32_t index; };

// Counted by the server, as seen from the client.
struct net_stats {
	uint64_t sent, sent_bytes;              // by the client, taken by the server
	uint64_t received, received_bytes;      // by the client
	uint64_t full;                          // for the client, dropped: its ring was full
	uint64_t bad;                           // by the client, dropped: length or source address
	uint64_t broken;                        // times the client's index made no sense
};
enum { NET_STATS_WORDS = sizeof(struct net_stats) / 8 };

// An end continues where its side left off, which is also right for a side
// that was started again.  A ring that somebody has broken is NET_BROKEN once
// and then in order.
static inline struct net_end
net_producer(struct net_ring *ring)
{
	return (struct net_end){ ring, atomic_load_explicit(&ring->tail, memory_order_relaxed) };
}

static inline struct net_end
net_consumer(struct net_ring *ring)
{
	return (struct net_end){ ring, atomic_load_explicit(&ring->head, memory_order_relaxed) };
}

// For the client: what it produces and what it consumes.
static inline struct net_end
net_to_server(uint64_t shared)
{
	return net_producer((struct net_ring *)(uintptr_t)shared);
}

static inline struct net_end
net_to_client(uint64_t shared)
{
	return net_consumer((struct net_ring *)(uintptr_t)(shared + NET_RING));
}

// For the server: what it consumes and what it produces.
static inline struct net_end
net_from_client(uint64_t shared)
{
	return net_consumer((struct net_ring *)(uintptr_t)shared);
}

static inline struct net_end
net_for_client(uint64_t shared)
{
	return net_producer((struct net_ring *)(uintptr_t)(shared + NET_RING));
}

// Producer.  Is there room for a frame?
static inline bool
net_room(const struct net_end *p)
{
	// pairs with the release in net_get: the slot has been read
	uint32_t head = atomic_load_explicit(&p->ring->head, memory_order_acquire);

	return p->index - head < NET_SLOTS;
}

// Producer.  False when the ring is full.  NET_FRAME_MIN <= length <= NET_FRAME_MAX.
static inline bool
net_put(struct net_end *p, const uint8_t *frame, uint32_t length)
{
	struct net_slot *s = &p->ring->slot[p->index & (NET_SLOTS - 1)];

	if (!net_room(p))
		return false;
	s->length = length;
	memcpy(s->frame, frame, length);
	p->index++;
	// pairs with the acquire in net_get: the slot has been written
	atomic_store_explicit(&p->ring->tail, p->index, memory_order_release);
	return true;
}

enum net_got {
	NET_NOTHING,
	NET_GOT,
	NET_BAD,                // a frame of impossible length, skipped
	NET_BROKEN,             // the producer's index makes no sense: what was there is skipped
};

// Consumer.  NET_GOT: the frame is in `frame`, its length in *length.  Take at
// most NET_SLOTS frames per wake-up.
static inline enum net_got
net_get(struct net_end *c, uint8_t frame[NET_FRAME_MAX], uint32_t *length)
{
	uint32_t tail = atomic_load_explicit(&c->ring->tail, memory_order_acquire);
	uint32_t waiting = tail - c->index;

	if (waiting == 0)
		return NET_NOTHING;
	if (waiting > NET_SLOTS) {
		c->index = tail;
		atomic_store_explicit(&c->ring->head, tail, memory_order_release);
		return NET_BROKEN;
	}
	const struct net_slot *s = &c->ring->slot[c->index & (NET_SLOTS - 1)];
	uint32_t n = *(const volatile uint32_t *)&s->length;    // read once
	bool fits = n >= NET_FRAME_MIN && n <= NET_FRAME_MAX;

	if (fits)
		memcpy(frame, s->frame, n);
	*length = n;
	c->index++;
	// pairs with the acquire in net_room: the slot has been read
	atomic_store_explicit(&c->ring->head, c->index, memory_order_release);
	return fits ? NET_GOT : NET_BAD;
}

// The address in a session's label, "02:00:00:00:00:01"; its form was checked
// on the build host.
static inline void
net_address(const char *label, uint8_t address[NET_ADDRESS])
{
	for (unsigned i = 0; i < 2 * NET_ADDRESS; i++) {
		char c = label[i + i / 2];
		unsigned digit = (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0');

		address[i / 2] = (uint8_t)(address[i / 2] * 16u + (digit & 15));
	}
}

static inline enum err
net_info(struct net_session s, uint8_t address[NET_ADDRESS])
{
	enum err e = sys_request(s.gate, NET_INFO, 0);

	if (e == OK)
		memcpy(address, utcb()->mr, NET_ADDRESS);
	return e;
}

static inline enum err
net_stats(struct net_session s, struct net_stats *stats)
{
	enum err e = sys_request(s.gate, NET_STATS, 0);

	if (e == OK)
		memcpy(stats, utcb()->mr, sizeof *stats);
	return e;
}

// For servers: the answer to a call.
static inline tag_t
net_serve(uint32_t op, const uint8_t address[NET_ADDRESS], const struct net_stats *stats)
{
	switch (op) {
	case NET_INFO:
		utcb()->mr[0] = 0;
		memcpy(utcb()->mr, address, NET_ADDRESS);
		return tag(OK, 1, 0);
	case NET_STATS:
		memcpy(utcb()->mr, stats, sizeof *stats);
		return tag(OK, NET_STATS_WORDS, 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}
