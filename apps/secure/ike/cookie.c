// SPDX-License-Identifier: MIT
// Cookies: who is busy keeps nothing about a stranger until he has shown that
// he receives at the address he sends from (RFC 7296, 2.6).
#include <string.h>
#include "state.h"

enum { COOKIE = 16, SECRET_MS = 60000 };

static void
make(const uint8_t secret[HASH], const struct header *h, const struct payloads *p,
     uint8_t out[HASH])
{
	uint8_t who[14];
	struct writer w = { .at = who, .max = sizeof who };
	const struct slice data[] = { BODY(p, PAY_NONCE).data, { who, sizeof who } };

	write32(&w, h->path->remote);
	write_number(&w, h->path->remote_port, 2);
	write_number(&w, h->spi[0], 8);
	prf(slice_of(secret, HASH), data, 2, out);
}

bool
cookie_good(struct ike *ike, const struct header *h, const struct payloads *p)
{
	uint8_t expected[HASH];
	bool good = false;

	for (unsigned i = 0; i < 2 && p->cookie.n == COOKIE && !good; i++) {
		make(ike->secret[i], h, p, expected);
		good = same_secret(expected, p->cookie.at, COOKIE);
	}
	return good;
}

void
cookie_write(struct ike *ike, const struct header *h, const struct payloads *p, struct writer *w)
{
	uint8_t cookie[HASH];

	if (ike->now - ike->secret_at >= SECRET_MS) {
		memcpy(ike->secret[1], ike->secret[0], HASH);
		if (random_fill(ike, ike->secret[0], HASH))
			ike->secret_at = ike->now;
	}
	make(ike->secret[0], h, p, cookie);
	payload_write(w, PAY_NOTIFY, N_COOKIE, slice_of(cookie, COOKIE));
}
