// SPDX-License-Identifier: MIT
// Nonces and Diffie-Hellman values that make new keys, and which of two
// simultaneous exchanges gives way.
#include <string.h>
#include "state.h"

bool
fresh_make(struct ike *ike, struct fresh *f, unsigned group)
{
	f->group = group;
	if (!random_fill(ike, f->nonce, NONCE))
		return false;
	if (group == 0 || group_generate(group, ike->ops->random, ike->self, f->private, f->public))
		return true;
	refuse(ike, REFUSED_RANDOM);
	return false;
}

bool
fresh_agree(struct ike *ike, const struct fresh *f, struct slice public,
            uint8_t shared[GROUP_SHARED])
{
	if (group_agree(f->group, ike->ops->random, ike->self, f->private, public.at, public.n,
	                shared))
		return true;
	refuse(ike, REFUSED_GROUP);
	return false;
}

void
fresh_write(struct writer *w, const struct fresh *f)
{
	payload_begin(w, PAY_NONCE);
	write_bytes(w, f->nonce, NONCE);
	payload_end(w);
	if (f->group == 0)
		return;
	payload_begin(w, PAY_KE);
	write16(w, suite_group_number(f->group));
	write16(w, 0);
	write_bytes(w, f->public, group_public_bytes(f->group));
	payload_end(w);
}

bool
nonce_good(struct slice nonce)
{
	return nonce.n >= NONCE_MIN && nonce.n <= NONCE_MAX;
}

unsigned
ke_group(struct slice ke)
{
	struct reader r = { ke.at, ke.n, false };

	return suite_group(read16(&r));
}

struct slice
ke_public(struct slice ke)
{
	return ke.n < 4 ? slice_of(ke.at, 0) : slice_of(ke.at + 4, ke.n - 4);
}

void
invalid_ke_write(struct writer *w, unsigned group)
{
	uint16_t number = suite_group_number(group);
	const uint8_t bytes[] = { (uint8_t)(number >> 8), (uint8_t)number };

	notify_write(w, N_INVALID_KE, slice_of(bytes, sizeof bytes));
}

// Byte by byte; the shorter of two that begin alike is the lower (2.8.1).
static bool
lower(struct slice a, struct slice b)
{
	int difference = memcmp(a.at, b.at, a.n < b.n ? a.n : b.n);

	return difference < 0 || (difference == 0 && a.n < b.n);
}

static struct slice
lowest(struct nonces n)
{
	return lower(n.i, n.r) ? n.i : n.r;
}

void
rival_set(struct pending *p, unsigned rival, struct nonces n)
{
	struct slice low = lowest(n);

	p->rival = rival;
	p->rival_nonce_bytes = low.n;
	memcpy(p->rival_nonce, low.at, low.n);
}

bool
rival_wins(const struct pending *p, struct nonces ours)
{
	return p->rival != NOBODY &&
	       lower(lowest(ours), slice_of(p->rival_nonce, p->rival_nonce_bytes));
}
