// SPDX-License-Identifier: MIT
// AES-GCM by the processor against the test cases of its specification (McGrew and Viega,
// "The Galois/Counter mode of operation", appendix B) and against mbedTLS.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <mbedtls/gcm.h>
#include <gcm/gcm.h>
#include "tests/unit/unhex.h"

#define K "feffe9928665731c6d6a8f9467308308"
#define P "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532f" \
	"cf0e2449a6b525b16aedf5aa0de657ba637b39"
#define A "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define Z "00000000000000000000000000000000"

static const struct { const char *key, *nonce, *about, *plain, *sealed, *tag; } vectors[] = {
	{ Z, "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a" },
	{ Z, "000000000000000000000000", "", Z, "0388dace60b6a392f328c2b971b2fe78",
	  "ab6e47d42cec13bdf53a67b21257bddf" },
	{ K, "cafebabefacedbaddecaf888", A, P,
	  "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a"
	  "5aac84aa051ba30b396a0aac973d58e091", "5bc94fbc3221a5db94fae95ae7121a47" },
	{ Z Z, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ Z Z, "000000000000000000000000", "", Z, "cea7403d4d606b6e074ec5d3baf39d18",
	  "d0d1c8a799996bf0265b98b5d48ab919" },
	{ K K, "cafebabefacedbaddecaf888", A, P,
	  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b"
	  "1056828838c5f61e6393ba7a0abcc9f662", "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static uint32_t
random_below(uint32_t n)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (uint32_t)((state >> 20) % n);
}

static void
fill(uint8_t *p, uint32_t n)
{
	while (n-- > 0)
		*p++ = (uint8_t)random_below(256);
}

static void
test_vectors(void **state)
{
	(void)state;
	assert_true(gcm_possible());
	for (unsigned i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		uint8_t key[32], nonce[12], about[20], tag[16], made[16];
		uint8_t plain[60], sealed[60], text[60];
		uint32_t about_bytes = unhex(vectors[i].about, about);
		uint32_t n = unhex(vectors[i].plain, plain);
		struct gcm g;

		gcm_init(&g, key, unhex(vectors[i].key, key));
		unhex(vectors[i].nonce, nonce);
		unhex(vectors[i].tag, tag);
		assert_int_equal(unhex(vectors[i].sealed, sealed), n);
		memcpy(text, plain, n);
		gcm_seal(&g, nonce, about, about_bytes, text, n, made);
		assert_memory_equal(text, sealed, n);
		assert_memory_equal(made, tag, 16);
		assert_true(gcm_open(&g, nonce, about, about_bytes, text, n, tag));
		assert_memory_equal(text, plain, n);
	}
}

// One packet, in memory that ends where it ends, at each alignment.
static void
compare(uint32_t n, uint32_t about_bytes, uint32_t offset)
{
	static uint8_t plain[4096], expected[4096];
	uint8_t key[32], nonce[12], about[300], tag[16], made[16];
	unsigned key_bytes = random_below(2) ? 16 : 32;
	uint8_t *memory = malloc(offset + n + 1), *text = memory + offset;
	mbedtls_gcm_context theirs;
	struct gcm g;

	fill(key, sizeof key), fill(nonce, sizeof nonce), fill(about, about_bytes), fill(plain, n);
	mbedtls_gcm_init(&theirs);
	assert_int_equal(mbedtls_gcm_setkey(&theirs, MBEDTLS_CIPHER_ID_AES, key, key_bytes * 8), 0);
	assert_int_equal(mbedtls_gcm_crypt_and_tag(&theirs, MBEDTLS_GCM_ENCRYPT, n, nonce, 12,
	                                           about, about_bytes, plain, expected, 16,
	                                           tag), 0);
	mbedtls_gcm_free(&theirs);
	gcm_init(&g, key, key_bytes);
	memcpy(text, plain, n);
	text[n] = 0x5a;
	gcm_seal(&g, nonce, about, about_bytes, text, n, made);
	assert_memory_equal(text, expected, n);
	assert_memory_equal(made, tag, 16);
	assert_true(gcm_open(&g, nonce, about, about_bytes, text, n, tag));
	assert_memory_equal(text, plain, n);
	// one bit of the tag, the text or what is about it: nothing of the text remains
	unsigned where = random_below(16 + n + about_bytes), bit = 1u << random_below(8);

	memcpy(text, expected, n);
	*(where < 16 ? tag + where : where < 16 + n ? text + where - 16 : about + where - 16 - n) ^=
		(uint8_t)bit;
	assert_false(gcm_open(&g, nonce, about, about_bytes, text, n, tag));
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(text[i], 0);
	assert_int_equal(text[n], 0x5a);
	free(memory);
}

static void
test_mbedtls(void **state)
{
	(void)state;
	for (uint32_t n = 0; n <= 1600; n++)
		compare(n, n % 2 ? 8 : 12, n % 16);
	for (unsigned i = 0; i < 18400; i++)
		compare(random_below(i % 4 ? 300 : 4000), random_below(i % 8 ? 21 : 300),
		        random_below(16));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_mbedtls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
