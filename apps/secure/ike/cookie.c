// SPDX-License-Identifier: MIT
// Cookies: who is busy keeps nothing about a stranger until he has shown that
// he receives at the address he sends from (RFC 7296, 2.6).
#include <string.h>
#include "state.h"

enum { COOKIE = 16, SECRET_MS = 60000 };

static void
make(const uint8_t secret[HASH], const struct ike_path *path, uint64_t spi_i, struct slice nonce,
     uint8_t out[HASH])
{
	uint8_t who[14];
	struct writer w = { .at = who, .max = sizeof who };
	const struct slice data[] = { nonce, { who, sizeof who } };

	write32(&w, path->remote);
	write16(&w, path->remote_port);
	write64(&w, spi_i);
	prf(slice_of(secret, HASH), data, 2, out);
}

bool
cookie_good(struct ike *ike, const struct ike_path *path, uint64_t spi_i,
            const struct payloads *p)
{
	uint8_t expected[HASH];

	if (p->cookie.n != COOKIE)
		return false;
	for (unsigned i = 0; i < 2; i++) {
		make(ike->secret[i], path, spi_i, BODY(p, PAY_NONCE), expected);
		if (same_secret(expected, p->cookie.at, COOKIE))
			return true;
	}
	return false;
}

void
cookie_write(struct ike *ike, const struct ike_path *path, uint64_t spi_i, struct slice nonce,
             struct writer *w)
{
	uint8_t cookie[HASH];

	if (ike->now - ike->secret_at >= SECRET_MS) {
		memcpy(ike->secret[1], ike->secret[0], HASH);
		if (random_fill(ike, ike->secret[0], HASH))
			ike->secret_at = ike->now;
	}
	make(ike->secret[0], path, spi_i, nonce, cookie);
	notify_write(w, N_COOKIE, slice_of(cookie, COOKIE));
}
