// SPDX-License-Identifier: MIT
// Is there a network address translator between the two (RFC 7296, 2.23)?
#include "state.h"

static void
put(struct writer *w, enum notify type, const struct ike_sa *sa, uint32_t address, uint16_t port)
{
	uint8_t hash[NAT_HASH];

	nat_hash(sa->spi, address, port, hash);
	payload_write(w, PAY_NOTIFY, type, slice_of(hash, NAT_HASH));
}

void
nat_write(struct writer *w, const struct ike_sa *sa)
{
	put(w, N_NAT_SOURCE, sa, sa->path.local, sa->encap ? 0 : sa->path.local_port);
	put(w, N_NAT_DESTINATION, sa, sa->path.remote, sa->path.remote_port);
}

void
nat_look(struct ike_sa *sa, const struct payloads *p, const uint64_t spi[2])
{
	const struct ike_path *path = &sa->path;
	uint8_t hash[NAT_HASH];
	bool peer_behind = true;

	if (p->nat_sources == 0 || p->nat_destination.n == 0) {
		sa->encap = false;
		return;
	}
	nat_hash(spi, path->remote, path->remote_port, hash);
	for (unsigned i = 0; i < p->nat_sources; i++)
		if (slice_is(p->nat_source[i], hash, NAT_HASH))
			peer_behind = false;
	nat_hash(spi, path->local, path->local_port, hash);
	sa->behind_nat = !slice_is(p->nat_destination, hash, NAT_HASH);
	sa->encap = sa->encap || sa->behind_nat || peer_behind;
}
