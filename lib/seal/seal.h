// SPDX-License-Identifier: MIT
// Bytes sealed with a passphrase: nobody without it can read them or change them
// unseen.  The key comes from PBKDF2 (RFC 8018) with HMAC-SHA-256, a random salt
// and SEAL_ITERATIONS rounds; the bytes are encrypted with AES-256 in GCM (NIST
// SP 800-38D) and bound to a name.  Sealed bytes are, in order: magic (8), salt
// (16), nonce (12), cipher text, tag (16).
//
// What sealing cannot do: who stores the bytes can lose them, or give back an
// older state of them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SEAL_SALT = 16,
	SEAL_OVERHEAD = 52,             // sealed bytes are so much more
	SEAL_ITERATIONS = 100000,
	SEAL_NAME_MAX = 64,
};

enum seal_error {
	SEAL_OK,
	SEAL_BROKEN,            // these are no sealed bytes, or too many
	SEAL_WRONG,             // another passphrase or name, or something was altered
	SEAL_NO_RANDOM,         // the processor gives no random numbers
	SEAL_FAILED,            // mbedTLS has no memory: cannot happen
};

struct seal_key { uint8_t bytes[32], salt[SEAL_SALT]; };

// A key for new bytes, with a salt of its own.  Takes long: a second or so.
enum seal_error seal_key_new(struct seal_key *k, const char *passphrase, size_t n);

// The key for bytes that are sealed.  Takes as long.
enum seal_error seal_key_for(struct seal_key *k, const uint8_t *sealed, size_t size,
                             const char *passphrase, size_t n);

// `out` has room for size + SEAL_OVERHEAD bytes.  Each call takes a new nonce: the
// same bytes sealed twice differ.
enum seal_error seal(const struct seal_key *k, const char *name, const uint8_t *plain,
                     size_t size, uint8_t *out);

// `out` has room for size - SEAL_OVERHEAD bytes; it is wiped after an error.
enum seal_error unseal(const struct seal_key *k, const char *name, const uint8_t *sealed,
                       size_t size, uint8_t *out);
