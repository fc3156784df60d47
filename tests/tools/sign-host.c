// SPDX-License-Identifier: MIT
// sign-host KEY.der CERT.der PASSPHRASE [YYYYMMDDHHMMSS] < message > signed:
// the signing engine of the mail signer on the command line of the build host.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <apps/secure/mail-signer/smime.h>

enum { MESSAGE_MAX = 1 << 20 };

static size_t
read_all(FILE *f, unsigned char *to, size_t cap)
{
	size_t n = f == NULL ? 0 : fread(to, 1, cap, f);

	if (f == NULL || ferror(f)) {
		perror("sign-host");
		exit(1);
	}
	return n;
}

static _Noreturn void
fail(const char *why)
{
	fprintf(stderr, "sign-host: %s\n", why);
	exit(1);
}

static struct utc
moment(const char *text)
{
	unsigned n[6];
	time_t now = time(NULL);
	struct tm tm;

	if (text != NULL &&
	    sscanf(text, "%4u%2u%2u%2u%2u%2u", n, n + 1, n + 2, n + 3, n + 4, n + 5) == 6)
		return (struct utc){ (uint16_t)n[0], (uint8_t)n[1], (uint8_t)n[2],
			(uint8_t)n[3], (uint8_t)n[4], (uint8_t)n[5] };
	if (text != NULL)
		fail("time: YYYYMMDDHHMMSS");
	gmtime_r(&now, &tm);
	return (struct utc){ (uint16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1),
		(uint8_t)tm.tm_mday, (uint8_t)tm.tm_hour, (uint8_t)tm.tm_min, (uint8_t)tm.tm_sec };
}

int
main(int argc, char **argv)
{
	static unsigned char key_der[KEY_BYTES_MAX + 1], cert_der[CERT_BYTES_MAX + 1];
	static unsigned char message[MESSAGE_MAX], out[MESSAGE_MAX + 65536], heap[KEY_ARENA_SIZE];
	size_t key_size, cert_size, size;
	struct arena arena;
	struct cert cert;
	struct key *key;
	enum key_error e;

	if (argc != 4 && argc != 5)
		fail("usage: sign-host KEY.der CERT.der PASSPHRASE [YYYYMMDDHHMMSS] "
		     "< message > signed");
	key_size = read_all(fopen(argv[1], "rb"), key_der, sizeof key_der);
	cert_size = read_all(fopen(argv[2], "rb"), cert_der, sizeof cert_der);
	size = read_all(stdin, message, sizeof message);
	arena_init(&arena, heap, sizeof heap);
	if (!cert_read(cert_der, cert_size, &cert))
		fail("the certificate is damaged");
	e = key_open(&arena, &cert, key_der, key_size, argv[3], strlen(argv[3]), &key);
	if (e != KEY_OK)
		fail(key_error_text(e));
	e = smime_sign(key, message, size, moment(argc == 5 ? argv[4] : NULL),
	               out, sizeof out, &size);
	key_close(key);
	if (e != KEY_OK)
		fail(key_error_text(e));
	fprintf(stderr, "sign-host: arena peak %zu bytes, %zu blocks left\n",
	        arena.peak, arena.live);
	return fwrite(out, 1, size, stdout) == size && fflush(stdout) == 0 ? 0 : 1;
}
