// SPDX-License-Identifier: MIT
// HMAC begins both of its hashes with a block that depends on the key alone (RFC 2104):
// these are done once, not in each iteration as by mbedtls_pkcs5_pbkdf2_hmac_ext.
#include <mbedtls/sha256.h>
#include <string.h>
#include <base/wipe.h>
#include "pbkdf2.h"

enum { BLOCK = 64, DIGEST = 32 };

struct hmac { mbedtls_sha256_context inner, outer; };

// The hash goes on from `begun`, which stays as it is.
static bool
hash(const mbedtls_sha256_context *begun, const unsigned char *data, size_t size,
	const unsigned char *more, size_t more_size, unsigned char out[DIGEST])
{
	mbedtls_sha256_context c;
	bool ok;

	mbedtls_sha256_init(&c);
	mbedtls_sha256_clone(&c, begun);
	ok = mbedtls_sha256_update(&c, data, size) == 0 &&
		mbedtls_sha256_update(&c, more, more_size) == 0 &&
		mbedtls_sha256_finish(&c, out) == 0;
	mbedtls_sha256_free(&c);
	return ok;
}

static bool
begin(mbedtls_sha256_context *c, const unsigned char key[BLOCK], unsigned char pad)
{
	unsigned char block[BLOCK];
	bool ok;

	for (int i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	mbedtls_sha256_init(c);
	ok = mbedtls_sha256_starts(c, 0) == 0 && mbedtls_sha256_update(c, block, BLOCK) == 0;
	wipe(block, sizeof block);
	return ok;
}

static bool
hmac(const struct hmac *h, const unsigned char *data, size_t size,
	const unsigned char *more, size_t more_size, unsigned char out[DIGEST])
{
	unsigned char inner[DIGEST];
	bool ok = hash(&h->inner, data, size, more, more_size, inner) &&
		hash(&h->outer, inner, DIGEST, NULL, 0, out);

	wipe(inner, sizeof inner);
	return ok;
}

bool
pbkdf2(const char *passphrase, size_t size, const unsigned char *salt, size_t salt_size,
	unsigned iterations, unsigned char out[32])
{
	static const unsigned char first[4] = { 0, 0, 0, 1 };
	unsigned char key[BLOCK] = { 0 }, u[DIGEST] = { 0 };
	struct hmac h;
	bool ok = true;

	if (size <= BLOCK)
		memcpy(key, passphrase, size);
	else
		ok = mbedtls_sha256((const unsigned char *)passphrase, size, key, 0) == 0;
	ok = begin(&h.inner, key, 0x36) && begin(&h.outer, key, 0x5c) && ok &&
		hmac(&h, salt, salt_size, first, sizeof first, u);
	memcpy(out, u, DIGEST);
	for (unsigned n = 1; ok && n < iterations; n++) {
		ok = hmac(&h, u, DIGEST, NULL, 0, u);
		for (int i = 0; i < DIGEST; i++)
			out[i] ^= u[i];
	}
	mbedtls_sha256_free(&h.inner);
	mbedtls_sha256_free(&h.outer);
	wipe(key, sizeof key);
	wipe(u, sizeof u);
	if (!ok)
		wipe(out, DIGEST);
	return ok;
}
