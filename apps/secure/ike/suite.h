// SPDX-License-Identifier: MIT
// Which algorithms: SA payloads (RFC 7296, 3.3).  AES-GCM with a 16-octet ICV
// always (RFC 5282, RFC 4106), HMAC-SHA-256 as the only function, so that only
// key length, group and sequence numbers are to be agreed upon.
#pragma once

#include "wire.h"

// Members of a set of algorithms: IKE_AES128 to IKE_X25519 and IKE_ESN as in the
// configuration, and these.
enum { SUITE_PRF = 256, SUITE_NO_ESN = 512, SUITE_NO_INTEG = 1024, SUITE_NO_GROUP = 2048 };

// A set, or what was chosen: at most one of each kind.
struct suite {
	uint8_t  protocol;              // PROTO_IKE, PROTO_ESP
	uint8_t  spi_bytes;             // 0, 4, 8
	uint8_t  number;                // of the proposal
	uint16_t set;
	uint64_t spi;
};

// Groups as numbers on the wire; 0: none of ours.
uint16_t suite_group_number(uint16_t group);
uint16_t suite_group(uint32_t number);
uint8_t suite_key_bytes(const struct suite *s);

// What an SA may be made with, as `flags` and `groups` of a peer's configuration say.
struct suite suite_allowed(uint8_t protocol, uint8_t spi_bytes, uint32_t flags, uint32_t groups);

void suite_write(struct writer *w, const struct suite *s);

// The first proposal in `sa` that lies within `allowed`, and of it the strongest,
// but the group `group` (of a KE payload that came along; 0: none) if it is
// among them.  spi_bytes must be as in `allowed`; the SPI is the proposer's.
bool suite_choose(struct slice sa, const struct suite *allowed, uint16_t group,
                  struct suite *chosen);

// The same for an answer to our own proposal: exactly one of each kind.
bool suite_answer(struct slice sa, const struct suite *allowed, struct suite *chosen);
