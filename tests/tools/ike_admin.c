// SPDX-License-Identifier: MIT
// Sets what the clock sets otherwise, looks at what nobody asks for otherwise.
#include "tests/tools/ike_admin.h"

void
ike_close(struct ike *ike, const struct ike_peer *peer, uint64_t now)
{
	ike->now = now;
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].state == UP && peer_of(ike, &ike->sa[i]) == peer) {
			link_why(ike, ike->sa[i].peer, "closed");
			ike->sa[i].want_delete = true;
		}
}

void
ike_rekey(struct ike *ike, const struct ike_peer *peer, bool child, uint64_t now)
{
	ike->now = now;
	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *sa = &ike->sa[i];

		if (sa->state != UP || peer_of(ike, sa) != peer)
			continue;
		if (!child)
			sa->rekey_at = now;
		for (unsigned c = 0; c < CHILDREN && child; c++)
			if (sa->child[c].state == CHILD_LIVE)
				sa->child[c].rekey_at = now;
	}
}

void
ike_tell(struct ike *ike, enum sa_event_kind kind, uint64_t handle, uint64_t now)
{
	ike_told(ike, &(struct sa_event){ .kind = kind, .handle = handle }, now);
}

void
ike_acquire(struct ike *ike, uint32_t local, uint32_t remote, uint64_t now)
{
	ike_told(ike, &(struct sa_event){ .kind = SA_EVENT_ACQUIRE, .inner_local = local,
	                                  .inner_remote = remote }, now);
}

size_t
ike_size(void)
{
	return sizeof(struct ike);
}

struct ike_status
ike_status(struct ike *ike, const struct ike_peer *peer)
{
	unsigned k = (unsigned)(peer - ike->config->peer);
	struct ike_sa *sa;

	return (struct ike_status){ sa_count(ike, HALF_OPEN, HALF_OPEN, NOBODY, &sa),
	                            sa_count(ike, UP, UP, k, &sa), children_of(ike, k) };
}

const uint64_t *
ike_refused(const struct ike *ike)
{
	return ike->refused;
}
