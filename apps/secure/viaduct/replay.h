// SPDX-License-Identifier: MIT
// Which sequence numbers have been seen (RFC 4303, 3.4.3 and appendix A): the
// highest and the 63 below it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { REPLAY_WINDOW = 64 };

struct replay {
	uint64_t highest;       // of all authentic packets; 0: none yet
	uint64_t seen;          // bit i: highest - i
	bool     esn;           // 64-bit sequence numbers
};

// The whole sequence number of a packet that carries its lower half.  False: there
// is no number it could have, or it is too old, or seen.  Changes nothing: the
// packet is not authentic yet.
bool replay_check(const struct replay *r, uint32_t low, uint64_t *sequence);

// The packet with this number, which replay_check allowed, is authentic.
void replay_mark(struct replay *r, uint64_t sequence);
