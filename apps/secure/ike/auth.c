// SPDX-License-Identifier: MIT
// IKE_AUTH, both sides: who the other is, and the first CHILD SA (RFC 7296, 1.2
// and 2.15).
#include "selector.h"
#include "state.h"

enum { METHOD_PSK = 2, ID_HEAD = 4 };

static bool
id_is(const struct body *id, const struct ike_id *expected)
{
	return id->head >> 24 == expected->type &&
	       slice_is(id->data, expected->bytes, expected->length);
}

// What the one in `role` proves.  id: its ID payload, whose head counts, too.
static void
proof(struct ike *ike, struct ike_sa *sa, unsigned role, struct slice id, uint8_t out[HASH])
{
	const struct ike_peer *peer = peer_of(ike, sa);

	keys_auth(&sa->keys, role, slice_of(peer->psk, peer->psk_length),
	          sa->first[role], sa->nonce[!role], id, out);
}

// Who we are.
static void
write_ours(struct ike *ike, struct ike_sa *sa, struct writer *w)
{
	const struct ike_id *id = &peer_of(ike, sa)->local_id;
	uint32_t start = w->n + 4;
	uint8_t mac[HASH];

	payload_write(w, sa->role == 0 ? PAY_IDI : PAY_IDR, (uint32_t)id->type << 24,
	              slice_of(id->bytes, id->length));
	proof(ike, sa, sa->role, slice_of(w->at + start, w->full ? 0 : w->n - start), mac);
	payload_write(w, PAY_AUTH, METHOD_PSK << 24, slice_of(mac, HASH));
}

// Is the peer who it should be?
static enum ike_refusal
check(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	const struct body *id = &BODY(p, sa->role == 0 ? PAY_IDR : PAY_IDI);
	const struct body *auth = &BODY(p, PAY_AUTH);
	uint8_t mac[HASH];

	if (auth->data.n == 0 || id->data.n == 0)
		return p->error != 0 ? REFUSED_ERROR : REFUSED_SYNTAX;
	if (sa->peer == NOBODY || !id_is(id, &peer_of(ike, sa)->remote_id))
		return REFUSED_NAME;
	proof(ike, sa, !sa->role, slice_of(id->data.at - ID_HEAD, id->data.n + ID_HEAD), mac);
	return auth->head >> 24 == METHOD_PSK && auth->data.n == HASH &&
	       same_secret(auth->data.at, mac, HASH) ? ACCEPTED : REFUSED_KEY;
}

void
auth_send(struct ike *ike, struct ike_sa *sa)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct writer w = message_begin(sa, EX_AUTH, 0);
	struct suite *offer = &sa->pending.offered;
	struct ike_sa *oldest;

	*offer = suite_allowed(PROTO_ESP, 4, peer->flags, 0);
	offer->spi = spi_new(ike, offer->spi_bytes);
	w.full = offer->spi == 0;
	write_ours(ike, sa, &w);
	if (sa_count(ike, UP, UP, sa->peer, &oldest) == 0)
		payload_write(&w, PAY_NOTIFY, N_INITIAL_CONTACT, slice_of(NULL, 0));
	payload_write(&w, PAY_IDR, (uint32_t)peer->remote_id.type << 24,
	              slice_of(peer->remote_id.bytes, peer->remote_id.length));
	suite_write(&w, offer);
	selector_write(&w, PAY_TSI, peer->inner_local);
	selector_write(&w, PAY_TSR, peer->inner_remote);
	if (!request_send(ike, sa, &w, TASK_AUTH))
		sa_end(ike, sa, FREE);
}

// By who has answered not before his answer has arrived: until then the peer has nothing else.
static void
delete_soon(struct ike *ike, const struct ike_sa *sa, struct ike_sa *which)
{
	if (sa->role == 0 || which->delete_at != 0)
		which->want_delete = true;
	else
		which->delete_at = in_ms(ike, OUTBOUND_MS);
}

// What was there before this exchange began, the peer has forgotten, if it says so.
// Otherwise an earlier one that the same side began is to be deleted; when even that
// one is not the first, it is not waited for.  Of two IKE SAs that both sides began
// at the same time, the one whose initiator has the lower SPI is deleted, by him.
static void
part_with_others(struct ike *ike, struct ike_sa *sa, bool forgotten)
{
	for EACH_SA(ike, other) {
		struct ike_sa *ours = sa->role == 0 ? sa : other;
		const struct ike_sa *theirs = sa->role == 0 ? other : sa;

		if (other == sa || other->peer != sa->peer ||
		    (other->state != UP && other->state != CLOSING))
			continue;
		link_why(ike, sa->peer, forgotten ? "the peer has begun anew" :
		                        "another connection takes its place");
		if ((forgotten && other->born < sa->born) ||
		    (other->role == sa->role && other->state == CLOSING))
			sa_end(ike, other, FREE);
		else if (other->role == sa->role || sa->renews)
			delete_soon(ike, sa, other);
		else if (ours->spi[0] < theirs->spi[0])
			delete_soon(ike, sa, ours);
	}
}

static void
authenticated(struct ike *ike, struct ike_sa *sa, bool forgotten)
{
	if (forgotten)
		part_with_others(ike, sa, true);
	sa->born = ike->now;
	sa_up(ike, sa);
	link_note(ike, sa, IKE_UP);
}

enum ike_refusal
auth_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
              const struct pending *was)
{
	struct agreed a = { .nonces = { sa->nonce[0], sa->nonce[1] }, .begun = true,
	                    .ours = was->offered.spi };
	enum ike_refusal why = check(ike, sa, p);

	if (why != ACCEPTED)
		return why;
	authenticated(ike, sa, false);
	if (p->error != 0)
		return REFUSED_ERROR;
	if (!suite_answer(BODY(p, PAY_SA).data, &was->offered, &a.suite))
		return REFUSED_PROPOSAL;
	why = child_make(ike, sa, p, &a, CHILD_FIRST, NULL);
	if (why == ACCEPTED)                    // until here the old tunnel was the better one
		part_with_others(ike, sa, false);
	return why;
}

// The peer with that name, at that address, under the name it calls us by.
static unsigned
find_peer(const struct ike *ike, const struct ike_sa *sa, const struct payloads *p)
{
	const struct body *ours = &BODY(p, PAY_IDR);
	const unsigned chosen = sa->suite.set & (IKE_KEYS | IKE_GROUPS);

	for (unsigned i = 0; i < ike->config->count; i++) {
		const struct ike_peer *peer = &ike->config->peer[i];

		if ((peer->remote == 0 || peer->remote == sa->path.remote) &&
		    id_is(&BODY(p, PAY_IDI), &peer->remote_id) &&
		    (ours->data.n == 0 || id_is(ours, &peer->local_id)) &&
		    (chosen & ~peer->flags) == 0)
			return i;
	}
	return NOBODY;
}

enum ike_refusal
auth_request(struct ike *ike, struct ike_sa *sa, struct payloads *p, struct writer *w)
{
	struct agreed a = { .nonces = { sa->nonce[0], sa->nonce[1] } };
	enum ike_refusal why;
	struct suite allowed;

	sa->peer = find_peer(ike, sa, p);
	why = check(ike, sa, p);
	if (why != ACCEPTED) {
		sa->peer = NOBODY;
		return why;
	}
	sa->encap = sa->encap && sa->path.local_port == IKE_NAT_PORT;
	authenticated(ike, sa, p->initial_contact);
	write_ours(ike, sa, w);
	allowed = suite_allowed(PROTO_ESP, 4, peer_of(ike, sa)->flags, 0);
	if (BODY(p, PAY_SA).data.n == 0)
		why = ACCEPTED;                 // no CHILD SA wanted
	else if (!suite_choose(BODY(p, PAY_SA).data, &allowed, 0, &a.suite))
		why = REFUSED_PROPOSAL;
	else
		why = child_make(ike, sa, p, &a, CHILD_FIRST, w);
	if (why == ACCEPTED)
		part_with_others(ike, sa, false);
	return why;
}
