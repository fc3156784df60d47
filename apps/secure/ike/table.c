// SPDX-License-Identifier: MIT
// The table of IKE SAs: finding, making, ending them and their CHILD SAs.
#include <assert.h>
#include <string.h>
#include <base/wipe.h>
#include "state.h"

const struct ike_peer *
peer_of(const struct ike *ike, const struct ike_sa *sa)
{
	assert(sa->peer < IKE_PEERS);
	return &ike->config->peer[sa->peer];
}

bool
random_fill(struct ike *ike, void *out, size_t n)
{
	return ike->ops->random(ike->self, out, n) == 0;
}

static bool
spi_used(struct ike *ike, uint64_t spi)
{
	for EACH_SA(ike, sa) {
		if (sa->spi[sa->role] == spi || sa->pending.offered.spi == spi)
			return true;
		for (unsigned c = 0; c < CHILDREN; c++)
			if (sa->child[c].spi_in == spi)
				return true;
	}
	return false;
}

uint64_t
spi_new(struct ike *ike, unsigned bytes)
{
	for (unsigned i = 0; i < 8; i++) {
		uint64_t spi = 0;

		if (!random_fill(ike, &spi, bytes))
			return 0;
		if (spi >= SA_SPI_MIN && !spi_used(ike, spi))
			return spi;
	}
	return 0;
}

struct ike_sa *
sa_find(struct ike *ike, unsigned role, uint64_t spi)
{
	for EACH_SA(ike, sa)
		if (sa->state != FREE && sa->role == role && sa->spi[role] == spi)
			return sa;
	return NULL;
}

unsigned
sa_count(struct ike *ike, enum state from, enum state to, unsigned peer, struct ike_sa **oldest)
{
	unsigned n = 0;

	*oldest = NULL;
	for EACH_SA(ike, sa) {
		if (sa->state < from || sa->state > to || (peer != NOBODY && sa->peer != peer))
			continue;
		n++;
		if (*oldest == NULL || sa->born < (*oldest)->born)
			*oldest = sa;
	}
	return n;
}

struct ike_sa *
sa_new(struct ike *ike, enum state state, unsigned role)
{
	uint64_t spi = spi_new(ike, sizeof spi);
	struct ike_sa *sa;

	if (spi == 0) {
		refuse(ike, REFUSED_RANDOM);
		return NULL;
	}
	// what nobody needs any more gives way, or else who has been slow to prove himself
	if (sa_count(ike, FREE, FREE, NOBODY, &sa) == 0 &&
	    sa_count(ike, REPLACED, GONE, NOBODY, &sa) == 0 &&
	    sa_count(ike, HALF_OPEN, HALF_OPEN, NOBODY, &sa) == 0) {
		refuse(ike, REFUSED_FULL);
		return NULL;
	}
	if (sa->state != FREE)
		sa_end(ike, sa, FREE);
	sa->state = state;
	sa->peer = NOBODY;
	sa->role = role;
	sa->spi[role] = spi;
	sa->born = sa->heard_at = sa->sent_at = ike->now;
	sa->end_at = in_ms(ike, HALF_OPEN_MS);
	request_done(sa);
	return sa;
}

void
sa_end(struct ike *ike, struct ike_sa *sa, enum state then)
{
	const enum state was = sa->state;
	const unsigned peer = sa->peer;
	struct ike_sa *other;

	for (unsigned c = 0; c < CHILDREN; c++)
		child_end(ike, sa, c);
	if (then != REPLACED && (was == UP || was == CLOSING))
		link_note(ike, sa, IKE_DOWN);
	sa->state = then;
	if (peer != NOBODY && was != GONE &&
	    (was == INIT_SENT || was == AUTH_SENT ||
	     (then != REPLACED && sa_count(ike, INIT_SENT, CLOSING, peer, &other) == 0)))
		link_failed(ike, peer);
	if (then == FREE) {
		wipe(sa, sizeof *sa);
		return;
	}
	request_done(sa);
	sa->want_delete = false;
	sa->end_at = in_ms(ike, then == GONE ? LINGER_MS : REPLACED_MS);
}

unsigned
child_find(const struct ike_sa *sa, uint32_t spi_out)
{
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].spi_out == spi_out)
			return c;
	return NOBODY;
}

void
child_end(struct ike *ike, struct ike_sa *sa, unsigned c)
{
	struct child *child = &sa->child[c];

	if (child->in != 0)
		ike->ops->remove(ike->self, child->in);
	if (child->out != 0)
		ike->ops->remove(ike->self, child->out);
	if (sa->pending.child == c)
		sa->pending.child = NOBODY;
	wipe(child, sizeof *child);
	link_look(ike, sa->peer);
}

unsigned
children_of(const struct ike *ike, unsigned peer)
{
	unsigned n = 0;

	for (const struct ike_sa *sa = ike->sa; sa < &ike->sa[SAS]; sa++)
		for (unsigned c = 0; c < CHILDREN; c++)
			n += sa->state == UP && sa->peer == peer &&
			     sa->child[c].state == CHILD_LIVE && !sa->child[c].want_delete;
	return n;
}
