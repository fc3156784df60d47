// SPDX-License-Identifier: MIT
// The signer's PBKDF2: RFC 7914 section 11, and what Python's hashlib says to passphrases
// around the length of a block.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "apps/secure/mail-signer/pbkdf2.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X65 X64 "x"
#define Y32 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
#define Y128 Y32 Y32 Y32 Y32
#define S16 "saltsaltsaltsalt"
#define S64 S16 S16 S16 S16

static void
test_vectors(void **state)
{
	static const struct { const char *passphrase, *salt; unsigned n; const char *key; } v[] = {
		{ "passwd", "salt", 1,
		  "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" },
		{ "Password", "NaCl", 5000,
		  "363554eb3e18133b30d6b01a40b9eb7695535f3484f34981dc9b51f7ef4f65f5" },
		{ "", "s", 2,
		  "dec72eebccd6734375f39d022c49b61527675741ebb6d63467409be9e9521da7" },
		{ X64, S64, 3,
		  "3a55304f6bfaac4d3d6b84d4952a4b656d471aa35bfdecea65939cbc26ff6092" },
		{ X65, "salt", 3,
		  "55f8286dda24a93939636b5584acff9694c9d2551e7f63ed334c389a68e5dd4f" },
		{ Y128, "", 2,
		  "c65eef5c7aa0aefa8b2dd7359299c8b55f0a7e91e18120586588d05ccd0a362c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		unsigned char key[32];
		char hex[65];

		assert_true(pbkdf2(v[i].passphrase, strlen(v[i].passphrase),
			(const unsigned char *)v[i].salt, strlen(v[i].salt), v[i].n, key));
		for (int k = 0; k < 32; k++)
			sprintf(hex + 2 * k, "%02x", key[k]);
		assert_string_equal(hex, v[i].key);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };

	return cmocka_run_group_tests_name("pbkdf2", tests, NULL, NULL);
}
