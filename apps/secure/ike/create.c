// SPDX-License-Identifier: MIT
// CREATE_CHILD_SA: new CHILD SAs, and new keys for CHILD SAs (RFC 7296, 1.3.1 and
// 1.3.3) or for the IKE SA, which inherits the CHILD SAs (1.3.2).  When both sides
// replace the same thing at once, each tells the other to try again (2.25).
#include <string.h>
#include <base/wipe.h>
#include "selector.h"
#include "state.h"

static struct suite
allowed(const struct ike_peer *peer, bool for_ike)
{
	struct suite s = for_ike ? suite_ike(peer->flags) :
	                 suite_child(peer->flags, peer->flags & IKE_GROUPS);

	if (for_ike)
		s.spi_bytes = 8;
	return s;
}

void
create_send(struct ike *ike, struct ike_sa *sa, enum task task, unsigned c, uint32_t group)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct writer w = request_begin(sa, EX_CHILD);
	struct suite *offer = &sa->pending.offered;

	*offer = allowed(peer, task == TASK_REKEY);
	offer->set = (uint16_t)((offer->set & ~(unsigned)IKE_GROUPS) | group);
	offer->spi = spi_new(ike, offer->spi_bytes);
	sa->pending.child = c;
	if (offer->spi == 0 || !fresh_make(ike, &sa->pending.fresh, group)) {
		refuse(ike, REFUSED_RANDOM);
		request_failed(ike, sa);
		return;
	}
	if (c != NOBODY) {
		payload_begin(&w, PAY_NOTIFY, N_ESP_SPI | N_REKEY);
		write32(&w, sa->child[c].spi_in);
		payload_end(&w);
	}
	agree_write(&w, offer, &sa->pending.fresh);
	if (task == TASK_CHILD) {
		selector_write(&w, PAY_TSI, peer->inner_local);
		selector_write(&w, PAY_TSR, peer->inner_remote);
	}
	request_send(ike, sa, &w, task);
}

// The new one is like the old one but for its keys, and inherits what it has.
static struct ike_sa *
succeed(struct ike *ike, struct ike_sa *old, unsigned role, uint64_t ours, const struct agreed *a)
{
	struct ike_sa *sa = sa_new(ike, UP, role);

	if (sa == NULL)
		return NULL;
	if (ours != 0)
		sa->spi[role] = ours;
	sa->spi[!role] = a->suite.spi;
	sa->peer = old->peer;
	sa->path = old->path;
	sa->born = old->born;
	sa->encap = old->encap;
	sa->behind_nat = old->behind_nat;
	sa->want_child = old->want_child;
	agree_keys(sa, a, old->keys.d);
	memcpy(sa->child, old->child, sizeof sa->child);
	wipe(old->child, sizeof old->child);
	sa_replaced(ike, old);
	sa_up(ike, sa);
	note(ike, sa, IKE_REKEYED);
	return sa;
}

static enum ike_refusal
rekey_answer(struct ike *ike, struct ike_sa *sa, struct agreed *a, struct writer *w)
{
	struct ike_sa *new = succeed(ike, sa, 1, 0, a);

	if (new == NULL)
		return REFUSED_FULL;
	a->suite.spi = new->spi[1];
	agree_write(w, &a->suite, &a->mine);
	return ACCEPTED;
}

static void
replaced(struct ike *ike, struct child *child)
{
	child->state = CHILD_REPLACED;
	child->end_at = in_ms(ike, REPLACED_MS);
}

// Can the peer replace CHILD SA c (NOBODY: add one), or the IKE SA, now?
static bool
is_busy(const struct ike_sa *sa, unsigned c, bool for_ike)
{
	enum task task = sa->pending.task;

	if (sa->state != UP || task == TASK_REKEY || task == TASK_DELETE)
		return true;
	if (for_ike)
		return sa->want_delete || task == TASK_CHILD || task == TASK_DELETE_CHILD;
	return c != NOBODY && (sa->child[c].state != CHILD_LIVE || sa->child[c].want_delete ||
	                       (task == TASK_CHILD && c == sa->pending.child));
}

enum ike_refusal
create_request(struct ike *ike, struct ike_sa *sa, struct payloads *p, struct writer *w)
{
	struct slice offer = BODY(p, PAY_SA).data;
	const bool for_ike = offer.n != 0 && offer.at[5] == PROTO_IKE;
	struct suite may = allowed(peer_of(ike, sa), for_ike);
	const bool replaces = p->rekey != 0 && !for_ike;
	unsigned c = replaces ? child_find(sa, p->rekey) : NOBODY;
	struct agreed a;
	enum ike_refusal why;

	if (replaces && c == NOBODY)
		return REFUSED_CHILD;
	if (is_busy(sa, c, for_ike))
		return REFUSED_BUSY;
	if (!for_ike && child_find(sa, 0) == NOBODY)
		return REFUSED_FULL;
	why = agree_answer(ike, p, &may, &a);
	if (why == ACCEPTED)
		why = for_ike ? rekey_answer(ike, sa, &a, w) :
		      child_answer(ike, sa, p, &a, false, !replaces, w);
	if (why == ACCEPTED && replaces)
		replaced(ike, &sa->child[c]);
	wipe(&a, sizeof a);
	return why;
}

// The peer says no.
static void
refused(struct ike *ike, struct ike_sa *sa, const struct payloads *p, const struct pending *was)
{
	uint16_t group = other_group(ike, sa, p, was->fresh.group);

	refuse(ike, REFUSED_ERROR);
	sa->retry_at = in_about(ike, AGAIN_MS);
	if (group != 0)
		create_send(ike, sa, was->task, was->child, group);
	else if (p->error == N_NO_CHILD && was->child != NOBODY)
		child_end(ike, sa, was->child);
}

enum ike_refusal
create_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	struct pending was = sa->pending;
	enum ike_refusal why = ACCEPTED;
	struct agreed a;

	request_done(sa);
	if (p->error != 0)
		refused(ike, sa, p, &was);
	else
		why = agree_accept(ike, p, &was.offered, &was.fresh, &a);
	if (why == ACCEPTED && p->error == 0 && was.task == TASK_CHILD) {
		why = child_accept(ike, sa, p, &a, was.offered.spi);
		if (why == ACCEPTED && was.child != NOBODY)
			sa->child[was.child].want_delete = true;
	} else if (why == ACCEPTED && p->error == 0) {
		why = succeed(ike, sa, 0, was.offered.spi, &a) != NULL ? ACCEPTED : REFUSED_FULL;
		sa->want_delete = true;
	}
	wipe(&a, sizeof a);
	wipe(&was, sizeof was);
	return why;
}
