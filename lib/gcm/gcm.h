// SPDX-License-Identifier: MIT
// AES-GCM (NIST SP 800-38D, FIPS 197) with 128 or 256 bits, nonces of 12 bytes and
// tags of 16, by the processor's AES-NI and PCLMULQDQ.  No table and no branch
// depends on a key or a text.  No nonce comes twice with one key: the caller's
// promise.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { GCM_NONCE = 12, GCM_TAG = 16, GCM_AT_ONCE = 8 };

// To be wiped when not needed any more.
struct gcm {
	_Alignas(16) uint8_t round_key[15][16];
	_Alignas(16) uint8_t power[GCM_AT_ONCE][16];    // of the hash key, the first one first
	_Alignas(16) uint8_t folded[GCM_AT_ONCE][16];   // of each, the sum of its halves
	uint32_t rounds;
};

// Has the processor what this needs?  Without it the functions below are faults.
bool gcm_possible(void);

// key_bytes: 16 or 32.
void gcm_init(struct gcm *g, const uint8_t *bytes, unsigned key_bytes);

// Encrypts text[0..n) in place; n < 2^32.  `about` is authenticated, not encrypted.
void gcm_seal(const struct gcm *g, const uint8_t nonce[GCM_NONCE], const uint8_t *about,
              uint32_t about_bytes, uint8_t *text, uint32_t n, uint8_t tag[GCM_TAG]);

// Decrypts in place.  False: the tag is wrong, and the text has been wiped.
bool gcm_open(const struct gcm *g, const uint8_t nonce[GCM_NONCE], const uint8_t *about,
              uint32_t about_bytes, uint8_t *text, uint32_t n, const uint8_t tag[GCM_TAG]);
