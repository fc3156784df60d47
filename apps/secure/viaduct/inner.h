// SPDX-License-Identifier: MIT
// The IPv4 packets inside of the tunnel (RFC 791): is one whole, who is it from
// and for; and the only one that we make ourselves.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	INNER_HEAD = 20,                        // without options
	INNER_HEAD_MAX = 60,
	INNER_TOO_BIG = INNER_HEAD + 8 + INNER_HEAD_MAX + 8,    // longest of inner_too_big
};

struct inner {
	uint32_t length;                        // of the whole packet
	uint32_t source, destination;           // host byte order
	bool     whole;                         // DF: must not be fragmented
};

// False: not an IPv4 packet with a right header that is there to its end.  Behind
// its end there may be more.
bool inner_parse(const uint8_t *p, uint32_t n, struct inner *inner);

// The answer to a packet that inner_parse took: "fragmentation needed, and the
// next hop takes mtu bytes" (RFC 792, RFC 1191), from whom it was for.  0: there is
// none, as it was an ICMP error itself, or not a first fragment (RFC 1122, 3.2.2).
uint32_t inner_too_big(const uint8_t *p, const struct inner *inner, uint32_t mtu,
                       uint8_t answer[INNER_TOO_BIG]);
