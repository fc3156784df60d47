// SPDX-License-Identifier: MIT
// Signed messages: their exact bytes, and what OpenSSL and NSS say about them.

#include "pki.h"
#include <apps/secure/mail-signer/smime.h>

static unsigned char heap[KEY_ARENA_SIZE], out[1 << 20];
static struct arena arena;
static const struct utc now = { 2026, 11, 21, 4, 5, 6 };
static const char plain[] = "From: demo@example.org\r\n"
	"To: bob@example.org\r\n\t(folded)\r\n"
	"content-TYPE: text/plain;\r\n charset=utf-8\r\n"
	"Subject: Content-Type: none\r\n"
	"mime-version: 1.0\r\n"
	"Content-Transfer-Encoding: 8bit\r\n"
	"Date: Sat, 21 Nov 2026 04:05:06 +0000\r\n"
	"\r\n"
	"gr\xc3\xbc\xc3\x9f dich\r\n.\r\n-- \r\n--x\r\n\r\n";

static enum key_error
sign_at(struct utc time, const char *kind, const void *message, size_t message_size,
	size_t cap, size_t *size)
{
	char name[64];
	enum key_error e;
	struct cert c;
	struct key *k;

	snprintf(name, sizeof name, "%s/quick.der", kind);
	struct file key = load(name);
	snprintf(name, sizeof name, "%s/cert.der", kind);
	struct file cert = load(name);

	assert_true(cert_read(cert.data, cert.size, &c));
	arena_init(&arena, heap, sizeof heap);
	assert_int_equal(key_open(&arena, &c, key.data, key.size, "vitrine", 7, &k), KEY_OK);
	e = smime_sign(k, message, message_size, time, out, cap, size);
	key_close(k);
	assert_int_equal(arena.live, 0);
	return e;
}

static enum key_error
sign(const char *kind, const void *message, size_t message_size, size_t cap, size_t *size)
{
	return sign_at(now, kind, message, message_size, cap, size);
}

// 0 both verify, 1 both refuse, 2 they differ
static int
verify(const char *kind, const unsigned char *mail, size_t size)
{
	char command[256];
	FILE *f = fopen(PKI "mail.eml", "wb");
	int status;

	assert_non_null(f);
	assert_int_equal(fwrite(mail, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
	snprintf(command, sizeof command, "tests/tools/verify-mail " PKI "mail.eml "
		PKI "%s/ca.pem " PKI "nss > " PKI "mail.log", kind);
	status = system(command);
	assert_true(status != -1);
	return status >> 8;
}

static size_t
find_after(const char *word, size_t start)
{
	size_t n = strlen(word);

	for (size_t i = start; i + n <= sizeof out; i++)
		if (memcmp(out + i, word, n) == 0)
			return i;
	fail_msg("no %s in the signed message", word);
	return 0;
}

static size_t
find(const char *word)
{
	return find_after(word, 0);
}

static void
test_bytes(void **state)
{
	static const char outside[] = "From: demo@example.org\r\n"
		"To: bob@example.org\r\n\t(folded)\r\n"
		"Subject: Content-Type: none\r\n"
		"Date: Sat, 21 Nov 2026 04:05:06 +0000\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n"
		" micalg=sha-256; boundary=\"vitrine-";
	size_t size, at = sizeof outside - 1 + 32;

	(void)state;
	assert_int_equal(sign("p256", plain, sizeof plain - 1, sizeof out, &size), KEY_OK);
	assert_memory_equal(out, outside, sizeof outside - 1);
	assert_memory_equal(out + at, "\"\r\n\r\n--vitrine-", 15);
	at += 15;
	assert_memory_equal(out + at, out + sizeof outside - 1, 32);    // the same boundary
	at += 32;
	assert_memory_equal(out + at, "\r\n", 2);
	assert_memory_equal(out + at + 2, plain, sizeof plain - 1);      // every byte of it
	at += 2 + sizeof plain - 1;
	assert_memory_equal(out + at, "\r\n--vitrine-", 12);
	assert_memory_equal(out + size - 4, "--\r\n", 4);
	for (size_t i = 0, line = 0; i < size; i++) {   // canonical line ends, short lines
		assert_true(out[i] != '\n' || out[i - 1] == '\r');
		assert_true(out[i] != '\r' || out[i + 1] == '\n');
		line = out[i] == '\n' ? 0 : line + 1;
		assert_true(line <= 100);
	}
}

static void
test_verify(void **state)
{
	static const char *const kinds[] = { "p256", "rsa", "chain" };
	static const char *const mails[] = {
		plain,
		"From: a@example.org\r\n\r\nno Content fields\r\n",
		"From: a@example.org\r\n\r\n",
		"From: a@example.org\r\n\r\nlast line without end",
		"\r\nno header at all\r\n",
		"From: a@example.org\r\nContent-Type: text/plain\r\n\r\n"
			"\r\n\r\nempty lines\r\n\r\n\r\n",
	};
	size_t size;

	(void)state;
	for (int i = 0; i < 3; i++)
		for (size_t m = 0; m < (i == 0 ? sizeof mails / sizeof mails[0] : 1); m++) {
			assert_int_equal(sign(kinds[i], mails[m], strlen(mails[m]),
				sizeof out, &size), KEY_OK);
			if (verify(kinds[i], out, size) != 0)
				fail_msg("%s, mail %zu does not verify", kinds[i], m);
		}
}

// One byte changed: in the signed header, in the body, and in the signature.
static void
test_altered(void **state)
{
	static const char *const kinds[] = { "p256", "rsa" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t size, place[5];

		assert_int_equal(sign(kinds[i], plain, sizeof plain - 1, sizeof out, &size),
			KEY_OK);
		place[0] = find("charset=utf-8");
		place[1] = find("dich") + 1;
		place[2] = find("\r\n--x\r\n") + 4;
		// a digit of the last line or two: of the signature value itself
		place[3] = size - 20 -
			sizeof "\r\n\r\n--vitrine-0123456789abcdef0123456789abcdef--\r\n";
		while (out[place[3]] == '\r' || out[place[3]] == '\n')
			place[3]--;
		place[4] = find("\r\nSubject: Content-Type: none\r\n");       // the outer copy
		place[4] = find_after("Subject: Content", place[4] + 12);
		for (int p = 0; p < 5; p++) {
			unsigned char was = out[place[p]];

			out[place[p]] = was == 'e' ? 'f' : 'e';
			if (verify(kinds[i], out, size) != 1)
				fail_msg("%s, place %d: not refused by both", kinds[i], p);
			out[place[p]] = was;
		}
		assert_int_equal(verify(kinds[i], out, size), 0);
	}
}

// Outer fields are copied, or left out, with all their folded lines, wherever these end.
static void
test_folded(void **state)
{
	static const char in[] = "Content-Type: text/plain;\r\n\tcharset=utf-8;\r\n x=y\r\n"
		"Subject: a\r\n\tb\r\n c\r\n\r\n\tbody\r\n",
		outside[] = "Subject: a\r\n\tb\r\n c\r\nMIME-Version: 1.0\r\n";
	size_t size;

	(void)state;
	assert_int_equal(sign("p256", in, sizeof in - 1, sizeof out, &size), KEY_OK);
	assert_memory_equal(out, outside, sizeof outside - 1);
	// a header that ends nowhere is refused, also where a folded line would begin
	for (size_t n = 0; n < sizeof in - 1; n++) {
		char *exact = malloc(n);
		bool whole = n >= (size_t)(strstr(in, "\r\n\r\n") - in) + 4;

		memcpy(exact, in, n);
		assert_int_equal(sign("p256", exact, n, sizeof out, &size),
		                 whole ? KEY_OK : KEY_MESSAGE);
		free(exact);
	}
}

// The signature is in full lines of base64, whatever its size divided by 3 leaves: that of
// P-256 differs from message to message.
static void
test_base64_lines(void **state)
{
	unsigned left = 0;
	size_t size;

	(void)state;
	for (unsigned i = 0; left != 7 && i < 200; i++) {
		char in[] = "From: a@x\r\n\r\n000\r\n";

		snprintf(in + 13, 4, "%03u", i);
		in[16] = '\r';
		assert_int_equal(sign("p256", in, sizeof in - 1, sizeof out, &size), KEY_OK);
		size_t at = find_after("smime.p7s\"\r\n\r\n", find("base64\r\n")), n = 0;

		for (at += 14; memcmp(out + at, "\r\n--", 4) != 0; at += n + 2) {
			n = strcspn((char *)out + at, "\r");
			assert_true(n > 0 && n % 4 == 0 && n <= 64);
			assert_memory_equal(out + at + n, "\r\n", 2);
			if (memcmp(out + at + n + 2, "\r\n--", 4) != 0)
				assert_int_equal(n, 64);
		}
		left |= 1u << ((out[at - 3] == '=') + (out[at - 4] == '='));
	}
	assert_int_equal(left, 7);
}

// OpenSSL reads the attributes as we mean them, in both forms of time.
static void
test_attributes(void **state)
{
	static const struct { struct utc time; const char *want; } table[] = {
		{ { 2026, 11, 21, 4, 5, 6 }, "UTCTIME:Nov 21 04:05:06 2026 GMT" },
		{ { 2028, 2, 29, 23, 59, 59 }, "UTCTIME:Feb 29 23:59:59 2028 GMT" },
		{ { 2038, 1, 19, 3, 14, 8 }, "UTCTIME:Jan 19 03:14:08 2038 GMT" },
		{ { 2049, 12, 31, 23, 59, 59 }, "UTCTIME:Dec 31 23:59:59 2049 GMT" },
		{ { 2050, 1, 1, 0, 0, 0 }, "GENERALIZEDTIME:Jan  1 00:00:00 2050 GMT" },
		{ { 2099, 12, 31, 23, 59, 59 }, "GENERALIZEDTIME:Dec 31 23:59:59 2099 GMT" },
	};
	char command[512];
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		assert_int_equal(sign_at(table[i].time, "rsa", plain, sizeof plain - 1,
			sizeof out, &size), KEY_OK);
		assert_int_equal(verify("rsa", out, size), 0);
		snprintf(command, sizeof command, "grep -q '^openssl good' " PKI "mail.log && "
			"openssl cms -cmsout -print -in " PKI "mail.eml > " PKI "cms.txt && "
			"grep -q '%s' " PKI "cms.txt && "
			"grep -q signingCertificateV2 " PKI "cms.txt && "
			"grep -q 'object: messageDigest' " PKI "cms.txt && "
			"grep -q 'object: contentType' " PKI "cms.txt", table[i].want);
		if (system(command) != 0)
			fail_msg("not found: %s or another attribute", table[i].want);
	}
}

static void
test_refuse(void **state)
{
	static const char *const mails[] = {
		"", "From", "From: a@example.org", "From: a@example.org\r\n",
		"From: a\r\n folded", "From: a\r\nTo: b\r", "\n", "\r",
	};
	size_t size = 1;

	(void)state;
	for (size_t m = 0; m < sizeof mails / sizeof mails[0]; m++) {
		enum key_error e = sign("p256", mails[m], strlen(mails[m]), sizeof out, &size);

		assert_int_equal(e, KEY_MESSAGE);
		assert_int_equal(size, 0);
	}
	memset(out, 'x', sizeof out);
	assert_int_equal(sign("p256", "x", 1, 1000, &size), KEY_MESSAGE);
	assert_int_equal(out[0], 0);    // wiped
	assert_int_equal(out[999], 0);
	assert_int_equal(out[1000], 'x');
}

// Every capacity that is too small is refused, and nothing is written beyond.
static void
test_room(void **state)
{
	size_t size, full;

	(void)state;
	assert_int_equal(sign("p256", plain, sizeof plain - 1, sizeof out, &full), KEY_OK);
	assert_true(full <= sizeof plain + SMIME_OVERHEAD);
	for (size_t cap = 0; cap + 80 < full; cap += 1 + cap / 9) {
		out[cap] = 0xa5;
		assert_int_equal(sign("p256", plain, sizeof plain - 1, cap, &size), KEY_ROOM);
		assert_int_equal(size, 0);
		assert_int_equal(out[cap], 0xa5);
	}
}

static void
test_large(void **state)
{
	static char mail[300000];
	size_t size, n = (size_t)snprintf(mail, sizeof mail, "From: a@example.org\r\n\r\n");

	(void)state;
	while (n + 72 < sizeof mail) {
		memset(mail + n, 'a' + (char)(n % 26), 70);
		memcpy(mail + n + 70, "\r\n", 2);
		n += 72;
	}
	assert_int_equal(sign("rsa", mail, n, sizeof out, &size), KEY_OK);
	assert_int_equal(verify("rsa", out, size), 0);
	assert_true(arena.peak < KEY_ARENA_SIZE);
}

static void
test_exhaustion(void **state)
{
	size_t size;

	(void)state;
	struct file key = load("p256/quick.der"), cert = load("p256/cert.der");
	struct cert c;

	assert_true(cert_read(cert.data, cert.size, &c));
	for (unsigned n = 1; n < 40; n++) {
		struct key *k;

		arena_init(&arena, heap, sizeof heap);
		assert_int_equal(key_open(&arena, &c, key.data, key.size, "vitrine", 7, &k),
			KEY_OK);
		fail_allocation = n;
		assert_int_equal(smime_sign(k, (const unsigned char *)plain, sizeof plain - 1, now,
			out, sizeof out, &size), KEY_MEMORY);
		assert_int_equal(size, 0);
		fail_allocation = 0;
		// the key is still good
		assert_int_equal(smime_sign(k, (const unsigned char *)plain, sizeof plain - 1, now,
			out, sizeof out, &size), KEY_OK);
		key_close(k);
		assert_int_equal(arena.live, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_base64_lines),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_exhaustion),
	};

	return cmocka_run_group_tests(tests, make_pki, NULL);
}
