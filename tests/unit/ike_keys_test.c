// SPDX-License-Identifier: MIT
// Key derivation and groups against published vectors; sealed messages.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <cmocka.h>
#include <mbedtls/gcm.h>
#include <mbedtls/port.h>
#include "apps/secure/ike/group.h"
#include "apps/secure/ike/keys.h"
#include "apps/secure/ike/suite.h"

static struct arena arena;
static uint8_t memory[65536];

static uint32_t
hex(const char *text, uint8_t *out)
{
	uint32_t n = 0;

	for (; text[0] != 0; text += 2) {
		char digits[3] = { text[0], text[1], 0 };

		out[n++] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return n;
}

static void
assert_hex(const uint8_t *bytes, const char *text)
{
	uint8_t expected[512];
	uint32_t n = hex(text, expected);

	assert_memory_equal(bytes, expected, n);
}

// NIST ACVP kdf-components-ikev2 with SHA-256 (OpenSSL's self test has it, too):
// the nonces and secrets are of other sizes than ours, the derived key is longer.
static void
test_derivation(void **state)
{
	static const char *const shared_text =
		"D084A30166A50FB7325C3960874A839449EF9741C2F4F947D0201DD8C1269273D79509F37E3CA3EB"
		"4FA2FE2A28254E289CD3F34DAD4EB4DF1A07685A4B8A94FA61E2491F7598B3CE65547FF133B3F63D"
		"1AC4175EAA695033F3CEDB026A6873A36455172A8540B8A5D23A0143BED0390EE49B168269D75FFF"
		"EE9FB62BE965993C";
	static const char *const again_text =
		"52F00AB174C25D5B7139AE5FF4E8E9EDDEE5992D2E36ADF8A559FFD90DAB1442E4FBE429D320C0F3"
		"3552A17D1557FA41EA70E8FB916C4FA27ED52B5F8EBD8461AFA78F1159159A64055AC5F6319E29C2"
		"8EAE58CBC6847770F32C3FED1D04750484F854790F95E9EC01BC5BC461F24966462E359511329305"
		"038E94DEB6DD42C2";
	static const char *const dkm_text =
		"462B9DD525D4FD71169174272779E704BAF62C6231779AE9EFE8C58B21916B42010164AF2111EBD7"
		"62F6916CA9A6F0EE05C8B320E4EE27705521DE2589ADEA1878F1A551738AF7C88DC4F0BB0C096A3F"
		"7D1F1A670FC79F49F678D60D665BB3710C8657F03BA9F62B9A818D7A228968C506E237AE9502AA6D"
		"B395C61EA6A3E79504F86B7368BFB5423DF79E48809BBCCD49FD826D024F63D7C2A5566400A12E73"
		"6AA0345104";
	uint8_t ni[8], nr[8], shared[128], again[128], seed[HASH], dkm[168], out[132];
	struct nonces n = { { ni, hex("3651FEF5C9C35E93", ni) },
	                    { nr, hex("C09A8B90A3F04D59", nr) } };
	struct keys k = { .key_bytes = 32 };

	(void)state;
	keys_seed(NULL, n, (struct slice){ shared, hex(shared_text, shared) }, seed);
	assert_hex(seed, "EFAA7AB0EAA85A3D0BE2100CD4B6FE00FF5025A9EAFDDB3EF518E9F0D3FE60E6");
	keys_derive(&k, seed, n, (const uint64_t[]){ 0x8E5C3AE507221684, 0xB1F201BB155C3ACD });
	hex(dkm_text, dkm);
	assert_memory_equal(k.d, dkm, 32);
	assert_memory_equal(k.e[0], dkm + 32, 36);
	assert_memory_equal(k.e[1], dkm + 68, 36);
	assert_memory_equal(k.p[0], dkm + 104, 32);
	assert_memory_equal(k.p[1], dkm + 136, 29);
	keys_child(&k, (struct slice){ 0 }, n, out, 132);
	assert_hex(out, "23647677E7D403FA1E3006F19840AEE18AD9FECC4215814C4131BDEBA98433D8B0E31B"
	           "FBBDDF822ABCCE5E06486AA388022B75E27E1E68AA5983028B65282C730C5D49EF7606"
	           "770376CFDEC4");
	struct slice more = { again, hex(again_text, again) };
	keys_child(&k, more, n, out, 132);
	assert_hex(out, "6A919387A5FA2835FE8A8237E4A14845BD2B9930DB87EFF7ADF268F62186004902DBA9"
	           "AA942D0259A0EDC4120B932A503865B57BA8FB88117EF5DF7B26799CD8BA37AA543810"
	           "8CB1A4FE1179");
	keys_seed(k.d, n, more, seed);
	assert_hex(seed, "90722C42BD849E9B72D240FC254174270FA8295DE6F0338DAFC303A9EC104F12");
}

static int
counting(void *self, unsigned char *out, size_t n)
{
	unsigned char *next = self;

	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)((*next)++ * 37 + 11);
	return 0;
}

// RFC 5903, 8.1
static void
test_p256(void **state)
{
	static const char *const agreed =
		"D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE";
	uint8_t i[32], r[32], gi[64], gr[64], shared[GROUP_SHARED], next = 0;

	(void)state;
	hex("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433", i);
	hex("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53", r);
	hex("DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
	    "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3", gi);
	hex("D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
	    "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB", gr);
	assert_true(group_agree(IKE_P256, counting, &next, i, gr, 64, shared));
	assert_hex(shared, agreed);
	assert_true(group_agree(IKE_P256, counting, &next, r, gi, 64, shared));
	assert_hex(shared, agreed);
	assert_false(group_agree(IKE_P256, counting, &next, r, gi, 63, shared));
	gi[63] ^= 1;                    // not on the curve
	assert_false(group_agree(IKE_P256, counting, &next, r, gi, 64, shared));
	memset(gi, 0, sizeof gi);
	assert_false(group_agree(IKE_P256, counting, &next, r, gi, 64, shared));
}

// RFC 7748, 6.1.  A private value is kept as a number, first byte highest.
static void
test_x25519(void **state)
{
	uint8_t a[32], number[32], b[32], shared[GROUP_SHARED], next = 0;

	(void)state;
	hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", a);
	a[0] &= 248, a[31] &= 127, a[31] |= 64;
	for (unsigned i = 0; i < 32; i++)
		number[i] = a[31 - i];
	hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", b);
	assert_true(group_agree(IKE_X25519, counting, &next, number, b, 32, shared));
	assert_hex(shared, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
	memset(b, 0, sizeof b);         // of small order: 0, 1
	assert_false(group_agree(IKE_X25519, counting, &next, number, b, 32, shared));
	b[0] = 1;
	assert_false(group_agree(IKE_X25519, counting, &next, number, b, 32, shared));
	assert_false(group_agree(IKE_X25519, counting, &next, number, b, 31, shared));
}

static void
test_generated(void **state)
{
	uint8_t private[2][GROUP_PRIVATE], public[2][GROUP_PUBLIC_MAX], shared[2][GROUP_SHARED];
	uint8_t next = 1;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		unsigned group = i & 1 ? IKE_P256 : IKE_X25519;

		for (unsigned k = 0; k < 2; k++)
			assert_true(group_generate(group, counting, &next, private[k], public[k]));
		for (unsigned k = 0; k < 2; k++)
			assert_true(group_agree(group, counting, &next, private[k], public[!k],
			                        group_public_bytes(group), shared[k]));
		assert_memory_equal(shared[0], shared[1], GROUP_SHARED);
		assert_memory_not_equal(public[0], public[1], 32);
	}
	// no memory: nothing, and nothing is left behind
	arena_init(&arena, memory, 256);
	assert_false(group_generate(IKE_P256, counting, &next, private[0], public[0]));
	assert_int_equal(arena.live, 0);
}

static ucontext_t back, aside;
static uint8_t agree_private[GROUP_PRIVATE], agree_public[GROUP_PUBLIC_MAX];
static uint8_t agreed[GROUP_SHARED];
static unsigned agree_group;

static void
agree_aside(void)
{
	uint8_t next = 0;

	assert_true(group_agree(agree_group, counting, &next, agree_private, agree_public,
	                        group_public_bytes(agree_group), agreed));
}

// Neither the private value nor the secret that was agreed upon stays on the stack or in
// the arena.
static void
test_nothing_left(void **state)
{
	static unsigned char stack[1 << 18];
	uint8_t next = 1, none[GROUP_PUBLIC_MAX];

	(void)state;
	for (agree_group = IKE_P256; agree_group <= IKE_X25519; agree_group *= 2) {
		assert_true(group_generate(agree_group, counting, &next, agree_private, none));
		assert_true(group_generate(agree_group, counting, &next, none, agree_public));
		assert_int_equal(getcontext(&aside), 0);
		aside.uc_stack.ss_sp = stack;
		aside.uc_stack.ss_size = sizeof stack;
		aside.uc_link = &back;
		makecontext(&aside, agree_aside, 0);
		assert_int_equal(swapcontext(&back, &aside), 0);
		for (size_t at = 0; at + GROUP_SHARED <= sizeof stack; at++) {
			assert_true(memcmp(stack + at, agreed, GROUP_SHARED) != 0);
			assert_true(memcmp(stack + at, agree_private, GROUP_PRIVATE) != 0);
		}
		for (size_t at = 0; at + GROUP_SHARED <= sizeof memory; at++) {
			assert_true(memcmp(memory + at, agreed, GROUP_SHARED) != 0);
			assert_true(memcmp(memory + at, agree_private, GROUP_PRIVATE) != 0);
		}
	}
}

static struct writer
sealed_message(uint8_t *bytes, const struct keys *k)
{
	const struct header h = { .spi = { 1, 2 }, .exchange = EX_INFORM };
	struct writer w = { .at = bytes, .max = 256 };

	header_write(&w, &h);
	seal_begin(&w, 7);
	payload_write(&w, PAY_NOTIFY, ABOUT_ESP | N_REKEY, slice_of("\x11\x22\x33\x44", 4));
	assert_true(seal_end(&w, k, 1));
	return w;
}

static bool
opens(struct slice message, const struct keys *k, struct payloads *p)
{
	struct slice content;
	struct header h;

	return header_read(message, &h) == ACCEPTED &&
	       payloads_read(h.next, (struct slice){ message.at + IKE_HEADER,
	                                             message.n - IKE_HEADER }, p) == ACCEPTED &&
	       seal_open(message, p->sealed, k, 1, &content) &&
	       payloads_read(p->sealed_next, content, p) == ACCEPTED;
}

static void
test_sealed(void **state)
{
	struct keys k = { .key_bytes = 16, .e = { { 1, 2, 3 }, { 4, 5, 6 } } };
	uint8_t bytes[256], copy[256];
	struct payloads p;
	struct writer w = sealed_message(bytes, &k);

	(void)state;
	memcpy(copy, bytes, sizeof copy);
	assert_true(opens((struct slice){ copy, w.n }, &k, &p));
	assert_int_equal(p.rekey, 0x11223344);
	for (uint32_t bit = 0; bit < 8 * w.n; bit++) {
		memcpy(copy, bytes, sizeof copy);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(opens((struct slice){ copy, w.n }, &k, &p));
	}
	memcpy(copy, bytes, sizeof copy);
	k.e[1][15] ^= 1;
	assert_false(opens((struct slice){ copy, w.n }, &k, &p));
}

// Padding that claims to be longer than all there is, by a peer that has the keys.
static void
test_padding(void **state)
{
	const struct keys k = { .key_bytes = 16, .e = { { 0 }, { 4, 5, 6 } } };
	const uint8_t head[8] = { 0 }, iv[SALT + IV] = { 0 };

	(void)state;
	for (unsigned padding = 0; padding < 256; padding++) {
		uint8_t bytes[sizeof head + IV + 20 + ICV] = { 0 };
		uint8_t *text = bytes + sizeof head + IV;
		struct slice content;
		mbedtls_gcm_context gcm;

		text[19] = (uint8_t)padding;
		mbedtls_gcm_init(&gcm);
		assert_int_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, k.e[1], 128), 0);
		assert_int_equal(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 20, iv,
		                 sizeof iv, head, sizeof head, text, text, ICV, text + 20), 0);
		mbedtls_gcm_free(&gcm);
		bool good = seal_open(slice_of(bytes, sizeof bytes),
		                      slice_of(bytes + sizeof head, sizeof bytes - sizeof head),
		                      &k, 1, &content);
		assert_int_equal(good, padding <= 19);
		if (good)
			assert_int_equal(content.n, 19 - padding);
	}
}

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena, memory, sizeof memory);
	mbedtls_port_arena(&arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	assert_int_equal(arena.live, 0);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_derivation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_p256, setup, teardown),
		cmocka_unit_test_setup_teardown(test_x25519, setup, teardown),
		cmocka_unit_test_setup_teardown(test_generated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_left, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sealed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_padding, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
