// SPDX-License-Identifier: MIT
// What both parts of the measurement share.
#pragma once

#include <stdint.h>

enum { ROUNDS = 41 };

extern uint64_t sample[ROUNDS];

// Says the median of the samples: "bench: vpn WHAT BYTES NUMBER", with "tables"
// where the processor has no instructions for AES, "null" where nothing is encrypted.
void report(const char *what, uint32_t bytes);

// An IPv4 packet with UDP's number, from 10.1.0.5 to 10.2.0.1 in network `net`.
void make_packet(uint8_t *p, uint32_t bytes, uint32_t net);

// From one card's driver to the other's, through both stacks and the viaduct.
void measure_path(void);
