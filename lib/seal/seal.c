// SPDX-License-Identifier: MIT
#include <mbedtls/gcm.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/port.h>
#include <base/random.h>
#include <base/wipe.h>
#include "seal.h"

enum { MAGIC = 8, NONCE = 12, TAG = 16, KEY_BITS = 256, HEAP = 2048 };
_Static_assert(MAGIC + SEAL_SALT + NONCE + TAG == SEAL_OVERHEAD, "layout");

static const uint8_t magic[MAGIC] = "VSEAL001";

// The arena is for the state of HMAC, which mbedTLS allocates.
static enum seal_error
derive(struct seal_key *k, const char *passphrase, size_t n)
{
	static unsigned char heap[HEAP];
	struct arena arena;
	int failed;

	arena_init(&arena, heap, sizeof heap);
	mbedtls_port_arena(&arena);
	failed = mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256, (const unsigned char *)passphrase,
	                                       n, k->salt, sizeof k->salt, SEAL_ITERATIONS,
	                                       sizeof k->bytes, k->bytes);
	mbedtls_port_arena(NULL);
	wipe(heap, sizeof heap);
	return failed ? SEAL_FAILED : SEAL_OK;
}

enum seal_error
seal_key_new(struct seal_key *k, const char *passphrase, size_t n)
{
	if (random_bytes(NULL, k->salt, sizeof k->salt) != 0)
		return SEAL_NO_RANDOM;
	return derive(k, passphrase, n);
}

enum seal_error
seal_key_for(struct seal_key *k, const uint8_t *sealed, size_t size, const char *passphrase,
             size_t n)
{
	if (size < SEAL_OVERHEAD || memcmp(sealed, magic, MAGIC) != 0)
		return SEAL_BROKEN;
	memcpy(k->salt, sealed + MAGIC, sizeof k->salt);
	return derive(k, passphrase, n);
}

// What is authenticated besides the text: where it begins, and its name.
static size_t
head(const uint8_t *sealed, const char *name, uint8_t out[MAGIC + SEAL_SALT + SEAL_NAME_MAX])
{
	size_t n = strlen(name);

	n = n < SEAL_NAME_MAX ? n : SEAL_NAME_MAX;
	memcpy(out, sealed, MAGIC + SEAL_SALT);
	memcpy(out + MAGIC + SEAL_SALT, name, n);
	return MAGIC + SEAL_SALT + n;
}

enum seal_error
seal(const struct seal_key *k, const char *name, const uint8_t *plain, size_t size, uint8_t *out)
{
	uint8_t about[MAGIC + SEAL_SALT + SEAL_NAME_MAX], *nonce = out + MAGIC + SEAL_SALT;
	mbedtls_gcm_context gcm;
	int failed;

	memcpy(out, magic, MAGIC);
	memcpy(out + MAGIC, k->salt, SEAL_SALT);
	if (random_bytes(NULL, nonce, NONCE) != 0)
		return SEAL_NO_RANDOM;
	mbedtls_gcm_init(&gcm);
	failed = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, k->bytes, KEY_BITS) != 0 ||
	         mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, size, nonce, NONCE, about,
	                                   head(out, name, about), plain, nonce + NONCE, TAG,
	                                   nonce + NONCE + size) != 0;
	mbedtls_gcm_free(&gcm);
	return failed ? SEAL_FAILED : SEAL_OK;
}

enum seal_error
unseal(const struct seal_key *k, const char *name, const uint8_t *sealed, size_t size,
       uint8_t *out)
{
	uint8_t about[MAGIC + SEAL_SALT + SEAL_NAME_MAX];
	const uint8_t *nonce = sealed + MAGIC + SEAL_SALT, *text = nonce + NONCE;
	mbedtls_gcm_context gcm;
	bool wrong;

	if (size < SEAL_OVERHEAD || memcmp(sealed, magic, MAGIC) != 0)
		return SEAL_BROKEN;
	size -= SEAL_OVERHEAD;
	mbedtls_gcm_init(&gcm);
	wrong = mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, k->bytes, KEY_BITS) != 0 ||
	        mbedtls_gcm_auth_decrypt(&gcm, size, nonce, NONCE, about, head(sealed, name, about),
	                                 text + size, TAG, text, out) != 0;
	mbedtls_gcm_free(&gcm);
	if (wrong && size > 0)
		wipe(out, size);
	return wrong ? SEAL_WRONG : SEAL_OK;
}
