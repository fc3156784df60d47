// SPDX-License-Identifier: MIT
// CHILD SAs in CREATE_CHILD_SA: new ones, and ones that replace others (RFC 7296,
// 1.3.1, 1.3.3, 2.8.1 and 2.25.1).
#include <base/wipe.h>
#include "selector.h"
#include "state.h"

void
create_send(struct ike *ike, struct ike_sa *sa, unsigned c, unsigned group)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct writer w = request_begin(sa, EX_CHILD);
	struct suite *offer = &sa->pending.offered;

	*offer = child_allowed(peer, group);
	offer->spi = child_spi(ike);
	sa->pending.child = c;
	if (offer->spi == 0 || !fresh_make(ike, &sa->pending.fresh, group)) {
		request_done(sa);
		sa->retry_at = in_about(ike, AGAIN_MS);
		return;
	}
	if (c != NOBODY)
		notify_write_spi(&w, N_REKEY, sa->child[c].spi_in);
	suite_write(&w, offer);
	fresh_write(&w, &sa->pending.fresh);
	selector_write(&w, PAY_TSI, peer->inner_local);
	selector_write(&w, PAY_TSR, peer->inner_remote);
	request_send(ike, sa, &w, TASK_CHILD);
}

// The peer replaces *old (NOBODY: it makes an additional one).  False: not now,
// which has been said.
static bool
may_create(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w,
           unsigned *old)
{
	*old = p->rekey != 0 ? child_find(sa, p->rekey) : NOBODY;
	if (p->rekey != 0 && *old == NOBODY) {
		refuse(ike, REFUSED_ERROR);
		notify_write_spi(w, N_NO_CHILD, p->rekey);
	} else if (sa->state != UP || sa->pending.task == TASK_REKEY ||
	           sa->pending.task == TASK_DELETE ||
	           (*old != NOBODY && (sa->child[*old].state != CHILD_LIVE ||
	                               sa->child[*old].want_delete))) {
		say_no(ike, w, REFUSED_EXCHANGE, N_TEMPORARY);
	} else if (child_free_slot(sa) == NOBODY) {
		say_no(ike, w, REFUSED_FULL, N_NO_ADDITIONAL);
	} else {
		return true;
	}
	return false;
}

// An answer that is no answer: the two sides do not agree upon what exists.
static void
give_up(struct ike *ike, struct ike_sa *sa, enum ike_refusal why)
{
	refuse(ike, why);
	sa->want_delete = true;
}

static void
replaced(struct ike *ike, struct child *child)
{
	child->state = CHILD_REPLACED;
	child->end_at = ike->now + REPLACED_MS;
}

static void
make_answer(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w,
            unsigned old, struct new_child *n)
{
	uint8_t shared[GROUP_SHARED];
	struct fresh mine = { 0 };
	unsigned c = NOBODY;

	n->spi_in = child_spi(ike);
	n->at_once = old == NOBODY;
	if (n->spi_in != 0 && fresh_make(ike, &mine, n->suite.groups) &&
	    (mine.group == 0 || fresh_agree(ike, &mine, ke_public(BODY(p, PAY_KE)), shared))) {
		n->nonces = (struct nonces){ BODY(p, PAY_NONCE), slice_of(mine.nonce, NONCE) };
		n->shared = slice_of(shared, mine.group != 0 ? GROUP_SHARED : 0);
		c = child_make(ike, sa, n);
	}
	if (c == NOBODY) {
		say_no(ike, w, REFUSED_INSTALL, N_NO_PROPOSAL);
	} else {
		if (old != NOBODY && sa->pending.task == TASK_CHILD && sa->pending.child == old)
			rival_set(&sa->pending, c, n->nonces);
		else if (old != NOBODY)
			replaced(ike, &sa->child[old]);
		n->suite.spi = n->spi_in;
		suite_write(w, &n->suite);
		fresh_write(w, &mine);
		selector_write(w, PAY_TSI, n->remote);
		selector_write(w, PAY_TSR, n->local);
	}
	wipe(&mine, sizeof mine);
	wipe(shared, sizeof shared);
}

void
create_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct suite allowed = child_allowed(peer, ike_allowed(peer->flags).groups);
	unsigned old, group = ke_group(BODY(p, PAY_KE));
	struct new_child n = { .local = peer->inner_local, .remote = peer->inner_remote };

	if (!may_create(ike, sa, p, w, &old))
		return;
	if (!nonce_good(BODY(p, PAY_NONCE)))
		say_no(ike, w, REFUSED_SYNTAX, N_SYNTAX);
	else if (!suite_choose(BODY(p, PAY_SA), &allowed, group, &n.suite) ||
	         (n.suite.groups == 0 && (peer->flags & IKE_PFS) != 0))
		say_no(ike, w, REFUSED_PROPOSAL, N_NO_PROPOSAL);
	else if (n.suite.groups != 0 && n.suite.groups != group)
		refuse(ike, REFUSED_GROUP), invalid_ke_write(w, n.suite.groups);
	else if (!selector_narrow(BODY(p, PAY_TSI), &n.remote) ||
	         !selector_narrow(BODY(p, PAY_TSR), &n.local))
		say_no(ike, w, REFUSED_SELECTOR, N_TS_REFUSED);
	else
		make_answer(ike, sa, p, w, old, &n);
}

// The peer says no.
static void
refused(struct ike *ike, struct ike_sa *sa, const struct payloads *p, const struct pending *was)
{
	unsigned group = suite_group(p->wanted_group);

	if (was->rival != NOBODY && was->child != NOBODY)
		replaced(ike, &sa->child[was->child]);
	else if (p->error == N_INVALID_KE && group != was->fresh.group &&
	         (group & ike_allowed(peer_of(ike, sa)->flags).groups) != 0)
		create_send(ike, sa, was->child, group);
	else if (p->error == N_NO_CHILD && was->child != NOBODY)
		child_end(ike, sa, was->child);
	refuse(ike, REFUSED_ERROR);
	sa->retry_at = in_about(ike, AGAIN_MS);
}

// Both have replaced the same one: which of the three stay?
static void
settle(struct ike *ike, struct ike_sa *sa, const struct pending *was, unsigned c,
       struct nonces nonces)
{
	if (rival_wins(was, nonces)) {
		sa->child[c].want_delete = true;
		sa->child[c].out_at = UINT64_MAX;
		child_use(ike, sa, was->rival);
		if (was->child != NOBODY)
			replaced(ike, &sa->child[was->child]);
		return;
	}
	child_use(ike, sa, c);
	if (was->rival != NOBODY)
		replaced(ike, &sa->child[was->rival]);
	if (was->child != NOBODY)
		sa->child[was->child].want_delete = true;
}

void
create_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct pending was = sa->pending;
	uint8_t shared[GROUP_SHARED];
	struct new_child n = {
		.spi_in = (uint32_t)was.offered.spi, .begun = true, .local = peer->inner_local,
		.remote = peer->inner_remote, .at_once = false,
		.nonces = { slice_of(was.fresh.nonce, NONCE), BODY(p, PAY_NONCE) },
	};
	unsigned c;

	request_done(sa);
	if (p->error != 0)
		refused(ike, sa, p, &was);
	else if (!nonce_good(BODY(p, PAY_NONCE)))
		give_up(ike, sa, REFUSED_SYNTAX);
	else if (!suite_answer(BODY(p, PAY_SA), &was.offered, &n.suite))
		give_up(ike, sa, REFUSED_PROPOSAL);
	else if (ke_group(BODY(p, PAY_KE)) != was.fresh.group)
		give_up(ike, sa, REFUSED_GROUP);
	else if (!selector_answer(BODY(p, PAY_TSI), &n.local) ||
	         !selector_answer(BODY(p, PAY_TSR), &n.remote))
		give_up(ike, sa, REFUSED_SELECTOR);
	else if (was.fresh.group != 0 &&
	         !fresh_agree(ike, &was.fresh, ke_public(BODY(p, PAY_KE)), shared))
		give_up(ike, sa, REFUSED_GROUP);
	else {
		n.shared = slice_of(shared, was.fresh.group != 0 ? GROUP_SHARED : 0);
		c = child_make(ike, sa, &n);
		if (c == NOBODY)
			give_up(ike, sa, REFUSED_INSTALL);
		else
			settle(ike, sa, &was, c, n.nonces);
	}
	wipe(shared, sizeof shared);
	wipe(&was, sizeof was);
}
