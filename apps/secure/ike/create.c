// SPDX-License-Identifier: MIT
// CREATE_CHILD_SA: new CHILD SAs, and new keys for CHILD SAs (RFC 7296, 1.3.1 and
// 1.3.3) or for the IKE SA, which inherits the CHILD SAs (1.3.2).  When both sides
// replace the same thing at once, each tells the other to try again (2.25).
#include <string.h>
#include <base/wipe.h>
#include "selector.h"
#include "state.h"

static struct suite
allowed(uint32_t flags, uint32_t groups, bool for_ike)
{
	return suite_allowed(for_ike ? PROTO_IKE : PROTO_ESP, for_ike ? 8 : 4, flags, groups);
}

void
create_send(struct ike *ike, struct ike_sa *sa, enum task task, unsigned c, uint32_t group)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct writer w = message_begin(sa, EX_CHILD, 0);
	struct suite *offer = &sa->pending.offered;

	*offer = allowed(peer->flags, group, task == TASK_REKEY);
	offer->spi = spi_new(ike, offer->spi_bytes);
	sa->pending.child = c;
	w.full = offer->spi == 0 || !fresh_make(ike, &sa->pending.fresh, group);
	if (c != NOBODY)
		payload_write_spis(&w, PAY_NOTIFY, ABOUT_ESP | N_REKEY, &sa->child[c].spi_in, 1);
	agree_write(&w, offer, &sa->pending.fresh);
	if (task == TASK_CHILD) {
		selector_write(&w, PAY_TSI, peer->inner_local);
		selector_write(&w, PAY_TSR, peer->inner_remote);
	}
	request_send(ike, sa, &w, task);
}

// The new one is like the old one but for its keys, and inherits what it has.
static enum ike_refusal
succeed(struct ike *ike, struct ike_sa *old, struct agreed *a, struct writer *w)
{
	unsigned role = a->begun ? 0 : 1;
	struct ike_sa *sa = sa_new(ike, UP, role);
	struct suite ours = a->suite;

	if (sa == NULL)
		return REFUSED_FULL;
	if (a->begun)
		sa->spi[0] = a->ours;
	sa->spi[!role] = a->suite.spi;
	sa->peer = old->peer;
	sa->path = old->path;
	sa->born = old->born;
	sa->encap = old->encap;
	sa->behind_nat = old->behind_nat;
	agree_keys(sa, a, old->keys.d);
	memcpy(sa->child, old->child, sizeof sa->child);
	wipe(old->child, sizeof old->child);
	sa_end(ike, old, REPLACED);
	sa_up(ike, sa);
	link_note(ike, sa, IKE_REKEYED);
	ours.spi = sa->spi[role];
	if (!a->begun)
		agree_write(w, &ours, &a->mine);
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
	uint32_t flags = peer_of(ike, sa)->flags;
	struct suite may = allowed(flags, flags & IKE_GROUPS, for_ike);
	const bool replaces = p->rekey != 0 && !for_ike;
	unsigned c = replaces ? child_find(sa, p->rekey) : NOBODY;
	struct agreed a;
	enum ike_refusal why;

	if (replaces && c == NOBODY)
		return REFUSED_CHILD;
	if (is_busy(sa, c, for_ike))
		return REFUSED_BUSY;
	why = agree_answer(ike, p, &may, &a);
	if (why == ACCEPTED)
		why = for_ike ? succeed(ike, sa, &a, w) :
		      child_make(ike, sa, p, &a, replaces ? CHILD_REPLACES : CHILD_ADDED, w);
	if (why == ACCEPTED && replaces)
		replaced(ike, &sa->child[c]);
	// the peer cannot replace it as we want it: so we do, before it expires
	if (why == REFUSED_PROPOSAL && replaces) {
		link_why(ike, sa->peer, ike_refusal_text(why));
		link_note(ike, sa, CHILD_REFUSED);
		sa->child[c].rekey_at = ike->now;
	}
	wipe(&a, sizeof a);
	return why;
}

// The peer says no.  What it cannot do now it is asked again; else another way is tried.
static void
refused(struct ike *ike, struct ike_sa *sa, const struct payloads *p, const struct pending *was)
{
	uint16_t group = other_group(ike, sa, p, was->fresh.group);

	refuse(ike, REFUSED_ERROR);
	link_why(ike, sa->peer, error_text(p->error));
	// once: it is the group of the IKE SA that is tried first
	if (group != 0 && was->fresh.group == (sa->suite.set & IKE_GROUPS)) {
		create_send(ike, sa, was->task, was->child, group);
	} else if (p->error == N_NO_CHILD && was->child != NOBODY) {
		child_end(ike, sa, was->child);
	} else if (p->error == N_TEMPORARY) {
		sa->retry_at = link_wait(ike, sa->peer);
	} else if (was->task == TASK_REKEY) {
		sa->worn = true;
		sa->rekey_at = ike->now;
	} else {
		link_climb(ike, sa);
	}
}

enum ike_refusal
create_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                const struct pending *was)
{
	enum ike_refusal why = ACCEPTED;
	struct agreed a;

	if (p->error != 0) {
		refused(ike, sa, p, was);
	} else if ((why = agree_accept(ike, p, was, &a)) != ACCEPTED) {
		;
	} else if (was->task == TASK_REKEY) {
		why = succeed(ike, sa, &a, NULL);
		sa->want_delete = true;
	} else {
		why = child_make(ike, sa, p, &a, CHILD_REPLACES, NULL);
		if (why == ACCEPTED && was->child != NOBODY)
			sa->child[was->child].want_delete = true;
	}
	wipe(&a, sizeof a);
	return why;
}
