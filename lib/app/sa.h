// SPDX-License-Identifier: MIT
// Sa session: the component that agreed upon keys with a peer (ike) hands them to the
// viaduct, which does ESP with them (RFC 4303, tunnel mode, IPv4 in IPv4;
// AES-GCM with a 16-octet ICV, RFC 4106).  The client is trusted with both
// goals: it decides who the peer is and what the key is.  What it cannot do is
// to have packets protected, or accepted, whose inner addresses the viaduct's own
// policy does not name.
//
// Nonces: an outbound SA counts its packets from 1 and the count is the IV.  So
// the client never installs an outbound key twice, whatever happened in
// between: after SA_EVENT_NONE_LEFT it agrees upon new ones.
//
// Several outbound SAs may fit a packet: the one installed last protects it.
// An inbound SA lives until it is deleted or expires: install the new inbound
// one, then the new outbound one, then delete the old ones.
#pragma once

#include <string.h>
#include <sys/sys.h>

struct sa_session { cap_t gate; };

enum sa_op {
	SA_INSTALL = 1, // struct sa -> OK: mr0 its handle, never 0, never the same again;
			// ERR_ARG: a field is out of range, or the addresses are no ranges;
			// ERR_REFUSED: the viaduct's policy does not allow these inner addresses;
			// ERR_EXISTS: there is an inbound SA with this SPI; ERR_FULL: SA_MAX exist
	SA_DELETE,      // mr0 handle -> OK: it is gone, its key wiped; ERR_ARG: there is none
	SA_QUERY,       // mr0 handle -> OK: struct sa_counters; ERR_ARG: there is none
	SA_FLUSH,       // deletes all but those of the viaduct's own configuration: at a start
	SA_EVENT,       // -> OK: struct sa_event, the oldest one, taken out
};

enum {
	SA_SIGNAL = 1,          // viaduct -> client: ask SA_EVENT until it says SA_EVENT_NOTHING
	SA_MAX = 256,           // inbound and outbound together
	SA_KEY_MAX = 32,
	SA_SALT = 4,
	SA_SPI_MIN = 256,       // RFC 4303, 2.1: 1..255 are reserved
};

enum sa_direction { SA_IN, SA_OUT };

enum sa_flags {
	SA_ESN = 1,             // 64-bit sequence numbers (RFC 4303, 2.2.1)
	SA_UDP = 2,             // in UDP (RFC 3948) instead of IP protocol 50
	SA_FLAGS = 3,
};

// IPv4 addresses first..last, in host byte order.
struct sa_range { uint32_t first, last; };

// 0: no limit.  One limit reached is enough.  Soft: an event, once.  Hard: an
// event, and the SA carries nothing any more.
struct sa_life { uint64_t packets, bytes; uint32_t seconds, reserved; };

struct sa {
	uint32_t spi;                           // >= SA_SPI_MIN
	uint8_t  direction, flags;              // enum sa_direction, sa_flags
	uint8_t  key_bytes;                     // 16 or 32
	uint8_t  reserved;                      // 0
	uint8_t  key[SA_KEY_MAX];               // the rest is 0
	uint8_t  salt[SA_SALT];                 // RFC 4106, 4: behind the key in KEYMAT
	uint32_t local, remote;                 // outer addresses, host byte order
	uint16_t local_port, remote_port;       // SA_UDP: both not 0; else 0
	uint16_t mtu;                           // of the outer path, bytes, 576..65535; 0: 1500
	uint16_t tfc;                           // outbound: inner packets are padded to a multiple
						// of this (RFC 4303, 2.7), as far as mtu; 0: not
	struct sa_range inner_local, inner_remote;
	uint32_t reserved2;                     // 0
	struct sa_life soft, hard;
};
_Static_assert(sizeof(struct sa) == 128, "ABI");

struct sa_counters {
	uint64_t packets, bytes;        // good ones; bytes of inner packets
	uint64_t sequence;              // last sent, or highest received
	uint64_t replayed, forged;      // inbound: outside of the window, or twice; wrong ICV
	uint64_t refused;               // inbound: authentic, but padding, next header or inner
					// packet are not as agreed
};

enum sa_event_kind {
	SA_EVENT_NOTHING,       // that is all
	SA_EVENT_NONE_LEFT,     // the viaduct has started: no SA from before exists
	SA_EVENT_SOFT,          // handle: time for a new one
	SA_EVENT_HARD,          // handle: it is deleted already
	SA_EVENT_ACQUIRE,       // inner_local, inner_remote: a packet between these two needs an
				// outbound SA; once per second at most
	SA_EVENT_LOST,          // some events did not fit: SA_QUERY what exists
};

struct sa_event {
	uint32_t kind;                          // enum sa_event_kind
	uint32_t inner_local, inner_remote;     // addresses, host byte order
	uint32_t reserved;
	uint64_t handle;
};

// Words of a struct in a message.
#define SA_WORDS(type) ((unsigned)(sizeof(type) + 7) / 8)
_Static_assert(SA_WORDS(struct sa) <= MR_MAX, "fits a message");

static inline enum err
sa_install(struct sa_session s, const struct sa *sa, uint64_t *handle)
{
	memcpy(utcb()->mr, sa, sizeof *sa);
	enum err e = sys_request(s.gate, SA_INSTALL, SA_WORDS(struct sa));
	*handle = utcb()->mr[0];
	memset(utcb()->mr, 0, sizeof *sa);      // the key does not stay behind
	return e;
}

static inline enum err
sa_delete(struct sa_session s, uint64_t handle)
{
	utcb()->mr[0] = handle;
	return sys_request(s.gate, SA_DELETE, 1);
}

static inline enum err
sa_query(struct sa_session s, uint64_t handle, struct sa_counters *counters)
{
	utcb()->mr[0] = handle;
	enum err e = sys_request(s.gate, SA_QUERY, 1);
	if (e == OK)
		memcpy(counters, utcb()->mr, sizeof *counters);
	return e;
}

static inline enum err
sa_flush(struct sa_session s)
{
	return sys_request(s.gate, SA_FLUSH, 0);
}

static inline enum err
sa_event(struct sa_session s, struct sa_event *event)
{
	enum err e = sys_request(s.gate, SA_EVENT, 0);

	if (e == OK)
		memcpy(event, utcb()->mr, sizeof *event);
	return e;
}
