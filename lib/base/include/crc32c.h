// SPDX-License-Identifier: MIT
// CRC-32C (Castagnoli; RFC 3720, section 12.1): finds what happens to a file by
// accident.  Whoever wants to can forge it.
#pragma once

#include <stdint.h>

// Of `size` bytes.  With SSE 4.2 half an instruction a byte.
uint32_t crc32c(const void *data, uint64_t size);

// What that is of anything and its own CRC behind it, in little-endian order.  Any one,
// two or three wrong bits in up to 256 MiB make it something else (all that lies within
// 32 bits, too), and other damage but once in 2^32 times.
#define CRC32C_WHOLE 0x48674bc7u
