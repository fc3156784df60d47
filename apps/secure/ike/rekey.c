// SPDX-License-Identifier: MIT
// CREATE_CHILD_SA for a new IKE SA, which inherits the CHILD SAs of the old one
// (RFC 7296, 1.3.2, 2.8, 2.18 and 2.25.2).
#include <string.h>
#include <base/wipe.h>
#include "state.h"

void
rekey_send(struct ike *ike, struct ike_sa *sa, unsigned group)
{
	struct writer w = request_begin(sa, EX_CHILD);
	struct suite *offer = &sa->pending.offered;

	*offer = ike_allowed(peer_of(ike, sa)->flags);
	offer->spi_bytes = 8;
	offer->groups = (uint8_t)group;
	if (!random_fill(ike, &offer->spi, sizeof offer->spi) ||
	    !fresh_make(ike, &sa->pending.fresh, group)) {
		request_done(sa);
		sa->retry_at = in_about(ike, AGAIN_MS);
		return;
	}
	suite_write(&w, offer);
	fresh_write(&w, &sa->pending.fresh);
	request_send(ike, sa, &w, TASK_REKEY);
}

static void
move_children(struct ike_sa *from, struct ike_sa *to)
{
	memcpy(to->child, from->child, sizeof to->child);
	wipe(from->child, sizeof from->child);
	to->want_child = from->want_child;
}

static void
replaced(struct ike *ike, struct ike_sa *sa)
{
	sa->state = REPLACED;
	sa->end_at = ike->now + REPLACED_MS;
}

// The new one: like the old one but for its keys.
static struct ike_sa *
successor(struct ike *ike, const struct ike_sa *old, unsigned role, const struct suite *suite,
          struct nonces n, const uint8_t shared[GROUP_SHARED], uint64_t ours)
{
	struct ike_sa *sa = sa_new(ike, UP, role);
	uint8_t seed[HASH];

	if (sa == NULL)
		return NULL;
	if (ours != 0)
		sa->spi[role] = ours;
	sa->spi[!role] = suite->spi;
	sa->peer = old->peer;
	sa->path = old->path;
	sa->born = old->born;
	sa->encap = old->encap;
	sa->behind_nat = old->behind_nat;
	sa->suite = *suite;
	sa->keys.key_bytes = suite->keys == KEY_256 ? 32 : 16;
	keys_seed_again(old->keys.d, n, slice_of(shared, GROUP_SHARED), seed);
	keys_derive(&sa->keys, seed, n, sa->spi[0], sa->spi[1]);
	wipe(seed, sizeof seed);
	sa_up(ike, sa);
	return sa;
}

static void
make_answer(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w,
            struct suite *chosen)
{
	uint8_t shared[GROUP_SHARED];
	struct nonces n;
	struct fresh mine = { 0 };
	struct ike_sa *new = NULL;

	if (fresh_make(ike, &mine, chosen->groups) &&
	    fresh_agree(ike, &mine, ke_public(BODY(p, PAY_KE)), shared)) {
		n = (struct nonces){ BODY(p, PAY_NONCE), slice_of(mine.nonce, NONCE) };
		new = successor(ike, sa, 1, chosen, n, shared, 0);
	}
	if (new == NULL) {
		notify_write(w, N_NO_ADDITIONAL, slice_of(w->at, 0));
	} else {
		if (sa->pending.task == TASK_REKEY) {
			rival_set(&sa->pending, sa_index(ike, new), n);
		} else {
			move_children(sa, new);
			replaced(ike, sa);
			note(ike, sa, IKE_REKEYED);
		}
		chosen->spi = new->spi[1];
		suite_write(w, chosen);
		fresh_write(w, &mine);
	}
	wipe(&mine, sizeof mine);
	wipe(shared, sizeof shared);
}

void
rekey_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w)
{
	struct suite allowed = ike_allowed(peer_of(ike, sa)->flags), chosen;
	unsigned group = ke_group(BODY(p, PAY_KE));
	enum task task = sa->pending.task;

	allowed.spi_bytes = 8;
	if (sa->state != UP || sa->want_delete || task == TASK_CHILD || task == TASK_DELETE_CHILD ||
	    task == TASK_DELETE || (task == TASK_REKEY && sa->pending.rival != NOBODY)) {
		say_no(ike, w, REFUSED_EXCHANGE, N_TEMPORARY);
	} else if (!nonce_good(BODY(p, PAY_NONCE))) {
		say_no(ike, w, REFUSED_SYNTAX, N_SYNTAX);
	} else if (!suite_choose(BODY(p, PAY_SA), &allowed, group, &chosen) || chosen.spi == 0) {
		say_no(ike, w, REFUSED_PROPOSAL, N_NO_PROPOSAL);
	} else if (chosen.groups != group) {
		refuse(ike, REFUSED_GROUP);
		invalid_ke_write(w, chosen.groups);
	} else {
		make_answer(ike, sa, p, w, &chosen);
	}
}

void
rekey_rival_wins(struct ike *ike, struct ike_sa *sa)
{
	if (sa->pending.task != TASK_REKEY || sa->pending.rival == NOBODY)
		return;
	move_children(sa, &ike->sa[sa->pending.rival]);
	request_done(sa);
	replaced(ike, sa);
	note(ike, sa, IKE_REKEYED);
}

struct ike_sa *
rekey_rival_of(struct ike *ike, const struct ike_sa *sa)
{
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].pending.task == TASK_REKEY &&
		    ike->sa[i].pending.rival == sa_index(ike, sa))
			return &ike->sa[i];
	return NULL;
}

void
rekey_settled(struct ike *ike, const struct ike_sa *sa)
{
	struct ike_sa *old = rekey_rival_of(ike, sa);

	if (old != NULL)
		rekey_rival_wins(ike, old);
}

// The answer is good: `new` exists.  Who inherits, and who deletes what?
static void
settle(struct ike *ike, struct ike_sa *sa, const struct pending *was, struct ike_sa *new,
       struct nonces n)
{
	if (rival_wins(was, n)) {
		move_children(sa, &ike->sa[was->rival]);
		replaced(ike, sa);
		new->want_delete = true;
		new->ended = true;              // nothing ends with it
	} else {
		move_children(sa, new);
		if (was->rival != NOBODY)
			replaced(ike, &ike->sa[was->rival]);
		sa->want_delete = true;
		sa->ended = true;
	}
	note(ike, sa, IKE_REKEYED);
}

static void
refused(struct ike *ike, struct ike_sa *sa, const struct payloads *p, const struct pending *was)
{
	unsigned group = suite_group(p->wanted_group);

	refuse(ike, REFUSED_ERROR);
	sa->retry_at = in_about(ike, AGAIN_MS);
	if (was->rival != NOBODY) {
		move_children(sa, &ike->sa[was->rival]);
		replaced(ike, sa);
	} else if (p->error == N_INVALID_KE && group != was->fresh.group &&
	           (group & ike_allowed(peer_of(ike, sa)->flags).groups) != 0) {
		rekey_send(ike, sa, group);
	}
}

void
rekey_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	struct pending was = sa->pending;
	uint8_t shared[GROUP_SHARED];
	struct nonces n = { slice_of(was.fresh.nonce, NONCE), BODY(p, PAY_NONCE) };
	struct ike_sa *new = NULL;
	struct suite chosen;

	request_done(sa);
	if (p->error != 0) {
		refused(ike, sa, p, &was);
	} else if (nonce_good(BODY(p, PAY_NONCE)) &&
	           suite_answer(BODY(p, PAY_SA), &was.offered, &chosen) && chosen.spi != 0 &&
	           ke_group(BODY(p, PAY_KE)) == was.fresh.group &&
	           fresh_agree(ike, &was.fresh, ke_public(BODY(p, PAY_KE)), shared) &&
	           (new = successor(ike, sa, 0, &chosen, n, shared, was.offered.spi)) != NULL) {
		settle(ike, sa, &was, new, n);
	} else {
		refuse(ike, REFUSED_SYNTAX);
		sa->want_delete = true;
	}
	wipe(shared, sizeof shared);
	wipe(&was, sizeof was);
}
