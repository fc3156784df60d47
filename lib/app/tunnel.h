// SPDX-License-Identifier: MIT
// Tunnel session: what the viaduct tells about itself, to look at.  It changes
// nothing.
#pragma once

#include <string.h>
#include <sys/sys.h>

struct tunnel_session { cap_t gate; };

enum tunnel_op {
	TUNNEL_STATUS = 1,      // -> OK: struct tunnel_status
};

// Why a packet went no further.
enum tunnel_drop {
	// red to black
	DROP_RED_BROKEN,        // the red stack's ring made no sense
	DROP_RED_MALFORMED,     // not a whole IPv4 packet
	DROP_RED_POLICY,        // its addresses are not to be protected: discarded, never passed
	DROP_RED_NO_SA,         // they are, and there is no SA
	DROP_RED_TOO_BIG,       // for the path with DF: told by ICMP, or too big for any packet
	DROP_RED_FULL,          // the black stack does not keep up
	// black to red
	DROP_BLACK_BROKEN,      // the black stack's ring made no sense
	DROP_BLACK_SHORT,       // too short for ESP, or not aligned
	DROP_BLACK_SPI,         // no such SA
	DROP_BLACK_REPLAY,      // outside of the window, or seen already
	DROP_BLACK_FORGED,      // the integrity check failed
	DROP_BLACK_PADDING,     // not 1, 2, 3, ... (RFC 4303, 2.4), or longer than the packet
	DROP_BLACK_NEXT,        // next header neither IPv4 nor dummy
	DROP_BLACK_INNER,       // not a whole IPv4 packet inside
	DROP_BLACK_POLICY,      // its addresses are not those of the SA
	DROP_BLACK_FULL,        // the red stack does not keep up
	TUNNEL_DROPS,
};

struct tunnel_status {
	uint32_t inbound, outbound;             // SAs there are
	uint32_t local, remote;                 // outer addresses of the newest outbound SA; else 0
	uint64_t sent, sent_bytes;              // inner packets protected
	uint64_t received, received_bytes;      // inner packets authenticated and given to red
	uint64_t dummies;                       // authenticated and thrown away (RFC 4303, 2.6)
	uint64_t dropped[TUNNEL_DROPS];
};
_Static_assert(sizeof(struct tunnel_status) / 8 <= MR_MAX, "fits a message");

static inline enum err
tunnel_status(struct tunnel_session s, struct tunnel_status *status)
{
	enum err e = sys_request(s.gate, TUNNEL_STATUS, 0);

	if (e == OK)
		memcpy(status, utcb()->mr, sizeof *status);
	return e;
}
