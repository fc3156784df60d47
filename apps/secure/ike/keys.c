// SPDX-License-Identifier: MIT
// What keys.h describes, on mbedTLS.
#include <string.h>
#include <mbedtls/gcm.h>
#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <base/wipe.h>
#include "keys.h"

// HMAC as of RFC 2104, on the bare hash: it cannot run out of memory.
static void
hash_begin(mbedtls_sha256_context *c, struct slice key, uint8_t pad)
{
	uint8_t block[64] = { 0 };

	if (key.n > sizeof block) {
		mbedtls_sha256_init(c);
		mbedtls_sha256_starts(c, 0);
		mbedtls_sha256_update(c, key.at, key.n);
		mbedtls_sha256_finish(c, block);
	} else if (key.n != 0) {
		memcpy(block, key.at, key.n);
	}
	for (unsigned i = 0; i < sizeof block; i++)
		block[i] ^= pad;
	mbedtls_sha256_init(c);
	mbedtls_sha256_starts(c, 0);
	mbedtls_sha256_update(c, block, sizeof block);
	wipe(block, sizeof block);
}

void
prf(struct slice key, const struct slice *data, unsigned count, uint8_t out[HASH])
{
	mbedtls_sha256_context c;
	uint8_t inner[HASH];

	hash_begin(&c, key, 0x36);
	for (unsigned i = 0; i < count; i++)
		mbedtls_sha256_update(&c, data[i].at, data[i].n);
	mbedtls_sha256_finish(&c, inner);
	hash_begin(&c, key, 0x5c);
	mbedtls_sha256_update(&c, inner, HASH);
	mbedtls_sha256_finish(&c, out);
	wipe(inner, sizeof inner);
	wipe(&c, sizeof c);
}

void
prf_plus(const uint8_t key[HASH], const struct slice *seed, unsigned count, uint8_t *out,
         uint32_t n)
{
	struct slice part[6] = { { 0 } };
	uint8_t block[HASH], number = 0;

	for (unsigned i = 0; i < count; i++)
		part[1 + i] = seed[i];
	while (n != 0) {
		uint32_t take = n < HASH ? n : HASH;

		number++;
		part[count + 1] = (struct slice){ &number, 1 };
		prf((struct slice){ key, HASH }, part, count + 2, block);
		memcpy(out, block, take);
		part[0] = (struct slice){ block, HASH };
		out += take;
		n -= take;
	}
	wipe(block, sizeof block);
}

void
keys_seed(struct nonces n, struct slice shared, uint8_t seed[HASH])
{
	uint8_t key[2 * NONCE_MAX];

	memcpy(key, n.i.at, n.i.n);
	memcpy(key + n.i.n, n.r.at, n.r.n);
	prf((struct slice){ key, n.i.n + n.r.n }, &shared, 1, seed);
}

void
keys_seed_again(const uint8_t d[HASH], struct nonces n, struct slice shared, uint8_t seed[HASH])
{
	const struct slice data[] = { shared, n.i, n.r };

	prf((struct slice){ d, HASH }, data, 3, seed);
}

static void
spi_bytes(uint8_t out[8], uint64_t spi)
{
	struct writer w = { .at = out, .max = 8 };

	write64(&w, spi);
}

void
keys_derive(struct keys *k, const uint8_t seed[HASH], struct nonces n, uint64_t spi_i,
            uint64_t spi_r)
{
	uint8_t out[3 * HASH + 2 * (32 + SALT)], i[8], r[8], *at = out;
	const struct slice data[] = { n.i, n.r, { i, 8 }, { r, 8 } };
	uint32_t e = k->key_bytes + SALT;

	spi_bytes(i, spi_i);
	spi_bytes(r, spi_r);
	prf_plus(seed, data, 4, out, 3 * HASH + 2 * e);
	memcpy(k->d, at, HASH), at += HASH;
	memcpy(k->e[0], at, e), at += e;
	memcpy(k->e[1], at, e), at += e;
	memcpy(k->p[0], at, HASH), at += HASH;
	memcpy(k->p[1], at, HASH);
	wipe(out, sizeof out);
}

void
keys_child(const struct keys *k, struct slice shared, struct nonces n, uint8_t *out,
           uint32_t bytes)
{
	const struct slice data[] = { shared, n.i, n.r };

	prf_plus(k->d, data, 3, out, bytes);
}

void
keys_auth(const struct keys *k, unsigned who, struct slice psk, struct slice first,
          struct slice nonce, struct slice id, uint8_t out[HASH])
{
	static const char pad[] = "Key Pad for IKEv2";
	const struct slice padding = { (const uint8_t *)pad, sizeof pad - 1 };
	uint8_t key[HASH], mac[HASH];
	const struct slice octets[] = { first, nonce, { mac, HASH } };

	prf((struct slice){ k->p[who], HASH }, &id, 1, mac);
	prf(psk, &padding, 1, key);
	prf((struct slice){ key, HASH }, octets, 3, out);
	wipe(key, sizeof key);
}

void
nat_hash(uint64_t spi_i, uint64_t spi_r, uint32_t address, uint16_t port, uint8_t out[NAT_HASH])
{
	uint8_t bytes[22];
	struct writer w = { .at = bytes, .max = sizeof bytes };

	write64(&w, spi_i);
	write64(&w, spi_r);
	write32(&w, address);
	write16(&w, port);
	mbedtls_sha1(bytes, sizeof bytes, out);
}

bool
same_secret(const uint8_t *a, const uint8_t *b, uint32_t n)
{
	uint8_t difference = 0;

	for (uint32_t i = 0; i < n; i++)
		difference |= (uint8_t)(a[i] ^ b[i]);
	return difference == 0;
}

void
seal_begin(struct writer *w, uint64_t count)
{
	w->sealed = w->n;
	payload_begin(w, PAY_SK);
	write64(w, count);
}

static bool
gcm_key(mbedtls_gcm_context *gcm, const struct keys *k, unsigned who)
{
	mbedtls_gcm_init(gcm);
	return mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, k->e[who],
	                          8u * k->key_bytes) == 0;
}

// RFC 5282, 4: nonce = salt | IV.
static void
gcm_nonce(uint8_t nonce[SALT + IV], const struct keys *k, unsigned who, const uint8_t *iv)
{
	memcpy(nonce, k->e[who] + k->key_bytes, SALT);
	memcpy(nonce + SALT, iv, IV);
}

bool
seal_end(struct writer *w, const struct keys *k, unsigned who)
{
	uint32_t content = w->sealed + 4 + IV, n;
	uint8_t icv[ICV] = { 0 }, nonce[SALT + IV];
	mbedtls_gcm_context gcm;
	bool good;

	write8(w, 0);                           // no padding
	n = w->n - content;
	write_bytes(w, icv, ICV);
	write_at16(w, w->sealed + 2, (uint16_t)(w->n - w->sealed));
	message_end(w);
	if (w->full)
		return false;
	gcm_nonce(nonce, k, who, w->at + content - IV);
	good = gcm_key(&gcm, k, who) &&
	       mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, n, nonce, sizeof nonce, w->at,
	                                 w->sealed + 4, w->at + content, w->at + content,
	                                 ICV, w->at + content + n) == 0;
	mbedtls_gcm_free(&gcm);
	return good;
}

bool
seal_open(struct slice message, struct slice sealed, const struct keys *k, unsigned who,
          struct slice *content)
{
	// the caller's own buffer, where a writer made or the network put it
	uint32_t at = (uint32_t)(sealed.at - message.at);
	uint8_t nonce[SALT + IV], *text = (uint8_t *)(uintptr_t)message.at + at + IV;
	mbedtls_gcm_context gcm;
	bool good;

	if (sealed.n < SEALED_MIN)
		return false;
	uint32_t n = sealed.n - IV - ICV;
	gcm_nonce(nonce, k, who, sealed.at);
	good = gcm_key(&gcm, k, who) &&
	       mbedtls_gcm_auth_decrypt(&gcm, n, nonce, sizeof nonce, message.at, at, text + n,
	                                ICV, text, text) == 0;
	mbedtls_gcm_free(&gcm);
	if (!good || text[n - 1] >= n)          // length of the padding before it
		return false;
	*content = (struct slice){ text, n - 1 - text[n - 1] };
	return true;
}
