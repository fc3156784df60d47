// SPDX-License-Identifier: MIT
// With the processor's instruction, if it has it, or else half a byte at a time.
#include <stdbool.h>
#include "include/crc32c.h"

// of four bits, lowest first
static const uint32_t nibble[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
	0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
	0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static bool
has_crc32(void)
{
	uint32_t a = 1, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return (c & 1u << 20) != 0;     // SSE 4.2
}

uint32_t
crc32c(const void *data, uint64_t size)
{
	const uint8_t *at = data, *end = at + size, *words = at + (size & ~7ull);
	uint64_t crc = 0xffffffff;

	if (has_crc32())
		for (; at < words; at += 8)
			__asm__("crc32q (%1), %0" : "+r"(crc) : "r"(at) : "memory");
	for (; at < end; at++) {
		crc ^= *at;
		crc = crc >> 4 ^ nibble[crc & 15];
		crc = crc >> 4 ^ nibble[crc & 15];
	}
	return ~(uint32_t)crc;
}
