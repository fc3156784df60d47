// SPDX-License-Identifier: MIT
// Instead of group.c, which has a test of its own: a Diffie-Hellman exchange that is a
// toy of 61 bits, so that millions of steps take seconds.
#include "tests/unit/ike_world.h"

uint8_t toy_private[GROUP_PRIVATE], toy_shared[GROUP_SHARED];

static const uint64_t PRIME = (1ull << 61) - 1;

static uint64_t
power(uint64_t base, uint64_t exponent)
{
	uint64_t r = 1;

	for (; exponent != 0; exponent >>= 1) {
		if (exponent & 1)
			r = (uint64_t)((unsigned __int128)r * base % PRIME);
		base = (uint64_t)((unsigned __int128)base * base % PRIME);
	}
	return r;
}

uint32_t
group_public_bytes(unsigned group)
{
	return group == IKE_X25519 ? 32 : 64;
}

bool
group_generate(unsigned group, group_random *random, void *self, uint8_t private[GROUP_PRIVATE],
               uint8_t public[GROUP_PUBLIC_MAX])
{
	uint64_t x;

	if (random(self, private, GROUP_PRIVATE) != 0)
		return false;
	memcpy(toy_private, private, GROUP_PRIVATE);
	memcpy(&x, private, sizeof x);
	memset(public, (int)group, GROUP_PUBLIC_MAX);
	x = power(37, x);
	memcpy(public, &x, sizeof x);
	return true;
}

bool
group_agree(unsigned group, group_random *random, void *self, const uint8_t private[GROUP_PRIVATE],
            const uint8_t *peer, uint32_t peer_bytes, uint8_t shared[GROUP_SHARED])
{
	uint64_t x, y;

	(void)random, (void)self;
	if (peer_bytes != group_public_bytes(group))
		return false;
	memcpy(&x, private, sizeof x);
	memcpy(&y, peer, sizeof y);
	if (y < 2 || y > PRIME - 2)
		return false;
	memset(shared, (int)group, GROUP_SHARED);
	x = power(y, x);
	memcpy(shared, &x, sizeof x);
	memcpy(toy_shared, shared, GROUP_SHARED);
	return true;
}
