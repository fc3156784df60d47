// SPDX-License-Identifier: MIT
// Key derivation with HMAC-SHA-256 (RFC 7296, 2.13 to 2.17), the proof with a
// pre-shared key (2.15), the sealing of messages (RFC 5282).
#pragma once

#include "wire.h"

enum {
	HASH = 32, SALT = 4, IV = 8, ICV = 16,
	SEALED_MIN = IV + 1 + ICV,
	KEYMAT_MAX = 2 * (32 + SALT),
};

// Of one IKE SA.  [0] is the initiator's, [1] the responder's.
struct keys {
	uint8_t d[HASH];
	uint8_t e[2][32 + SALT];                // key, salt
	uint8_t p[2][HASH];
	uint8_t key_bytes;
};

struct nonces { struct slice i, r; };

// prf of `count` slices, one behind the other.
void prf(struct slice key, const struct slice *data, unsigned count, uint8_t out[HASH]);

// prf+: n bytes, at most 255 * HASH.
void prf_plus(const uint8_t key[HASH], const struct slice *seed, unsigned count,
              uint8_t *out, uint32_t n);

// SKEYSEED of an IKE SA.  d: of the one that it replaces; NULL: it is a first one.
void keys_seed(const uint8_t *d, struct nonces n, struct slice shared, uint8_t seed[HASH]);
// All keys but key_bytes, which is set.  spi: of initiator and responder.
void keys_derive(struct keys *k, const uint8_t seed[HASH], struct nonces n,
                 const uint64_t spi[2]);

// KEYMAT of a CHILD SA; without a Diffie-Hellman exchange `shared` is empty.
void keys_child(const struct keys *k, struct slice shared, struct nonces n,
                uint8_t *out, uint32_t bytes);

// AUTH data with a pre-shared key: `who` (0, 1) sent `first` as its first message;
// `nonce` is the other's, `id` the body of who's ID payload.
void keys_auth(const struct keys *k, unsigned who, struct slice psk, struct slice first,
               struct slice nonce, struct slice id, uint8_t out[HASH]);

// The NAT detection hash (RFC 7296, 2.23).
enum { NAT_HASH = 20 };
void nat_hash(const uint64_t spi[2], uint32_t address, uint16_t port, uint8_t out[NAT_HASH]);

// Same bytes?  In a time that depends on n only.
bool same_secret(const uint8_t *a, const uint8_t *b, uint32_t n);

// Starts an SK payload that is sent by `who` as its `count`-th; the payloads
// written after it are its content.  An IV is never used twice: `count` counts
// up for each message made, and a repeated message is sent as it is.
void seal_begin(struct writer *w, uint64_t count);
// Ends message and payload, encrypts in place.  False: full, or out of memory.
bool seal_end(struct writer *w, const struct keys *k, unsigned who);
// Decrypts a message of `who` in place, whose SK payload `sealed` is.  False: forged
// or malformed; `message` is then spoilt.  *content: the payloads in it.
bool seal_open(struct slice message, struct slice sealed, const struct keys *k, unsigned who,
               struct slice *content);
