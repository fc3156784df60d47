// SPDX-License-Identifier: MIT
// SHA-256 (FIPS 180-4), so that a report can say which binaries it speaks of.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sha256 { uint32_t h[8]; uint64_t length; unsigned char block[64]; };

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t size);

// 64 hexadecimal digits and NUL.
void sha256_hex(struct sha256 *s, char hex[65]);
