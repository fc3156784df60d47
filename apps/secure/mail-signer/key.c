// SPDX-License-Identifier: MIT
// Opens the encrypted private key and signs digests with it.

#include <mbedtls/aes.h>
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/pk.h>
#include <mbedtls/port.h>
#include <base/random.h>
#include <base/wipe.h>
#include "der.h"
#include "key.h"
#include "pbkdf2.h"

enum { ITERATIONS_MAX = 1000000, SALT_MAX = 64, AES_BLOCK = 16 };

// EncryptedPrivateKeyInfo, taken apart.
struct envelope {
	struct span salt, sealed;
	unsigned iterations, key_bits;
	const unsigned char *iv;
};

struct key {
	mbedtls_pk_context pk;
	mbedtls_hmac_drbg_context random;
	const struct cert *cert;
	struct arena *arena;
};

const char *
key_error_text(enum key_error e)
{
	static const char *const text[KEY_ERRORS] = {
		[KEY_OK] = "The key is ready.",
		[KEY_BROKEN] = "The key file is not a private key, or it is damaged.",
		[KEY_NOT_ENCRYPTED] = "The private key is not protected by a passphrase.",
		[KEY_ENCRYPTION] = "The private key is encrypted in a way that is not supported.",
		[KEY_PASSPHRASE] = "The passphrase is wrong.",
		[KEY_ALGORITHM] = "Only RSA keys of 2048 to 4096 bits and P-256 keys work here.",
		[KEY_MISMATCH] = "The private key does not belong to the certificate.",
		[KEY_NO_RANDOM] = "The processor gives no random numbers.",
		[KEY_MEMORY] = "There is not enough memory.",
		[KEY_MESSAGE] = "The message is malformed.",
		[KEY_ROOM] = "The signed message does not fit into the memory.",
		[KEY_FAILED] = "The signature could not be made.",
	};

	return (unsigned)e < KEY_ERRORS ? text[e] : text[KEY_FAILED];
}

// PBKDF2-params of RFC 8018 appendix A.2.  The default pseudo-random function
// is HMAC-SHA-1: so another must be named.
static enum key_error
pbkdf2_decode(struct der *in, struct envelope *e)
{
	struct der salt, algorithm, oid;
	struct span skipped;
	int iterations;

	if (!der_enter(in, DER_OCTETS, &salt) ||
	    mbedtls_asn1_get_int(&in->p, in->end, &iterations) != 0)
		return KEY_BROKEN;
	if (der_tag(in) == DER_INTEGER && !der_skip(in, DER_INTEGER, &skipped))
		return KEY_BROKEN;
	if (der_at_end(in))
		return KEY_ENCRYPTION;
	if (!der_enter(in, DER_SEQUENCE, &algorithm) || !der_enter(&algorithm, DER_OID, &oid))
		return KEY_BROKEN;
	if (!DER_IS(&oid, MBEDTLS_OID_HMAC_SHA256) || der_size(&salt) > SALT_MAX ||
	    iterations < 1 || iterations > ITERATIONS_MAX)
		return KEY_ENCRYPTION;
	e->salt = (struct span){ salt.p, der_size(&salt) };
	e->iterations = (unsigned)iterations;
	return KEY_OK;
}

static enum key_error
cipher_decode(struct der *in, struct envelope *e)
{
	struct der oid, iv;

	if (!der_enter(in, DER_OID, &oid))
		return KEY_BROKEN;
	e->key_bits = DER_IS(&oid, MBEDTLS_OID_AES_256_CBC) ? 256 :
		DER_IS(&oid, MBEDTLS_OID_AES_192_CBC) ? 192 :
		DER_IS(&oid, MBEDTLS_OID_AES_128_CBC) ? 128 : 0;
	if (e->key_bits == 0)
		return KEY_ENCRYPTION;
	if (!der_enter(in, DER_OCTETS, &iv) || der_size(&iv) != AES_BLOCK)
		return KEY_BROKEN;
	e->iv = iv.p;
	return KEY_OK;
}

// RFC 5958 section 3 with PBES2, RFC 8018 section 6.2.
static enum key_error
envelope_decode(const unsigned char *data, size_t size, struct envelope *e)
{
	struct der d = der_open(data, size), info, algorithm, oid, sealed;
	struct der params, kdf, kdf_params, cipher;
	enum key_error error;

	if (size > KEY_BYTES_MAX || !der_enter(&d, DER_SEQUENCE, &info) || !der_at_end(&d))
		return KEY_BROKEN;
	// a version: PrivateKeyInfo, RSAPrivateKey, ECPrivateKey
	if (der_tag(&info) == DER_INTEGER)
		return KEY_NOT_ENCRYPTED;
	if (!der_enter(&info, DER_SEQUENCE, &algorithm) || !der_enter(&algorithm, DER_OID, &oid))
		return KEY_BROKEN;
	if (!DER_IS(&oid, MBEDTLS_OID_PKCS5_PBES2))
		return KEY_ENCRYPTION;
	if (!der_enter(&algorithm, DER_SEQUENCE, &params) ||
	    !der_enter(&params, DER_SEQUENCE, &kdf) || !der_enter(&kdf, DER_OID, &oid))
		return KEY_BROKEN;
	if (!DER_IS(&oid, MBEDTLS_OID_PKCS5_PBKDF2))
		return KEY_ENCRYPTION;
	if (!der_enter(&kdf, DER_SEQUENCE, &kdf_params) ||
	    !der_enter(&params, DER_SEQUENCE, &cipher) ||
	    !der_enter(&info, DER_OCTETS, &sealed) || !der_at_end(&info) ||
	    der_size(&sealed) == 0 || der_size(&sealed) % AES_BLOCK != 0)
		return KEY_BROKEN;
	e->sealed = (struct span){ sealed.p, der_size(&sealed) };
	error = pbkdf2_decode(&kdf_params, e);
	return error != KEY_OK ? error : cipher_decode(&cipher, e);
}

enum key_error
key_check(const unsigned char *der, size_t size)
{
	struct envelope e;

	return envelope_decode(der, size, &e);
}

// Plain text of the envelope into `out` of e->sealed.size; *size without padding.
static bool
envelope_open(const struct envelope *e, const char *passphrase, size_t passphrase_size,
	unsigned char *out, size_t *size)
{
	unsigned char derived[32], iv[AES_BLOCK];
	mbedtls_aes_context aes;
	size_t n = e->sealed.size;

	mbedtls_aes_init(&aes);
	memcpy(iv, e->iv, sizeof iv);
	bool ok = pbkdf2(passphrase, passphrase_size, e->salt.data, e->salt.size,
			e->iterations, derived) &&
		mbedtls_aes_setkey_dec(&aes, derived, e->key_bits) == 0 &&
		mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_DECRYPT, n, iv, e->sealed.data, out) == 0;

	wipe(derived, sizeof derived);
	mbedtls_aes_free(&aes);
	if (!ok)
		return false;
	unsigned padding = out[n - 1];

	if (padding < 1 || padding > AES_BLOCK)
		return false;
	for (size_t i = n - padding; i < n; i++)
		if (out[i] != padding)
			return false;
	*size = n - padding;
	return true;
}

static bool
usable(const mbedtls_pk_context *pk)
{
	size_t bits = mbedtls_pk_get_bitlen(pk);

	switch (mbedtls_pk_get_type(pk)) {
	case MBEDTLS_PK_RSA:
		return bits >= 2048 && bits <= 4096;
	case MBEDTLS_PK_ECKEY:
		return bits == 256;     // the only curve compiled in
	default:
		return false;
	}
}

static enum key_error
read_private(struct key *k, const struct envelope *e,
	const char *passphrase, size_t passphrase_size)
{
	unsigned char *plain = arena_alloc(k->arena, e->sealed.size);
	enum key_error error = KEY_PASSPHRASE;
	size_t n;

	if (plain == NULL)
		return KEY_MEMORY;
	// A wrong passphrase gives garbage, which has valid padding 1 time in 256.
	if (envelope_open(e, passphrase, passphrase_size, plain, &n) && n > 0 &&
	    mbedtls_pk_parse_key(&k->pk, plain, n, NULL, 0,
			mbedtls_hmac_drbg_random, &k->random) == 0)
		error = usable(&k->pk) ? KEY_OK : KEY_ALGORITHM;
	arena_free(k->arena, plain);
	return error;
}

static enum key_error
match(struct key *k)
{
	struct der d = der_open(k->cert->public_key.data, k->cert->public_key.size);
	mbedtls_pk_context public;
	enum key_error error = KEY_MISMATCH;

	mbedtls_pk_init(&public);
	if (mbedtls_pk_parse_subpubkey(&d.p, d.end, &public) != 0 || !usable(&public))
		error = KEY_ALGORITHM;
	else if (mbedtls_pk_check_pair(&public, &k->pk, mbedtls_hmac_drbg_random, &k->random) == 0)
		error = KEY_OK;
	mbedtls_pk_free(&public);
	return error;
}

enum key_error
key_open(struct arena *arena, const struct cert *cert, const unsigned char *der, size_t size,
	const char *passphrase, size_t passphrase_size, struct key **out)
{
	size_t failed = arena->failed;
	struct envelope e;
	enum key_error error = envelope_decode(der, size, &e);
	struct key *k;

	*out = NULL;
	if (error != KEY_OK)
		return error;
	k = arena_alloc(arena, sizeof *k);
	if (k == NULL)
		return KEY_MEMORY;
	mbedtls_port_arena(arena);
	k->cert = cert;
	k->arena = arena;
	mbedtls_pk_init(&k->pk);
	mbedtls_hmac_drbg_init(&k->random);
	if (mbedtls_hmac_drbg_seed(&k->random, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
			random_bytes, NULL, NULL, 0) != 0)
		error = KEY_NO_RANDOM;
	if (error == KEY_OK)
		error = read_private(k, &e, passphrase, passphrase_size);
	if (error == KEY_OK)
		error = match(k);
	if (error == KEY_OK)
		*out = k;
	else
		key_close(k);
	// mbedTLS has many codes for this and hides some
	return error != KEY_OK && arena->failed != failed ? KEY_MEMORY : error;
}

void
key_close(struct key *k)
{
	struct arena *arena = k->arena;

	mbedtls_pk_free(&k->pk);
	mbedtls_hmac_drbg_free(&k->random);
	arena_free(arena, k);
	mbedtls_port_arena(NULL);
}

const struct cert *
key_cert(const struct key *k)
{
	return k->cert;
}

struct arena *
key_arena(const struct key *k)
{
	return k->arena;
}

bool
key_is_rsa(const struct key *k)
{
	return mbedtls_pk_get_type(&k->pk) == MBEDTLS_PK_RSA;
}

// RSA PKCS#1 v1.5, or ECDSA with the nonce of RFC 6979; random numbers only blind.
enum key_error
key_sign(struct key *k, const unsigned char digest[KEY_DIGEST_SIZE],
	unsigned char signature[KEY_SIGNATURE_MAX], size_t *size)
{
	size_t failed = k->arena->failed;

	if (mbedtls_pk_sign(&k->pk, MBEDTLS_MD_SHA256, digest, KEY_DIGEST_SIZE, signature,
			KEY_SIGNATURE_MAX, size, mbedtls_hmac_drbg_random, &k->random) == 0)
		return KEY_OK;
	return k->arena->failed != failed ? KEY_MEMORY : KEY_FAILED;
}
