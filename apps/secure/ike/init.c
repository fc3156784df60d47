// SPDX-License-Identifier: MIT
// IKE_SA_INIT, both sides: algorithms, nonces, Diffie-Hellman (RFC 7296, 1.2).
// Nothing of it is authenticated, so that errors told here are not believed.
#include <string.h>
#include <base/wipe.h>
#include "state.h"

// Kept until both have proved what they sent.
static void
keep_first(struct ike_sa *sa, unsigned role, const uint8_t *message, uint32_t n)
{
	struct header h;
	struct payloads p;

	memcpy(sa->first_bytes[role], message, n);
	sa->first[role] = slice_of(sa->first_bytes[role], n);
	(void)header_read(sa->first[role], &h);
	(void)payloads_read(h.next, h.body, &p);
	sa->nonce[role] = BODY(&p, PAY_NONCE).data;
}

// The first message, with a new share of this group (0: the same again).
static void
send(struct ike *ike, struct ike_sa *sa, uint32_t group, struct slice cookie)
{
	struct pending *n = &sa->pending;
	uint32_t flags = peer_of(ike, sa)->flags;
	struct writer w = message_begin(sa, EX_INIT, 0);

	w.full = group != 0 && !fresh_make(ike, &n->fresh, group);
	n->offered = suite_allowed(PROTO_IKE, 0, flags, flags & IKE_GROUPS);
	if (cookie.n != 0)
		payload_write(&w, PAY_NOTIFY, N_COOKIE, cookie);
	agree_write(&w, &n->offered, &n->fresh);
	nat_write(&w, sa);
	if (request_send(ike, sa, &w, TASK_INIT))
		keep_first(sa, 0, w.at, w.n);
	else
		sa_end(ike, sa, FREE);
}

void
init_begin(struct ike *ike, unsigned peer, const struct ike_sa *old)
{
	const struct ike_peer *config = &ike->config->peer[peer];
	struct ike_sa *sa = sa_new(ike, INIT_SENT, 0);

	if (sa == NULL) {
		link_why(ike, peer, "no room for it, or no random numbers");
		link_failed(ike, peer);
		return;
	}
	sa->peer = peer;
	sa->path = (struct ike_path){ config->local, config->remote, IKE_PORT, IKE_PORT };
	if (old != NULL)
		sa->path = old->path;
	sa->renews = old != NULL;
	sa->encap = config->flags & IKE_ENCAP;
	send(ike, sa, config->flags & IKE_X25519 ? IKE_X25519 : IKE_P256, slice_of(NULL, 0));
}

// The peer wants a cookie or another group, or says no.
static enum ike_refusal
restart(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	uint16_t group = other_group(ike, sa, p, sa->pending.fresh.group);

	if (sa->restarts == RESTARTS || (p->cookie.n == 0 && group == 0)) {
		// not believed, but told
		if (p->error != 0)
			link_why(ike, sa->peer, error_text(p->error));
		return REFUSED_ERROR;
	}
	sa->restarts++;
	send(ike, sa, p->cookie.n != 0 ? 0 : group, p->cookie);
	return ACCEPTED;
}

enum ike_refusal
init_response(struct ike *ike, struct ike_sa *sa, const struct header *h, const struct payloads *p)
{
	struct agreed a;
	enum ike_refusal why;

	if (p->cookie.n != 0 || p->error != 0)
		return restart(ike, sa, p);
	if (h->spi[1] == 0)
		return REFUSED_SYNTAX;
	why = agree_accept(ike, p, &sa->pending, &a);
	if (why == ACCEPTED) {
		request_done(sa);
		sa->spi[1] = h->spi[1];
		sa->next_id = 1;
		keep_first(sa, 1, h->message.at, h->message.n);
		nat_look(sa, p, sa->spi);
		if (sa->encap && sa->path.local_port == IKE_PORT)
			sa->path.local_port = sa->path.remote_port = IKE_NAT_PORT;
		agree_keys(sa, &a, NULL);
		sa->state = AUTH_SENT;
		auth_send(ike, sa);
	}
	wipe(&a, sizeof a);
	return why;
}

uint32_t
init_flags(const struct ike *ike, uint32_t remote)
{
	uint32_t flags = 0;

	for (unsigned i = 0; i < ike->config->count; i++) {
		const struct ike_peer *p = &ike->config->peer[i];

		if (p->remote == 0 || p->remote == remote)
			flags |= p->flags;
	}
	return flags;
}

static bool
is_repeated(struct ike *ike, const struct header *h)
{
	for EACH_SA(ike, sa)
		if (sa->state == HALF_OPEN && sa->path.remote == h->path->remote &&
		    slice_is(h->message, sa->first[0].at, sa->first[0].n)) {
			message_send(ike, sa, &sa->reply);
			return true;
		}
	return false;
}

static void
answer(struct ike *ike, const struct header *h, const struct payloads *p, const struct agreed *a)
{
	struct ike_sa *sa = sa_new(ike, HALF_OPEN, 1);
	struct writer w;

	if (sa == NULL)
		return;
	sa->spi[0] = h->spi[0];
	sa->path = *h->path;
	sa->encap = init_flags(ike, h->path->remote) & IKE_ENCAP;
	agree_keys(sa, a, NULL);
	w = message_begin(sa, EX_INIT, FLAG_RESPONSE);
	agree_write(&w, &a->suite, &a->mine);
	nat_write(&w, sa);
	nat_look(sa, p, h->spi);
	reply_send(ike, sa, &w);
	keep_first(sa, 0, h->message.at, h->message.n);
	keep_first(sa, 1, w.at, w.n);
}

enum ike_refusal
init_request(struct ike *ike, const struct header *h, struct payloads *p)
{
	const struct header no = { .spi = { h->spi[0] }, .exchange = EX_INIT,
	                           .flags = FLAG_RESPONSE };
	uint32_t flags = init_flags(ike, h->path->remote);
	struct suite allowed = suite_allowed(PROTO_IKE, 0, flags, flags & IKE_GROUPS);
	uint8_t bytes[128];
	struct writer w = { .at = bytes, .max = sizeof bytes };
	struct ike_sa *sa;
	struct agreed a;
	enum ike_refusal why;

	if (is_repeated(ike, h))
		return ACCEPTED;
	if (flags == 0)
		return REFUSED_STRANGER;
	header_write(&w, &no);
	if (sa_count(ike, HALF_OPEN, HALF_OPEN, NOBODY, &sa) >= COOKIE_FROM &&
	    !cookie_good(ike, h, p)) {
		cookie_write(ike, h, p, &w);
		why = REFUSED_COOKIE;
	} else {
		why = h->spi[0] != 0 ? agree_answer(ike, p, &allowed, &a) : REFUSED_SYNTAX;
	}
	if (why == ACCEPTED) {
		answer(ike, h, p, &a);
	} else {                        // says no, or not yet, and keeps nothing
		refusal_write(&w, why, p);
		path_send(ike, h->path, w.at, w.n);
	}
	wipe(&a, sizeof a);
	return why;
}
