// SPDX-License-Identifier: MIT
// Key, certificate, random numbers and algorithms of the signing engine, with
// good, wrong, damaged and hostile input.
// Long: key, certificate and signature are one engine.

#include <ucontext.h>
#include "pki.h"
#include <mbedtls/pkcs5.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/sha256.h>
// for its static functions: keys are sealed again after damaging their inside
#include <apps/secure/mail-signer/key.c>
#include <apps/secure/mail-signer/cms.h>

static unsigned char heap[KEY_ARENA_SIZE];
static struct arena arena;
static bool no_random;

// random.c's function, until told to fail
int __real_random_bytes(void *unused, unsigned char *out, size_t size);
int __wrap_random_bytes(void *unused, unsigned char *out, size_t size);
int
__wrap_random_bytes(void *unused, unsigned char *out, size_t size)
{
	return no_random ? -1 : __real_random_bytes(unused, out, size);
}

static struct cert
certificate(const struct file *f)
{
	struct cert c;

	assert_true(cert_read(f->data, f->size, &c));
	return c;
}

// Open and close; afterwards nothing may be left in the arena.
static enum key_error
try_key(const struct cert *cert, const struct file *key, const char *passphrase)
{
	struct key *k;
	enum key_error e;

	arena_init(&arena, heap, sizeof heap);
	e = key_open(&arena, cert, key->data, key->size, passphrase, strlen(passphrase), &k);
	assert_int_equal(e == KEY_OK, k != NULL);
	if (k != NULL)
		key_close(k);
	assert_int_equal(arena.live, 0);
	return e;
}

static void
test_vectors(void **state)
{
	// FIPS 180-4 example, and RFC 6979 appendix A.2.5: P-256, SHA-256, "sample"
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char x[] = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
	static const char r[] = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
	static const char s[] = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
	unsigned char digest[32];
	char hex[65];
	mbedtls_ecp_group group;
	mbedtls_mpi key, ours[2], theirs[2];
	mbedtls_hmac_drbg_context random;

	(void)state;
	assert_int_equal(mbedtls_sha256((const unsigned char *)"abc", 3, digest, 0), 0);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, abc);

	arena_init(&arena, heap, sizeof heap);
	mbedtls_port_arena(&arena);
	mbedtls_ecp_group_init(&group);
	mbedtls_mpi_init(&key);
	for (int i = 0; i < 2; i++)
		mbedtls_mpi_init(&ours[i]), mbedtls_mpi_init(&theirs[i]);
	mbedtls_hmac_drbg_init(&random);
	assert_int_equal(mbedtls_hmac_drbg_seed(&random,
		mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), random_bytes, NULL, NULL, 0), 0);
	assert_int_equal(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1), 0);
	assert_int_equal(mbedtls_mpi_read_string(&key, 16, x), 0);
	assert_int_equal(mbedtls_mpi_read_string(&theirs[0], 16, r), 0);
	assert_int_equal(mbedtls_mpi_read_string(&theirs[1], 16, s), 0);
	assert_int_equal(mbedtls_sha256((const unsigned char *)"sample", 6, digest, 0), 0);
	assert_int_equal(mbedtls_ecdsa_sign_det_ext(&group, &ours[0], &ours[1], &key, digest, 32,
		MBEDTLS_MD_SHA256, mbedtls_hmac_drbg_random, &random), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(mbedtls_mpi_cmp_mpi(&ours[i], &theirs[i]), 0);
		mbedtls_mpi_free(&ours[i]), mbedtls_mpi_free(&theirs[i]);
	}
	mbedtls_mpi_free(&key);
	mbedtls_ecp_group_free(&group);
	mbedtls_hmac_drbg_free(&random);
	assert_int_equal(arena.live, 0);
}

static void
assert_span(struct span s, const char *text)
{
	assert_int_equal(s.size, strlen(text));
	assert_memory_equal(s.data, text, s.size);
}

static void
test_cert(void **state)
{
	struct file f = load("p256/cert.der"), chain = load("chain/cert.der"), two = f;
	struct cert c = certificate(&f);

	(void)state;
	assert_span(c.name, "Vitrine demo - not a real identity");
	assert_span(c.mail, "alice@example.org");
	assert_span(c.issuer_name, "Vitrine demo CA - not a real identity");
	assert_memory_equal(c.serial.data, "\x02\x10\x01", 3);
	assert_int_equal(c.first.size, f.size);
	assert_int_equal(c.not_before.year, 2000);      // a UTCTime
	assert_int_equal(c.not_after.year, 9999);       // a GeneralizedTime
	assert_true(utc_order(c.not_before) < utc_order(c.not_after));

	c = certificate(&chain);
	assert_span(c.name, "Zo\xc3\xab");
	assert_span(c.mail, "zoe@example.org");
	assert_span(c.issuer_name, "Middle organisation");
	assert_memory_equal(c.serial.data, "\x02\x04\x00\x80\xca\xfe", 6);
	assert_int_equal(c.chain.size, chain.size);
	assert_true(c.first.size < chain.size);
	struct file early = load("small/cert.der");

	assert_true(cert_read(early.data, early.size, &c));
	assert_int_equal(c.not_after.year, 2049);       // the last UTCTime
	assert_int_equal(c.not_after.month, 12);
	assert_int_equal(c.not_after.second, 59);

	// as many certificates as there may be, and one more
	for (int i = 1; i <= CERT_CHAIN_MAX; i++) {
		assert_true(cert_read(two.data, two.size, &c));
		memcpy(two.data + two.size, f.data, f.size);
		two.size += f.size;
	}
	assert_false(cert_read(two.data, two.size, &c));
	for (size_t n = 0; n < f.size; n++)
		assert_false(cert_read(f.data, n, &c));
	f.data[f.size++] = 0;
	assert_false(cert_read(f.data, f.size, &c));
}

// A name that is none is refused, not taken for one that says nothing.
static void
test_broken_names(void **state)
{
	// SET { SEQUENCE { commonName, ...
	static const unsigned char within[] = { 0x30, 0, 0x06, 0x03, 0x55, 0x04, 0x03 };
	struct file f = load("p256/cert.der");
	unsigned n = 0;
	struct cert c;

	(void)state;
	for (size_t at = 2; at + sizeof within <= f.size; at++) {
		unsigned char *p = f.data + at;

		if (p[0] != within[0] || memcmp(p + 2, within + 2, sizeof within - 2) != 0)
			continue;
		assert_int_equal(p[-2], 0x31);
		for (int tag = -2; tag <= 2; tag += 2) {
			p[tag] ^= 1;
			assert_false(cert_read(f.data, f.size, &c));
			p[tag] ^= 1;
		}
		n++;
	}
	assert_int_equal(n, 2);         // of the issuer, of the holder
	assert_true(cert_read(f.data, f.size, &c));
}

// Unique identifiers (RFC 5280 section 4.1.2.8) stand before the extensions, and mean nothing.
static void
test_unique_identifiers(void **state)
{
	static const unsigned char ids[] = { 0x81, 2, 0, 7, 0x82, 3, 0, 8, 9 };
	struct file f = load("p256/cert.der");
	struct cert c = certificate(&f);
	size_t at = 8;

	(void)state;
	// lengths of two bytes, of the certificate and of what is signed in it
	assert_memory_equal(f.data, "\x30\x82", 2);
	assert_memory_equal(f.data + 4, "\x30\x82", 2);
	while (memcmp(f.data + at, "\xa3\x81", 2) != 0)         // the extensions
		at++;
	memmove(f.data + at + sizeof ids, f.data + at, f.size - at);
	memcpy(f.data + at, ids, sizeof ids);
	f.size += sizeof ids;
	for (unsigned i = 2; i <= 6; i += 4) {
		unsigned length = (f.data[i] * 256u + f.data[i + 1]) + sizeof ids;

		f.data[i] = (unsigned char)(length >> 8), f.data[i + 1] = (unsigned char)length;
	}
	c = certificate(&f);
	assert_span(c.name, "Vitrine demo - not a real identity");
	assert_span(c.mail, "alice@example.org");
	f.data[at + 5] = 200;           // longer than what is there of it
	assert_false(cert_read(f.data, f.size, &c));
	f.data[at + 5] = 0x80;          // of no length
	assert_false(cert_read(f.data, f.size, &c));
}

static void
test_key_errors(void **state)
{
	static const struct {
		const char *key, *cert, *passphrase;
		enum key_error error;
	} table[] = {
		{ "p256/key.der", "p256/cert.der", "vitrine", KEY_OK },
		{ "rsa/key.der", "rsa/cert.der", "vitrine", KEY_OK },
		{ "rsa/quick.der", "chain/cert.der", "vitrine", KEY_OK },
		{ "p256/key.der", "p256/cert.der", "Vitrine", KEY_PASSPHRASE },
		{ "rsa/key.der", "rsa/cert.der", "", KEY_PASSPHRASE },
		{ "p256/quick.der", "rsa/cert.der", "vitrine", KEY_MISMATCH },
		{ "rsa/quick.der", "p256/cert.der", "vitrine", KEY_MISMATCH },
		{ "p256/plain.der", "p256/cert.der", "vitrine", KEY_NOT_ENCRYPTED },
		{ "rsa/plain.der", "rsa/cert.der", "vitrine", KEY_NOT_ENCRYPTED },
		{ "3des.der", "p256/cert.der", "vitrine", KEY_ENCRYPTION },
		{ "sha1.der", "p256/cert.der", "vitrine", KEY_ENCRYPTION },
		{ "scrypt.der", "p256/cert.der", "vitrine", KEY_ENCRYPTION },
		{ "slow.der", "p256/cert.der", "vitrine", KEY_ENCRYPTION },
		{ "small/quick.der", "small/cert.der", "vitrine", KEY_ALGORITHM },
		{ "p256/quick.der", "p384/cert.der", "vitrine", KEY_ALGORITHM },
		{ "p256/quick.der", "ed25519/cert.der", "vitrine", KEY_ALGORITHM },
		{ "p256/cert.der", "p256/cert.der", "vitrine", KEY_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct file key = load(table[i].key), cert = load(table[i].cert);
		struct cert c = certificate(&cert);
		enum key_error e = try_key(&c, &key, table[i].passphrase);

		if (e != table[i].error)
			fail_msg("%s: %s", table[i].key, key_error_text(e));
		assert_int_equal(key_check(key.data, key.size),
			e == KEY_BROKEN || e == KEY_NOT_ENCRYPTED || e == KEY_ENCRYPTION ? e :
			KEY_OK);
	}
	for (int e = 0; e < KEY_ERRORS; e++)
		assert_true(strlen(key_error_text((enum key_error)e)) > 10);
}

// A wrong passphrase is called that, also when the garbage is padded correctly:
// over 700 passphrases some garbage is.
static void
test_wrong_passphrases(void **state)
{
	struct file key = load("p256/quick.der"), cert = load("p256/cert.der");
	struct cert c = certificate(&cert);
	char passphrase[24];

	(void)state;
	for (int i = 0; i < 700; i++) {
		snprintf(passphrase, sizeof passphrase, "wrong %d", i);
		assert_int_equal(try_key(&c, &key, passphrase), KEY_PASSPHRASE);
	}
}

static void
test_no_random(void **state)
{
	struct file key = load("p256/quick.der"), cert = load("p256/cert.der");
	struct cert c = certificate(&cert);
	unsigned char a[33] = { 0 }, b[33] = { 0 };

	(void)state;
	assert_int_equal(random_bytes(NULL, a, 32), 0);
	assert_int_equal(random_bytes(NULL, b, 32), 0);
	assert_memory_not_equal(a, b, 32);
	assert_int_equal(a[32], 0);
	no_random = true;
	assert_int_equal(try_key(&c, &key, "vitrine"), KEY_NO_RANDOM);
	no_random = false;
}

static void
test_damaged_files(void **state)
{
	static const char *const kinds[] = { "p256", "rsa" };
	char name[32];

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		snprintf(name, sizeof name, "%s/quick.der", kinds[kind]);
		struct file key = load(name), copy;
		snprintf(name, sizeof name, "%s/cert.der", kinds[kind]);
		struct file cert = load(name);
		struct cert c = certificate(&cert);

		for (size_t n = 0; n < key.size; n++) {
			copy = key;
			copy.size = n;
			assert_int_equal(try_key(&c, &copy, "vitrine"), KEY_BROKEN);
		}
		for (int i = 0; i < 1000; i++) {
			copy = key;
			mutate(&copy);
			struct envelope e;

			// a huge number of iterations is allowed, but takes too long here
			if (envelope_decode(copy.data, copy.size, &e) != KEY_OK ||
			    e.iterations < 1000)
				(void)!try_key(&c, &copy, "vitrine");
			copy = cert;
			mutate(&copy);
			struct cert damaged;

			if (cert_read(copy.data, copy.size, &damaged))
				(void)!try_key(&damaged, &key, "vitrine");
		}
	}
}

// Encrypt `plain` in place of what is in the envelope.
static void
seal(struct file *key, const struct envelope *e, const unsigned char *plain)
{
	unsigned char derived[32], iv[16];
	mbedtls_aes_context aes;
	size_t at = (size_t)(e->sealed.data - key->data);

	memcpy(iv, e->iv, sizeof iv);
	mbedtls_port_arena(&arena);
	assert_int_equal(mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256,
		(const unsigned char *)"vitrine", 7, e->salt.data, e->salt.size,
		e->iterations, e->key_bits / 8, derived), 0);
	mbedtls_aes_init(&aes);
	assert_int_equal(mbedtls_aes_setkey_enc(&aes, derived, e->key_bits), 0);
	assert_int_equal(mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_ENCRYPT, e->sealed.size, iv, plain,
		key->data + at), 0);
}

// Damage behind a right passphrase: what the key parser of mbedTLS gets.
static void
test_damaged_inside(void **state)
{
	static const char *const kinds[] = { "p256", "rsa" };
	char name[32];
	unsigned opened = 0;

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		snprintf(name, sizeof name, "%s/quick.der", kinds[kind]);
		struct file key = load(name), plain = { .size = 0 }, copy;
		snprintf(name, sizeof name, "%s/cert.der", kinds[kind]);
		struct file cert = load(name);
		struct cert c = certificate(&cert);
		struct envelope e;
		size_t n;

		assert_int_equal(envelope_decode(key.data, key.size, &e), KEY_OK);
		arena_init(&arena, heap, sizeof heap);
		mbedtls_port_arena(&arena);
		assert_true(envelope_open(&e, "vitrine", 7, plain.data, &n));
		for (int i = 0; i < 1000; i++) {
			copy = plain;
			copy.size = i < 500 ? 40 : n;   // also much damage to the structure
			mutate(&copy);
			copy.size = e.sealed.size;
			seal(&key, &e, copy.data);
			opened += try_key(&c, &key, "vitrine") == KEY_OK;
		}
	}
	assert_true(opened < 1000);
}

static void
exhaust(const char *key_name, const char *cert_name)
{
	struct file key = load(key_name), cert = load(cert_name);
	struct cert c = certificate(&cert);
	static unsigned char out[16384];
	struct utc now = { 2026, 11, 21, 4, 0, 0 };
	enum key_error e = KEY_MEMORY;
	unsigned n = 0, refused = 0;
	size_t size;

	while (e != KEY_OK) {
		struct key *k;

		n += n < 300 ? 1 : 1 + n / 20;
		arena_init(&arena, heap, sizeof heap);
		fail_allocation = n;
		e = key_open(&arena, &c, key.data, key.size, "vitrine", 7, &k);
		if (k != NULL) {
			e = cms_sign(k, key.data, key.size, now, out, sizeof out, &size);
			key_close(k);
		}
		if (fail_allocation != 0)
			assert_int_equal(e, KEY_OK);
		else
			refused++;
		assert_true(e == KEY_OK || e == KEY_MEMORY);
		assert_int_equal(arena.live, 0);
		assert_int_equal(arena.used, 0);
	}
	fail_allocation = 0;
	assert_true(refused > 50);
}

static void
test_exhaustion(void **state)
{
	(void)state;
	exhaust("p256/quick.der", "p256/cert.der");
	exhaust("rsa/quick.der", "rsa/cert.der");
}

// Arenas of every size up to what is enough.
static void
test_small_arenas(void **state)
{
	struct file key = load("rsa/quick.der"), cert = load("rsa/cert.der");
	struct cert c = certificate(&cert);
	enum key_error e = KEY_MEMORY;

	(void)state;
	for (size_t n = 0; n < 32768 && e != KEY_OK; n += 480) {
		struct key *k;

		arena_init(&arena, heap, n);
		e = key_open(&arena, &c, key.data, key.size, "vitrine", 7, &k);
		assert_true(e == KEY_OK || e == KEY_MEMORY);
		if (k != NULL)
			key_close(k);
		assert_int_equal(arena.live, 0);
	}
	assert_int_equal(e, KEY_OK);
}

// An envelope around `plain`, which is padded already: 1 iteration, AES-128.
static struct envelope
envelope_around(unsigned char *sealed, const unsigned char *plain, size_t size)
{
	static const unsigned char iv[AES_BLOCK] = { 7 };
	unsigned char key[16], vector[AES_BLOCK] = { 7 };
	mbedtls_aes_context aes;

	assert_int_equal(mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256,
		(const unsigned char *)"pass", 4, (const unsigned char *)"salt", 4,
		1, sizeof key, key), 0);
	mbedtls_aes_init(&aes);
	assert_int_equal(mbedtls_aes_setkey_enc(&aes, key, 128), 0);
	assert_int_equal(mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_ENCRYPT, size, vector, plain,
		sealed), 0);
	mbedtls_aes_free(&aes);
	return (struct envelope){ .salt = { (const unsigned char *)"salt", 4 }, .iterations = 1,
		.key_bits = 128, .iv = iv, .sealed = { sealed, size } };
}

// RFC 8018 section 6.1.1: 1 to 16 bytes, each the number of them.
static void
test_padding(void **state)
{
	unsigned char plain[48], sealed[48], out[48];
	size_t size;

	(void)state;
	arena_init(&arena, heap, sizeof heap);
	mbedtls_port_arena(&arena);
	for (unsigned n = 0; n <= sizeof plain; n++) {
		memset(plain, 0xee, sizeof plain);
		memset(plain + sizeof plain - n, (int)n, n);
		struct envelope e = envelope_around(sealed, plain, sizeof plain);

		assert_int_equal(envelope_open(&e, "pass", 4, out, &size), n >= 1 && n <= 16);
		if (n >= 1 && n <= 16)
			assert_int_equal(size, sizeof plain - n);
		if (n < 2 || n > 16)
			continue;
		for (unsigned wrong = 2; wrong <= n; wrong++) { // each byte of it counts
			plain[sizeof plain - wrong] ^= 1;
			e = envelope_around(sealed, plain, sizeof plain);
			assert_false(envelope_open(&e, "pass", 4, out, &size));
			plain[sizeof plain - wrong] ^= 1;
		}
	}
}

static ucontext_t back, aside;
static struct envelope opened;
static unsigned char opened_plain[64];

static void
open_aside(void)
{
	size_t size;

	assert_true(envelope_open(&opened, "pass", 4, opened_plain, &size));
}

// Neither the key that the passphrase makes nor the cipher's schedule of it stays on the stack.
static void
test_nothing_left(void **state)
{
	static unsigned char stack[1 << 18], plain[64], sealed[64];
	unsigned char key[16];

	(void)state;
	arena_init(&arena, heap, sizeof heap);
	mbedtls_port_arena(&arena);
	memset(plain, 16, sizeof plain);
	opened = envelope_around(sealed, plain, sizeof plain);
	assert_int_equal(mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256,
		(const unsigned char *)"pass", 4, (const unsigned char *)"salt", 4,
		1, sizeof key, key), 0);
	assert_int_equal(getcontext(&aside), 0);
	aside.uc_stack.ss_sp = stack;
	aside.uc_stack.ss_size = sizeof stack;
	aside.uc_link = &back;
	makecontext(&aside, open_aside, 0);
	assert_int_equal(swapcontext(&back, &aside), 0);
	assert_memory_equal(opened_plain, plain, sizeof plain);
	for (size_t at = 0; at + sizeof plain <= sizeof stack; at++) {
		assert_true(memcmp(stack + at, key, sizeof key) != 0);
		assert_true(memcmp(stack + at, plain, sizeof plain) != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_nothing_left),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_cert),
		cmocka_unit_test(test_broken_names),
		cmocka_unit_test(test_unique_identifiers),
		cmocka_unit_test(test_key_errors),
		cmocka_unit_test(test_wrong_passphrases),
		cmocka_unit_test(test_no_random),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_damaged_inside),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_small_arenas),
	};

	return cmocka_run_group_tests(tests, make_pki, NULL);
}
