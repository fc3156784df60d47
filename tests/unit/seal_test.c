// SPDX-License-Identifier: MIT
// Sealed bytes that are none: too short, of another kind, altered anywhere.  On exact heap
// copies, so that the sanitizer sees a byte read or written too far.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <seal/seal.h>

enum { TEXT = 6, SEALED = TEXT + SEAL_OVERHEAD, MAGIC = 8, ANY = 0xa5 };

static const struct seal_key key = { { 1, 2, 3 }, { 4, 5, 6 } };
static uint8_t sealed[SEALED];

static int
setup(void **state)
{
	(void)state;
	return seal(&key, "garden", (const uint8_t *)"tulips", TEXT, sealed) == SEAL_OK ? 0 : -1;
}

// The first n bytes of `bytes`; what comes out must be nothing after an error.
static enum seal_error
open_copy(const uint8_t *bytes, size_t n, const char *name)
{
	size_t room = n > SEAL_OVERHEAD ? n - SEAL_OVERHEAD : 0;
	uint8_t *copy = malloc(n), *out = malloc(room + 1);

	assert_true(copy != NULL && out != NULL);
	memcpy(copy, bytes, n);
	memset(out, ANY, room + 1);
	enum seal_error e = unseal(&key, name, copy, n, out);
	assert_int_equal(out[room], ANY);
	for (size_t i = 0; i < room && e == SEAL_WRONG; i++)
		assert_int_equal(out[i], 0);
	if (e == SEAL_OK)
		assert_memory_equal(out, "tulips", room);
	free(copy);
	free(out);
	return e;
}

static void
test_cut(void **state)
{
	struct seal_key k;

	(void)state;
	for (size_t n = 0; n < SEAL_OVERHEAD; n++) {
		uint8_t *copy = malloc(n);

		memcpy(copy, sealed, n);
		assert_int_equal(open_copy(sealed, n, "garden"), SEAL_BROKEN);
		assert_int_equal(seal_key_for(&k, copy, n, "x", 1), SEAL_BROKEN);
		free(copy);
	}
	for (size_t n = SEAL_OVERHEAD; n < SEALED; n++)
		assert_int_equal(open_copy(sealed, n, "garden"), SEAL_WRONG);
	assert_int_equal(open_copy(sealed, SEALED, "garden"), SEAL_OK);
}

static void
test_altered(void **state)
{
	struct seal_key k, other = key;

	(void)state;
	for (unsigned bit = 0; bit < 8 * SEALED; bit++) {
		bool head = bit / 8 < MAGIC;

		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(open_copy(sealed, SEALED, "garden"),
		                 head ? SEAL_BROKEN : SEAL_WRONG);
		if (head)
			assert_int_equal(seal_key_for(&k, sealed, SEALED, "x", 1), SEAL_BROKEN);
		sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(open_copy(sealed, SEALED, "garde"), SEAL_WRONG);
	assert_int_equal(open_copy(sealed, SEALED, "gardens"), SEAL_WRONG);
	other.bytes[31] ^= 1;
	assert_int_equal(unseal(&other, "garden", sealed, SEALED, (uint8_t[TEXT]){ 0 }),
	                 SEAL_WRONG);
}

// Names up to their greatest length count to the last byte; nonces never come again.
static void
test_names_and_nonces(void **state)
{
	char name[SEAL_NAME_MAX + 1] = "";
	uint8_t again[SEALED];

	(void)state;
	memset(name, 'n', SEAL_NAME_MAX);
	assert_int_equal(seal(&key, name, (const uint8_t *)"tulips", TEXT, again), SEAL_OK);
	assert_int_equal(open_copy(again, SEALED, name), SEAL_OK);
	name[SEAL_NAME_MAX - 1] = 'm';
	assert_int_equal(open_copy(again, SEALED, name), SEAL_WRONG);
	assert_memory_equal(again, sealed, MAGIC + SEAL_SALT);
	assert_memory_not_equal(again + MAGIC + SEAL_SALT, sealed + MAGIC + SEAL_SALT, 12);
	assert_memory_not_equal(again + SEALED - 16 - TEXT, "tulips", TEXT);
}

// A key depends on passphrase and salt, all of both.
static void
test_key(void **state)
{
	struct seal_key k, l;

	(void)state;
	assert_int_equal(seal_key_for(&k, sealed, SEALED, "password", 8), SEAL_OK);
	assert_memory_equal(k.salt, key.salt, SEAL_SALT);
	assert_int_equal(seal_key_for(&l, sealed, SEALED, "passwore", 8), SEAL_OK);
	assert_memory_not_equal(k.bytes, l.bytes, sizeof k.bytes);
	assert_int_equal(seal_key_new(&l, "password", 8), SEAL_OK);
	assert_memory_not_equal(k.salt, l.salt, SEAL_SALT);
	assert_memory_not_equal(k.bytes, l.bytes, sizeof k.bytes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_cut, setup),
		cmocka_unit_test_setup(test_altered, setup),
		cmocka_unit_test_setup(test_names_and_nonces, setup),
		cmocka_unit_test_setup(test_key, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
