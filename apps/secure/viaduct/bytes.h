// SPDX-License-Identifier: MIT
// Numbers in network byte order, anywhere in memory.
#pragma once

#include <stdint.h>

static inline uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline void
put16(uint8_t *p, uint16_t n)
{
	p[0] = (uint8_t)(n >> 8), p[1] = (uint8_t)n;
}

static inline void
put32(uint8_t *p, uint32_t n)
{
	put16(p, (uint16_t)(n >> 16)), put16(p + 2, (uint16_t)n);
}

static inline void
put64(uint8_t *p, uint64_t n)
{
	put32(p, (uint32_t)(n >> 32)), put32(p + 4, (uint32_t)n);
}
