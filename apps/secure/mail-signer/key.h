// SPDX-License-Identifier: MIT
// The private key: decrypted with the passphrase for as long as it is open.
// RSA of 2048 to 4096 bits and ECDSA on P-256, both with SHA-256.
#pragma once

#include <base/arena.h>
#include "cert.h"

enum {
	KEY_ARENA_SIZE = 64 * 1024,     // RSA 4096 needs 20 KiB, P-256 5 KiB
	KEY_BYTES_MAX = 8192,           // of the encrypted key's DER
	KEY_SIGNATURE_MAX = 512,
	KEY_DIGEST_SIZE = 32,
};

// What can go wrong with a key or while signing.
enum key_error {
	KEY_OK,
	KEY_BROKEN,             // not the DER of a private key
	KEY_NOT_ENCRYPTED,
	KEY_ENCRYPTION,         // encrypted in a way we do not read
	KEY_PASSPHRASE,         // wrong passphrase (or damaged inside)
	KEY_ALGORITHM,          // key or certificate neither RSA 2048..4096 nor P-256
	KEY_MISMATCH,           // key and certificate do not belong together
	KEY_NO_RANDOM,          // the processor gives no random numbers
	KEY_MEMORY,             // the arena is too small
	KEY_MESSAGE,            // smime_sign: not header, empty line, body in CRLF lines
	KEY_ROOM,               // smime_sign: the result does not fit
	KEY_FAILED,             // the signature could not be made
	KEY_ERRORS,
};

struct key;

// A sentence.
const char *key_error_text(enum key_error e);

// Is this an encrypted PKCS#8 key (RFC 5958; PBES2 of RFC 8018 with PBKDF2,
// HMAC-SHA-256 and AES-CBC) that key_open can try a passphrase on?
enum key_error key_check(const unsigned char *der, size_t size);

// The cert must stay until key_close; the passphrase is the caller's to wipe.
// All memory comes from the arena, which mbedTLS uses until key_close and which
// must hold nothing else that can be freed before; after an error, and after
// key_close, everything is wiped and given back.
__attribute__((warn_unused_result))
enum key_error key_open(struct arena *arena, const struct cert *cert,
	const unsigned char *der, size_t size,
	const char *passphrase, size_t passphrase_size, struct key **out);
void key_close(struct key *key);

// For cms.c.
const struct cert *key_cert(const struct key *key);
struct arena *key_arena(const struct key *key);
bool key_is_rsa(const struct key *key);
__attribute__((warn_unused_result))
enum key_error key_sign(struct key *key, const unsigned char digest[KEY_DIGEST_SIZE],
	unsigned char signature[KEY_SIGNATURE_MAX], size_t *size);
