// SPDX-License-Identifier: MIT
// What whoever does ESP tells, and what others want to know.
#include "state.h"

static bool
within(uint32_t address, const struct sa_range *r)
{
	return address >= r->first && address <= r->last;
}

static struct child *
find(struct ike *ike, uint64_t handle, struct ike_sa **sa)
{
	for (unsigned i = 0; i < SAS; i++)
		for (unsigned c = 0; c < CHILDREN; c++) {
			struct child *child = &ike->sa[i].child[c];

			*sa = &ike->sa[i];
			if (child->state != CHILD_NONE && handle != 0 &&
			    (child->in == handle || child->out == handle))
				return child;
		}
	return NULL;
}

void
ike_soft(struct ike *ike, uint64_t handle, uint64_t now)
{
	struct ike_sa *sa;
	struct child *child = find(ike, handle, &sa);

	ike->now = now;
	if (child != NULL && child->state == CHILD_LIVE)
		child->rekey_at = now;
}

void
ike_hard(struct ike *ike, uint64_t handle, uint64_t now)
{
	struct ike_sa *sa;
	struct child *child = find(ike, handle, &sa);

	ike->now = now;
	if (child == NULL)
		return;
	*(child->in == handle ? &child->in : &child->out) = 0;
	if (child->state != CHILD_CLOSING)
		child->want_delete = true;
}

void
ike_lost(struct ike *ike, uint64_t now)
{
	ike->now = now;
	for (unsigned i = 0; i < SAS; i++)
		for (unsigned c = 0; c < CHILDREN; c++) {
			struct ike_sa *sa = &ike->sa[i];
			struct child *child = &sa->child[c];

			if (child->state == CHILD_NONE)
				continue;
			child->in = child->out = 0;
			child->waiting.spi = 0;
			child->want_delete = child->state != CHILD_CLOSING;
			sa->want_child = sa->want_child || child->state == CHILD_LIVE;
		}
}

void
ike_acquire(struct ike *ike, uint32_t local, uint32_t remote, uint64_t now)
{
	ike->now = now;
	for (unsigned k = 0; k < ike->config->count; k++) {
		const struct ike_peer *peer = &ike->config->peer[k];

		if (!within(local, &peer->inner_local) || !within(remote, &peer->inner_remote))
			continue;
		ike->wanted[k] = peer->remote != 0;
		for (unsigned i = 0; i < SAS; i++) {
			struct ike_sa *sa = &ike->sa[i];

			if (sa->state == UP && sa->peer == k && sa->pending.task != TASK_CHILD)
				sa->want_child = ike_status(ike, peer).children == 0;
		}
	}
}

struct ike_status
ike_status(const struct ike *ike, const struct ike_peer *peer)
{
	struct ike_status s = { 0 };

	for (unsigned i = 0; i < SAS; i++) {
		const struct ike_sa *sa = &ike->sa[i];

		s.half_open += sa->state == HALF_OPEN;
		if (sa->state != UP || peer_of(ike, sa) != peer)
			continue;
		s.up++;
		for (unsigned c = 0; c < CHILDREN; c++)
			s.children += sa->child[c].state == CHILD_LIVE;
	}
	return s;
}

const uint64_t *
ike_refused(const struct ike *ike)
{
	return ike->refused;
}

const char *
ike_refusal_text(enum ike_refusal why)
{
	static const char *const text[REFUSALS] = {
		[REFUSED_SHORT] = "shorter than a header",
		[REFUSED_LONG] = "too long, or the header names another length",
		[REFUSED_VERSION] = "not version 2",
		[REFUSED_PORT] = "not IKE, though on its port",
		[REFUSED_EXCHANGE] = "an exchange that is not due",
		[REFUSED_SYNTAX] = "malformed",
		[REFUSED_CRITICAL] = "an unknown critical payload",
		[REFUSED_STRANGER] = "from an address that is no peer's",
		[REFUSED_FULL] = "too many at once",
		[REFUSED_COOKIE] = "without a cookie while busy",
		[REFUSED_PROPOSAL] = "no algorithms in common",
		[REFUSED_GROUP] = "a public value that does not fit",
		[REFUSED_SPI] = "of an IKE SA that does not exist",
		[REFUSED_WINDOW] = "a message number that is not due",
		[REFUSED_FORGED] = "forged",
		[REFUSED_NAME] = "an unknown name",
		[REFUSED_KEY] = "a wrong pre-shared key",
		[REFUSED_SELECTOR] = "inner addresses that are not allowed",
		[REFUSED_ERROR] = "the peer says no",
		[REFUSED_INSTALL] = "keys that could not be installed",
		[REFUSED_RANDOM] = "no random numbers, or no memory",
	};

	return text[why];
}

const char *
ike_event_text(enum ike_event what)
{
	static const char *const text[IKE_EVENTS] = {
		[IKE_UP] = "authenticated",
		[IKE_REKEYED] = "IKE keys replaced",
		[IKE_DOWN] = "connection ended",
		[IKE_SILENT] = "does not answer",
		[CHILD_UP] = "tunnel up",
		[CHILD_REKEYED] = "tunnel keys replaced",
		[CHILD_DOWN] = "tunnel down",
	};

	return text[what];
}
