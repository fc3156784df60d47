// SPDX-License-Identifier: MIT
// What keys.h describes, on mbedTLS.
#include <assert.h>
#include <string.h>
#include <mbedtls/constant_time.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/sha1.h>
#include <base/wipe.h>
#include "keys.h"

void
prf(struct slice key, const struct slice *data, unsigned count, uint8_t out[HASH])
{
	const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
	mbedtls_md_context_t c;

	mbedtls_md_init(&c);
	bool good = mbedtls_md_setup(&c, sha256, 1) == 0 &&
	            mbedtls_md_hmac_starts(&c, key.at, key.n) == 0;
	for (unsigned i = 0; i < count && good; i++)
		good = mbedtls_md_hmac_update(&c, data[i].at, data[i].n) == 0;
	good = good && mbedtls_md_hmac_finish(&c, out) == 0;
	mbedtls_md_free(&c);
	assert(good);                           // there is memory for this, see main.c
}

void
prf_plus(const uint8_t key[HASH], const struct slice *seed, unsigned count, uint8_t *out,
         uint32_t n)
{
	struct slice part[6] = { { 0 } };
	uint8_t block[HASH], number = 0;

	for (unsigned i = 0; i < count; i++)
		part[1 + i] = seed[i];
	part[count + 1] = slice_of(&number, 1);
	for (uint32_t take; n != 0; out += take, n -= take) {
		take = n < HASH ? n : HASH;
		number++;
		prf(slice_of(key, HASH), part, count + 2, block);
		memcpy(out, block, take);
		part[0] = slice_of(block, HASH);
	}
	wipe(block, sizeof block);
}

void
keys_seed(const uint8_t *d, struct nonces n, struct slice shared, uint8_t seed[HASH])
{
	const struct slice data[] = { shared, n.i, n.r };
	uint8_t key[2 * NONCE_MAX];

	if (d != NULL) {
		prf(slice_of(d, HASH), data, 3, seed);
		return;
	}
	memcpy(key, n.i.at, n.i.n);
	memcpy(key + n.i.n, n.r.at, n.r.n);
	prf(slice_of(key, n.i.n + n.r.n), &shared, 1, seed);
}

void
keys_derive(struct keys *k, const uint8_t seed[HASH], struct nonces n, const uint64_t spi[2])
{
	const uint32_t e = k->key_bytes + SALT;
	const struct { uint8_t *to; uint32_t n; } part[] = {
		{ k->d, HASH }, { k->e[0], e }, { k->e[1], e },
		{ k->p[0], HASH }, { k->p[1], HASH },
	};
	uint8_t out[sizeof *k], spis[16], *at = out;
	struct writer w = { .at = spis, .max = sizeof spis };
	const struct slice data[] = { n.i, n.r, { spis, sizeof spis } };

	write_spis(&w, spi);
	prf_plus(seed, data, 3, out, 3 * HASH + 2 * e);
	for (unsigned i = 0; i < 5; at += part[i++].n)
		memcpy(part[i].to, at, part[i].n);
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
	const struct slice padding = slice_of("Key Pad for IKEv2", 17);
	uint8_t key[HASH], mac[HASH];
	const struct slice octets[] = { first, nonce, { mac, HASH } };

	prf(slice_of(k->p[who], HASH), &id, 1, mac);
	prf(psk, &padding, 1, key);
	prf(slice_of(key, HASH), octets, 3, out);
	wipe(key, sizeof key);
}

void
nat_hash(const uint64_t spi[2], uint32_t address, uint16_t port, uint8_t out[NAT_HASH])
{
	uint8_t bytes[22];
	struct writer w = { .at = bytes, .max = sizeof bytes };

	write_spis(&w, spi);
	write32(&w, address);
	write_number(&w, port, 2);
	mbedtls_sha1(bytes, sizeof bytes, out);
}

bool
same_secret(const uint8_t *a, const uint8_t *b, uint32_t n)
{
	return mbedtls_ct_memcmp(a, b, n) == 0;
}

void
seal_begin(struct writer *w, uint64_t count)
{
	w->sealed = w->n;
	payload_begin(w, PAY_SK, 0);
	write_number(w, count, IV);
}

// RFC 5282, 4: nonce = salt | IV.
static bool
gcm_begin(mbedtls_gcm_context *gcm, const struct keys *k, unsigned who, const uint8_t *iv,
          uint8_t nonce[SALT + IV])
{
	memcpy(nonce, k->e[who] + k->key_bytes, SALT);
	memcpy(nonce + SALT, iv, IV);
	mbedtls_gcm_init(gcm);
	return mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, k->e[who], 8u * k->key_bytes) == 0;
}

bool
seal_end(struct writer *w, const struct keys *k, unsigned who)
{
	uint32_t content = w->sealed + 4 + IV, n;
	uint8_t icv[ICV] = { 0 }, nonce[SALT + IV];
	mbedtls_gcm_context gcm;
	bool good;

	write_number(w, 0, 1);                  // no padding
	n = w->n - content;
	write_bytes(w, slice_of(icv, ICV));
	w->payload = w->sealed;
	payload_end(w);
	if (w->full)
		return false;
	good = gcm_begin(&gcm, k, who, w->at + content - IV, nonce) &&
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
	good = gcm_begin(&gcm, k, who, sealed.at, nonce) &&
	       mbedtls_gcm_auth_decrypt(&gcm, n, nonce, sizeof nonce, message.at, at, text + n,
	                                ICV, text, text) == 0;
	mbedtls_gcm_free(&gcm);
	if (!good || text[n - 1] >= n)          // length of the padding before it
		return false;
	*content = slice_of(text, n - 1 - text[n - 1]);
	return true;
}
