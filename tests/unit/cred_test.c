// SPDX-License-Identifier: MIT
// What tools/cred.sh refuses, each with one line, and that what it makes is
// what the engine reads (cms_test.c opens it).

#include "pki.h"

static void
test_refusals(void **state)
{
	static const struct { const char *key, *cert, *said; } table[] = {
		{ "p256/plain.pem", "p256/cert.pem", "the private key is not encrypted" },
		{ "traditional.pem", "p256/cert.pem", "traditional form" },
		{ "traditional-encrypted.pem", "p256/cert.pem", "traditional form" },
		{ "3des.pem", "p256/cert.pem", "not encrypted with PBES2" },
		{ "sha1.pem", "p256/cert.pem", "not encrypted with PBES2" },
		{ "scrypt.pem", "p256/cert.pem", "not encrypted with PBES2" },
		{ "slow.pem", "p256/cert.pem", "1000001 PBKDF2 iterations" },
		{ "p256/cert.pem", "p256/cert.pem", "not an encrypted private key" },
		{ "cut.pem", "p256/cert.pem", "the private key is damaged" },
		{ "nowhere.pem", "p256/cert.pem", "there is no such file" },
		{ "p256/key.pem", "nowhere.pem", "there is no such file" },
		{ "p256/key.pem", "p256/key.pem", "not a certificate" },
		{ "p256/key.pem", "cut-cert.pem", "a certificate is damaged" },
		{ "p256.p12", "p256/cert.pem", "if it is a PKCS#12 file: openssl pkcs12" },
		{ "p256/key.pem", "ca-first.pem", "put your own in front" },
		{ "p256/key.pem", "tls.pem", "not for e-mail, only for: TLS Web Server" },
		{ "p256/key.pem", "cipher.pem", "does not allow signatures" },
		{ "p256/key.pem", "p384/cert.pem", "not on the curve P-256" },
		{ "p256/key.pem", "small/cert.pem", "an RSA key of 1024 bits" },
		{ "p256/key.pem", "ed25519/cert.pem", "neither an RSA nor a P-256 key" },
	};
	char command[512], line[512];

	(void)state;
	assert_int_equal(system("cd " PKI " && head -c 200 p256/key.pem > cut.pem && "
		"{ head -c 300 p256/cert.pem; echo; echo -----END CERTIFICATE-----; } "
		"> cut-cert.pem"), 0);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		snprintf(command, sizeof command, "rm -rf " PKI "cred; "
			"tools/cred.sh " PKI "%s " PKI "%s " PKI "cred 2>&1",
			table[i].key, table[i].cert);
		FILE *f = popen(command, "r");

		assert_non_null(f);
		assert_non_null(fgets(line, sizeof line, f));
		if (strstr(line, table[i].said) == NULL)
			fail_msg("%s, %s: %s", table[i].key, table[i].cert, line);
		assert_null(fgets(line, sizeof line, f));
		assert_int_not_equal(pclose(f), 0);
		assert_int_equal(system("test -z \"$(ls -A " PKI "cred)\""), 0);
	}
}

static void
test_accepted(void **state)
{
	(void)state;
	assert_int_equal(system("rm -rf " PKI "cred; "
		"tools/cred.sh " PKI "rsa/key.pem " PKI "chain/cert.pem " PKI "cred && "
		"cmp " PKI "cred/cert.der " PKI "chain/cert.der && "
		"cmp " PKI "cred/key.der " PKI "rsa/key.der && "
		"test \"$(ls -A " PKI "cred | wc -l)\" = 2"), 0);
	// what openssl pkcs12 writes, and a certificate that is no longer valid: said, not refused
	assert_int_equal(system("rm -rf " PKI "cred; "
		"tools/cred.sh " PKI "bag.pem " PKI "expired.pem " PKI "cred 2> " PKI "said && "
		"cmp " PKI "cred/key.der " PKI "p256/key.der && test $(wc -l < " PKI "said) = 1 && "
		"grep -q 'expired, notAfter=Dec 31 23:59:59 1999' " PKI "said"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_accepted),
	};

	return cmocka_run_group_tests(tests, make_pki, NULL);
}
