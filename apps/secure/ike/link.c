// SPDX-License-Identifier: MIT
// What outlives the IKE SAs of a peer: how long to wait before the next attempt, by
// which way new keys are asked for, whether there is a tunnel, and why not.
#include "state.h"

enum {
	WAIT_MS = 1000,         // before the second attempt; each one more waits
	WAIT_FACTOR = 4,        // so many times as long,
	WAIT_MAX_MS = 300000,   // at most: 20 attempts an hour
	STEADY_MS = WAIT_MAX_MS,        // a tunnel that has lived so long was no failure
};

static void
say(struct ike *ike, unsigned peer, enum ike_event what)
{
	const struct link *l = &ike->link[peer];

	ike->ops->note(ike->self, &ike->config->peer[peer], what,
	               l->why != NULL ? l->why : "ended by this side", l->times);
}

void
link_note(struct ike *ike, const struct ike_sa *sa, enum ike_event what)
{
	if (sa->peer != NOBODY)
		say(ike, sa->peer, what);
}

void
link_why(struct ike *ike, unsigned peer, const char *why)
{
	struct link *l;

	if (peer == NOBODY)
		return;
	l = &ike->link[peer];
	l->times = l->why == why ? l->times + 1 : 1;
	l->why = why;
}

void
link_up(struct ike *ike, unsigned peer)
{
	struct link *l = &ike->link[peer];
	bool again = l->up;

	l->up = true;
	if (!again || l->up_at == 0)            // new keys are no new tunnel
		l->up_at = ike->now;
	l->wanted = false;
	say(ike, peer, again ? CHILD_REKEYED : CHILD_UP);
}

void
link_look(struct ike *ike, unsigned peer)
{
	if (peer == NOBODY || !ike->link[peer].up || children_of(ike, peer) != 0)
		return;
	ike->link[peer].up = false;
	say(ike, peer, CHILD_DOWN);
	link_failed(ike, peer);         // whoever ended it, and whether or not its IKE SA stays
}

uint64_t
link_wait(struct ike *ike, unsigned peer)
{
	struct link *l = &ike->link[peer];
	uint64_t ms = WAIT_MS;

	if (l->up_at != 0 && ike->now - l->up_at >= STEADY_MS)
		l->failures = 0;
	l->up_at = 0;
	for (unsigned i = 0; i < l->failures && ms < WAIT_MAX_MS; i++)
		ms *= WAIT_FACTOR;
	if (ms < WAIT_MAX_MS)
		l->failures++;
	return in_about(ike, ms < WAIT_MAX_MS ? ms : WAIT_MAX_MS);
}

void
link_failed(struct ike *ike, unsigned peer)
{
	struct link *l = &ike->link[peer];

	if (l->connect_at > ike->now)
		return;                         // the same failure, seen a second time
	l->connect_at = link_wait(ike, peer);
	say(ike, peer, IKE_WAITS);
}

bool
link_group(const struct ike *ike, const struct ike_sa *sa, uint32_t *group)
{
	uint32_t flags = peer_of(ike, sa)->flags, own = sa->suite.set & IKE_GROUPS;
	const uint32_t ways[] = { 0, own, flags & IKE_GROUPS & ~own };
	unsigned way = ike->link[sa->peer].rung + (flags & IKE_PFS ? 1 : 0);

	if (way >= sizeof ways / sizeof ways[0] || (way > 0 && ways[way] == 0))
		return false;
	*group = ways[way];
	return true;
}

void
link_climb(struct ike *ike, const struct ike_sa *sa)
{
	uint32_t group;

	if (link_group(ike, sa, &group))
		ike->link[sa->peer].rung++;
	link_note(ike, sa, CHILD_REFUSED);
}
