// SPDX-License-Identifier: MIT
// Which algorithms: SA payloads (RFC 7296, 3.3).  AES-GCM with a 16-octet ICV
// always (RFC 5282, RFC 4106), HMAC-SHA-256 as the only function, so that only
// key length, group and sequence numbers are to be agreed upon.
#pragma once

#include "wire.h"

enum { KEY_128 = 1, KEY_256 = 2 };
enum { GROUP_P256 = 1, GROUP_X25519 = 2 };
enum { ESN_NO = 1, ESN_YES = 2 };

// A set of bits of each kind.  What was chosen has one bit of each; no group is
// none, IKE knows no ESN.
struct suite {
	uint8_t  protocol;              // PROTO_IKE, PROTO_ESP
	uint8_t  spi_bytes;             // 0, 4, 8
	uint8_t  keys, groups, esn;
	uint8_t  number;                // of the proposal
	uint64_t spi;
};

// As numbers on the wire.
uint16_t suite_group_number(unsigned group);
unsigned suite_group(uint16_t number);          // 0: none of ours

void suite_write(struct writer *w, const struct suite *s);

// The first proposal in `sa` that lies within `allowed`, and of it the strongest,
// but the group `group` (of a KE payload that came along; 0: none) if it is
// among them.  spi_bytes must be as in `allowed`; the SPI is the proposer's.
bool suite_choose(struct slice sa, const struct suite *allowed, unsigned group,
                  struct suite *chosen);

// The same for an answer to our own proposal: exactly one of each kind.
bool suite_answer(struct slice sa, const struct suite *allowed, struct suite *chosen);
