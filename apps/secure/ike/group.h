// SPDX-License-Identifier: MIT
// Diffie-Hellman on P-256 (RFC 5903) and X25519 (RFC 8031).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GROUP_PRIVATE = 32, GROUP_PUBLIC_MAX = 64, GROUP_SHARED = 32 };

// A callback in the manner of mbedTLS: 0, or not 0 when there is no randomness.
typedef int group_random(void *self, unsigned char *out, size_t n);

// Bytes of a public value.  group: IKE_P256 or IKE_X25519.
uint32_t group_public_bytes(unsigned group);

// A new pair.  False: no memory, or no randomness.
bool group_generate(unsigned group, group_random *random, void *self,
                    uint8_t private[GROUP_PRIVATE], uint8_t public[GROUP_PUBLIC_MAX]);

// False also when the peer's value is no point of the curve, or one of small
// order: the shared secret would be known.
bool group_agree(unsigned group, group_random *random, void *self,
                 const uint8_t private[GROUP_PRIVATE], const uint8_t *peer, uint32_t peer_bytes,
                 uint8_t shared[GROUP_SHARED]);
