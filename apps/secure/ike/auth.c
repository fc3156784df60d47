// SPDX-License-Identifier: MIT
// IKE_AUTH, both sides: who the other is, and the first CHILD SA (RFC 7296, 1.2
// and 2.15).
#include <string.h>
#include "selector.h"
#include "state.h"

enum { METHOD_PSK = 2, ID_HEAD = 4, AUTH_HEAD = 4 };

static void
id_write(struct writer *w, enum payload type, const struct ike_id *id)
{
	payload_begin(w, type);
	write8(w, id->type);
	write8(w, 0);
	write16(w, 0);
	write_bytes(w, id->bytes, id->length);
	payload_end(w);
}

static bool
id_is(struct slice body, const struct ike_id *id)
{
	return body.n > ID_HEAD && body.at[0] == id->type &&
	       slice_is(slice_of(body.at + ID_HEAD, body.n - ID_HEAD), id->bytes, id->length);
}

// What the one in `role` proves, whose ID payload has this body.
static void
proof(struct ike *ike, struct ike_sa *sa, unsigned role, struct slice id, uint8_t out[HASH])
{
	const struct ike_peer *peer = peer_of(ike, sa);

	keys_auth(&sa->keys, role, slice_of(peer->psk, peer->psk_length),
	          slice_of(sa->first[role], sa->first_bytes[role]),
	          slice_of(sa->nonce[!role], sa->nonce_bytes[!role]), id, out);
}

static void
auth_write(struct ike *ike, struct ike_sa *sa, struct writer *w)
{
	const struct ike_id *id = &peer_of(ike, sa)->local_id;
	uint8_t body[ID_HEAD + IKE_ID_MAX] = { id->type }, mac[HASH];

	memcpy(body + ID_HEAD, id->bytes, id->length);
	proof(ike, sa, sa->role, slice_of(body, ID_HEAD + id->length), mac);
	payload_begin(w, PAY_AUTH);
	write8(w, METHOD_PSK);
	write8(w, 0);
	write16(w, 0);
	write_bytes(w, mac, HASH);
	payload_end(w);
}

static bool
auth_good(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	struct slice auth = BODY(p, PAY_AUTH);
	uint8_t mac[HASH];

	proof(ike, sa, !sa->role, sa->role == 0 ? BODY(p, PAY_IDR) : BODY(p, PAY_IDI), mac);
	return auth.n == AUTH_HEAD + HASH && auth.at[0] == METHOD_PSK &&
	       same_secret(auth.at + AUTH_HEAD, mac, HASH);
}

static bool
is_up(const struct ike *ike, unsigned peer)
{
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].peer == peer && ike->sa[i].state == UP)
			return true;
	return false;
}

void
auth_send(struct ike *ike, struct ike_sa *sa)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct writer w = request_begin(sa, EX_AUTH);
	struct suite offer = child_allowed(peer, 0);

	offer.spi = child_spi(ike);
	sa->pending.offered = offer;
	id_write(&w, PAY_IDI, &peer->local_id);
	if (!is_up(ike, sa->peer))
		notify_write(&w, N_INITIAL_CONTACT, slice_of(w.at, 0));
	id_write(&w, PAY_IDR, &peer->remote_id);
	auth_write(ike, sa, &w);
	suite_write(&w, &offer);
	selector_write(&w, PAY_TSI, peer->inner_local);
	selector_write(&w, PAY_TSR, peer->inner_remote);
	if (offer.spi == 0 || !request_send(ike, sa, &w, TASK_AUTH))
		sa_free(ike, sa);
}

// Of two IKE SAs that both sides began at the same time, the one whose initiator
// has the lower SPI is deleted, by him.
static void
part_with_duplicates(struct ike *ike, const struct ike_sa *sa)
{
	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *other = &ike->sa[i];
		struct ike_sa *ours = sa->role == 0 ? &ike->sa[sa_index(ike, sa)] : other;
		const struct ike_sa *theirs = sa->role == 0 ? other : sa;

		if (other->state == UP && other->peer == sa->peer && other->role != sa->role &&
		    ours->spi[0] < theirs->spi[0])
			ours->want_delete = true;
	}
}

// INITIAL_CONTACT: what was there before this exchange began, the peer has
// forgotten.  Without it, too many are too many.
static void
part_with_old(struct ike *ike, const struct ike_sa *sa, bool all)
{
	struct ike_sa *oldest = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *other = &ike->sa[i];

		if (other == sa || other->peer != sa->peer ||
		    (other->state != UP && other->state != CLOSING))
			continue;
		if (all && other->born < sa->born) {
			sa_free(ike, other);
			continue;
		}
		n++;
		if (oldest == NULL || other->born < oldest->born)
			oldest = other;
	}
	if (n >= PEER_SAS)
		sa_free(ike, oldest);
}

void
auth_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct new_child n = {
		.spi_in = (uint32_t)sa->pending.offered.spi, .nonces = sa_nonces(sa),
		.local = peer->inner_local, .remote = peer->inner_remote,
		.begun = true, .at_once = true,
	};
	struct suite offer = sa->pending.offered;
	enum ike_refusal why = REFUSALS;

	request_done(sa);
	if (BODY(p, PAY_AUTH).n == 0)
		why = p->error != 0 ? REFUSED_ERROR : REFUSED_SYNTAX;
	else if (!id_is(BODY(p, PAY_IDR), &peer->remote_id))
		why = REFUSED_NAME;
	else if (!auth_good(ike, sa, p))
		why = REFUSED_KEY;
	if (why != REFUSALS) {
		// the peer may believe all is well: tell it, unless it said no itself
		refuse(ike, why);
		sa->state = CLOSING;
		sa->ended = true;
		sa->want_delete = why != REFUSED_ERROR;
		if (!sa->want_delete)
			sa_free(ike, sa);
		return;
	}
	sa->state = UP;
	sa->born = ike->now;
	note(ike, sa, IKE_UP);
	sa_up(ike, sa);
	part_with_duplicates(ike, sa);
	if (p->error != 0)
		why = REFUSED_ERROR;
	else if (!suite_answer(BODY(p, PAY_SA), &offer, &n.suite))
		why = REFUSED_PROPOSAL;
	else if (!selector_answer(BODY(p, PAY_TSI), &n.local) ||
	         !selector_answer(BODY(p, PAY_TSR), &n.remote))
		why = REFUSED_SELECTOR;
	else if (child_make(ike, sa, &n) == NOBODY)
		why = REFUSED_INSTALL;
	if (why != REFUSALS) {          // what for, then?
		refuse(ike, why);
		sa->want_delete = true;
	}
}

// The peer with that name, at that address, under the name it calls us by.
static unsigned
find_peer(const struct ike *ike, const struct ike_sa *sa, const struct payloads *p)
{
	for (unsigned i = 0; i < ike->config->count; i++) {
		const struct ike_peer *peer = &ike->config->peer[i];
		struct suite allowed = ike_allowed(peer->flags);

		if ((peer->remote == 0 || peer->remote == sa->path.remote) &&
		    id_is(BODY(p, PAY_IDI), &peer->remote_id) &&
		    (BODY(p, PAY_IDR).n == 0 || id_is(BODY(p, PAY_IDR), &peer->local_id)) &&
		    (allowed.keys & sa->suite.keys) != 0 &&
		    (allowed.groups & sa->suite.groups) != 0)
			return i;
	}
	return NOBODY;
}

// The CHILD SA that comes with an authenticated request.
static void
first_child(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct suite allowed = child_allowed(peer, 0);
	struct new_child n = {
		.nonces = sa_nonces(sa), .local = peer->inner_local, .remote = peer->inner_remote,
		.at_once = true,
	};

	if (BODY(p, PAY_SA).n == 0) {
		return;                         // none wanted
	} else if (!suite_choose(BODY(p, PAY_SA), &allowed, 0, &n.suite)) {
		say_no(ike, w, REFUSED_PROPOSAL, N_NO_PROPOSAL);
	} else if (!selector_narrow(BODY(p, PAY_TSI), &n.remote) ||
	           !selector_narrow(BODY(p, PAY_TSR), &n.local)) {
		say_no(ike, w, REFUSED_SELECTOR, N_TS_REFUSED);
	} else if ((n.spi_in = child_spi(ike)) == 0 || child_make(ike, sa, &n) == NOBODY) {
		say_no(ike, w, REFUSED_INSTALL, N_NO_PROPOSAL);
	} else {
		// until it has this reply, it answers nothing we may ask
		sa->child[0].sure_at = 0;
		n.suite.spi = n.spi_in;
		suite_write(w, &n.suite);
		selector_write(w, PAY_TSI, n.remote);
		selector_write(w, PAY_TSR, n.local);
	}
}

void
auth_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w)
{
	enum ike_refusal why = REFUSALS;

	sa->peer = find_peer(ike, sa, p);
	if (BODY(p, PAY_IDI).n == 0 || BODY(p, PAY_AUTH).n == 0)
		why = REFUSED_SYNTAX;
	else if (sa->peer == NOBODY)
		why = REFUSED_NAME;
	else if (!auth_good(ike, sa, p))
		why = REFUSED_KEY;
	if (why != REFUSALS) {
		refuse(ike, why);
		sa->peer = NOBODY;
		sa->failed = true;
		notify_write(w, N_AUTH_FAILED, slice_of(w->at, 0));
		return;
	}
	sa->encap = sa->encap && sa->path.local_port == IKE_NAT_PORT;
	part_with_old(ike, sa, p->initial_contact);
	sa->state = UP;
	sa->born = ike->now;
	note(ike, sa, IKE_UP);
	sa_up(ike, sa);
	id_write(w, PAY_IDR, &peer_of(ike, sa)->local_id);
	auth_write(ike, sa, w);
	first_child(ike, sa, p, w);
	part_with_duplicates(ike, sa);
}
