// SPDX-License-Identifier: MIT
// The table of IKE SAs: finding, making, ending them and their CHILD SAs.
#include <string.h>
#include <base/wipe.h>
#include "state.h"

const struct ike_peer *
peer_of(const struct ike *ike, const struct ike_sa *sa)
{
	return &ike->config->peer[sa->peer];
}

void
refuse(struct ike *ike, enum ike_refusal why)
{
	ike->refused[why]++;
}

void
note(struct ike *ike, const struct ike_sa *sa, enum ike_event what)
{
	if (sa->peer != NOBODY)
		ike->ops->note(ike->self, peer_of(ike, sa), what);
}

bool
random_fill(struct ike *ike, void *out, size_t n)
{
	bool good = ike->ops->random(ike->self, out, n) == 0;

	if (!good)
		refuse(ike, REFUSED_RANDOM);
	return good;
}

uint64_t
in_about(struct ike *ike, uint64_t ms)
{
	uint16_t r = 0;

	(void)random_fill(ike, &r, sizeof r);
	return ike->now + ms - ms / 5 * r / 65536;
}

struct slice
slice_of(const uint8_t *bytes, uint32_t n)
{
	return (struct slice){ bytes, n };
}

bool
slice_is(struct slice s, const uint8_t *bytes, uint32_t n)
{
	return s.n == n && memcmp(s.at, bytes, n) == 0;
}

struct ike_sa *
sa_find(struct ike *ike, unsigned role, uint64_t spi)
{
	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *sa = &ike->sa[i];

		if (sa->state != FREE && sa->role == role && sa->spi[role] == spi)
			return sa;
	}
	return NULL;
}

unsigned
sa_index(const struct ike *ike, const struct ike_sa *sa)
{
	return (unsigned)(sa - ike->sa);
}

struct nonces
sa_nonces(const struct ike_sa *sa)
{
	return (struct nonces){ { sa->nonce[0], sa->nonce_bytes[0] },
	                        { sa->nonce[1], sa->nonce_bytes[1] } };
}

struct ike_sa *
sa_new(struct ike *ike, enum state state, unsigned role)
{
	uint64_t spi = 0;

	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *sa = &ike->sa[i];

		if (sa->state != FREE)
			continue;
		if (!random_fill(ike, &spi, sizeof spi))
			return NULL;
		if (spi == 0 || sa_find(ike, 0, spi) != NULL || sa_find(ike, 1, spi) != NULL)
			break;                  // once in 2^58 times
		memset(sa, 0, sizeof *sa);
		sa->state = state;
		sa->peer = NOBODY;
		sa->role = role;
		sa->spi[role] = spi;
		sa->born = sa->heard_at = sa->sent_at = ike->now;
		sa->pending.child = sa->pending.rival = NOBODY;
		return sa;
	}
	refuse(ike, REFUSED_FULL);
	return NULL;
}

// What it had is gone; who is told, once.
static void
end(struct ike *ike, struct ike_sa *sa)
{
	unsigned index = sa_index(ike, sa);
	bool was_up = (sa->state == UP || sa->state == CLOSING) && !sa->ended;

	for (unsigned c = 0; c < CHILDREN; c++)
		child_end(ike, sa, c);
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].pending.task == TASK_REKEY && ike->sa[i].pending.rival == index)
			ike->sa[i].pending.rival = NOBODY;
	if (was_up)
		note(ike, sa, IKE_DOWN);
	if (sa->peer != NOBODY && ike->connect_at[sa->peer] <= ike->now)
		ike->connect_at[sa->peer] = in_about(ike, AGAIN_MS);
}

void
sa_free(struct ike *ike, struct ike_sa *sa)
{
	end(ike, sa);
	wipe(sa, sizeof *sa);
}

void
sa_retire(struct ike *ike, struct ike_sa *sa)
{
	end(ike, sa);
	request_done(sa);
	sa->state = REPLACED;
	sa->ended = true;
	sa->end_at = ike->now + LINGER_MS;
}

unsigned
child_free_slot(const struct ike_sa *sa)
{
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].state == CHILD_NONE)
			return c;
	return NOBODY;
}

unsigned
child_find(const struct ike_sa *sa, uint32_t spi_out)
{
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].state != CHILD_NONE && sa->child[c].spi_out == spi_out)
			return c;
	return NOBODY;
}

static bool
spi_used(const struct ike *ike, uint32_t spi)
{
	for (unsigned i = 0; i < SAS; i++) {
		const struct ike_sa *sa = &ike->sa[i];

		if ((sa->pending.task == TASK_AUTH || sa->pending.task == TASK_CHILD) &&
		    sa->pending.offered.spi == spi)
			return true;
		for (unsigned c = 0; c < CHILDREN; c++)
			if (sa->child[c].state != CHILD_NONE && sa->child[c].spi_in == spi)
				return true;
	}
	return false;
}

uint32_t
child_spi(struct ike *ike)
{
	uint32_t spi;

	for (unsigned i = 0; i < 8; i++) {
		if (!random_fill(ike, &spi, sizeof spi))
			return 0;
		if (spi >= SA_SPI_MIN && !spi_used(ike, spi))
			return spi;
	}
	return 0;
}

void
child_end(struct ike *ike, struct ike_sa *sa, unsigned c)
{
	struct child *child = &sa->child[c];

	bool was_live = child->state == CHILD_LIVE;

	if (child->state == CHILD_NONE)
		return;
	if (child->in != 0)
		ike->ops->remove(ike->self, child->in);
	if (child->out != 0)
		ike->ops->remove(ike->self, child->out);
	if (sa->pending.child == c)
		sa->pending.child = NOBODY;
	if (sa->pending.task == TASK_CHILD && sa->pending.rival == c)
		sa->pending.rival = NOBODY;
	wipe(child, sizeof *child);
	if (was_live && ike_status(ike, peer_of(ike, sa)).children == 0)
		note(ike, sa, CHILD_DOWN);
}
