// SPDX-License-Identifier: MIT
// IKE_SA_INIT, both sides: algorithms, nonces, Diffie-Hellman (RFC 7296, 1.2).
// Nothing of it is authenticated, so that errors told here are not believed.
#include <string.h>
#include <base/wipe.h>
#include "state.h"

struct suite
ike_allowed(uint32_t flags)
{
	return (struct suite){
		.protocol = PROTO_IKE, .number = 1,
		.keys = (uint8_t)((flags & IKE_AES128 ? KEY_128 : 0) |
		                  (flags & IKE_AES256 ? KEY_256 : 0)),
		.groups = (uint8_t)((flags & IKE_P256 ? GROUP_P256 : 0) |
		                    (flags & IKE_X25519 ? GROUP_X25519 : 0)),
	};
}

static void
keep_first(struct ike_sa *sa, unsigned role, struct slice message, struct slice nonce)
{
	memcpy(sa->first[role], message.at, message.n);
	sa->first_bytes[role] = message.n;
	memcpy(sa->nonce[role], nonce.at, nonce.n);
	sa->nonce_bytes[role] = nonce.n;
}

// Both nonces are there.
static bool
derive(struct ike *ike, struct ike_sa *sa, const struct fresh *f, struct slice public)
{
	uint8_t shared[GROUP_SHARED], seed[HASH];
	bool good = fresh_agree(ike, f, public, shared);

	sa->keys.key_bytes = sa->suite.keys == KEY_256 ? 32 : 16;
	keys_seed(sa_nonces(sa), slice_of(shared, GROUP_SHARED), seed);
	keys_derive(&sa->keys, seed, sa_nonces(sa), sa->spi[0], sa->spi[1]);
	wipe(shared, sizeof shared);
	wipe(seed, sizeof seed);
	return good;
}

// The first message, also once more with a cookie or another group.
static void
send(struct ike *ike, struct ike_sa *sa)
{
	struct writer w = request_begin(sa, EX_INIT);
	struct suite offer = ike_allowed(peer_of(ike, sa)->flags);

	if (sa->cookie_bytes != 0)
		notify_write(&w, N_COOKIE, slice_of(sa->cookie, sa->cookie_bytes));
	suite_write(&w, &offer);
	fresh_write(&w, &sa->pending.fresh);
	nat_write(&w, sa, peer_of(ike, sa)->flags & IKE_ENCAP);
	if (request_send(ike, sa, &w, TASK_INIT))
		keep_first(sa, 0, slice_of(w.at, w.n), slice_of(sa->pending.fresh.nonce, NONCE));
	else
		sa_free(ike, sa);
}

void
init_begin(struct ike *ike, unsigned peer)
{
	const struct ike_peer *config = &ike->config->peer[peer];
	struct ike_sa *sa = sa_new(ike, INIT_SENT, 0);

	ike->connect_at[peer] = in_about(ike, AGAIN_MS);
	if (sa == NULL)
		return;
	sa->peer = peer;
	sa->path = (struct ike_path){ config->local, config->remote, IKE_PORT, IKE_PORT };
	if (fresh_make(ike, &sa->pending.fresh,
	               config->flags & IKE_X25519 ? GROUP_X25519 : GROUP_P256))
		send(ike, sa);
	else
		sa_free(ike, sa);
}

// The peer wants a cookie or another group.  True: it gets it.
static bool
restart(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	unsigned group = suite_group(p->wanted_group);

	if (sa->restarts == RESTARTS)
		return false;
	if (p->cookie.n != 0) {
		memcpy(sa->cookie, p->cookie.at, p->cookie.n);
		sa->cookie_bytes = p->cookie.n;
	} else if (p->error != N_INVALID_KE || group == sa->pending.fresh.group ||
	           (group & ike_allowed(peer_of(ike, sa)->flags).groups) == 0) {
		return false;
	} else if (!fresh_make(ike, &sa->pending.fresh, group)) {
		sa_free(ike, sa);
		return true;
	}
	sa->restarts++;
	send(ike, sa);
	return true;
}

void
init_response(struct ike *ike, struct ike_sa *sa, struct slice message, const struct header *h,
              const struct payloads *p)
{
	struct suite offer = ike_allowed(peer_of(ike, sa)->flags);
	struct slice ke = BODY(p, PAY_KE), nonce = BODY(p, PAY_NONCE);
	struct fresh mine;

	if (p->cookie.n != 0 || p->error != 0) {
		if (!restart(ike, sa, p))
			refuse(ike, REFUSED_ERROR);
		return;
	}
	if (BODY(p, PAY_SA).n == 0 || !nonce_good(nonce) || h->spi_r == 0) {
		refuse(ike, REFUSED_SYNTAX);
		return;
	}
	if (!suite_answer(BODY(p, PAY_SA), &offer, &sa->suite)) {
		refuse(ike, REFUSED_PROPOSAL);
		return;
	}
	if (ke_group(ke) != sa->pending.fresh.group || sa->suite.groups != ke_group(ke)) {
		refuse(ike, REFUSED_GROUP);
		return;
	}
	mine = sa->pending.fresh;
	request_done(sa);
	sa->spi[1] = h->spi_r;
	sa->next_id = 1;
	keep_first(sa, 1, message, nonce);
	nat_look(sa, p, h->spi_r, peer_of(ike, sa)->flags & IKE_ENCAP);
	if (sa->encap)
		sa->path.local_port = sa->path.remote_port = IKE_NAT_PORT;
	sa->state = AUTH_SENT;
	if (derive(ike, sa, &mine, ke_public(ke)))
		auth_send(ike, sa);
	else
		sa_free(ike, sa);
	wipe(&mine, sizeof mine);
}

// What all peers that could be at this address want; 0: nobody is.
static uint32_t
flags_at(const struct ike *ike, uint32_t remote)
{
	uint32_t flags = 0;

	for (unsigned i = 0; i < ike->config->count; i++) {
		const struct ike_peer *p = &ike->config->peer[i];

		if (p->remote == 0 || p->remote == remote)
			flags |= p->flags;
	}
	return flags;
}

static unsigned
half_open(struct ike *ike, struct ike_sa **oldest)
{
	unsigned n = 0;

	*oldest = NULL;
	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *sa = &ike->sa[i];

		if (sa->state != HALF_OPEN)
			continue;
		n++;
		if (*oldest == NULL || sa->born < (*oldest)->born)
			*oldest = sa;
	}
	return n;
}

static bool
is_repeated(struct ike *ike, const struct ike_path *path, struct slice message, uint64_t spi_i)
{
	for (unsigned i = 0; i < SAS; i++) {
		struct ike_sa *sa = &ike->sa[i];

		if (sa->state == HALF_OPEN && sa->spi[0] == spi_i &&
		    sa->path.remote == path->remote &&
		    slice_is(message, sa->first[0], sa->first_bytes[0])) {
			if (sa->awaited_id == 1)
				message_send(ike, sa, &sa->reply);
			return true;
		}
	}
	return false;
}

static void
answer(struct ike *ike, struct ike_sa *sa, const struct payloads *p, uint32_t flags,
       struct slice message)
{
	struct slice nonce = BODY(p, PAY_NONCE);
	struct fresh mine;
	struct writer w;

	if (!fresh_make(ike, &mine, sa->suite.groups)) {
		sa_free(ike, sa);
		return;
	}
	nat_look(sa, p, 0, flags & IKE_ENCAP);
	keep_first(sa, 0, message, nonce);
	w = reply_begin(sa, EX_INIT);
	sa->suite.spi_bytes = 0;
	suite_write(&w, &sa->suite);
	fresh_write(&w, &mine);
	nat_write(&w, sa, flags & IKE_ENCAP);
	message_end(&w);
	keep_first(sa, 1, slice_of(w.at, w.n), slice_of(mine.nonce, NONCE));
	if (!w.full && derive(ike, sa, &mine, ke_public(BODY(p, PAY_KE))))
		reply_send(ike, sa, &w);
	else
		sa_free(ike, sa);
	wipe(&mine, sizeof mine);
}

// Says no, or not yet, and keeps nothing.
static void
init_refuse(struct ike *ike, const struct ike_path *path, struct writer *w, enum ike_refusal why)
{
	refuse(ike, why);
	message_end(w);
	path_send(ike, path, w->at, w->n);
}

void
init_request(struct ike *ike, const struct ike_path *path, struct slice message,
             const struct header *h, const struct payloads *p)
{
	const struct header no = { .spi_i = h->spi_i, .exchange = EX_INIT, .flags = FLAG_RESPONSE };
	uint32_t flags = flags_at(ike, path->remote);
	struct suite allowed = ike_allowed(flags), chosen;
	unsigned group = ke_group(BODY(p, PAY_KE));
	uint8_t bytes[128];
	struct writer w = { .at = bytes, .max = sizeof bytes };
	struct ike_sa *oldest, *sa;
	unsigned others = half_open(ike, &oldest);

	header_write(&w, &no);
	if (is_repeated(ike, path, message, h->spi_i))
		return;
	if (flags == 0) {
		refuse(ike, REFUSED_STRANGER);
	} else if (BODY(p, PAY_SA).n == 0 || !nonce_good(BODY(p, PAY_NONCE)) || h->spi_i == 0) {
		refuse(ike, REFUSED_SYNTAX);
	} else if (others >= COOKIE_FROM && !cookie_good(ike, path, h->spi_i, p)) {
		cookie_write(ike, path, h->spi_i, BODY(p, PAY_NONCE), &w);
		init_refuse(ike, path, &w, REFUSED_COOKIE);
	} else if (!suite_choose(BODY(p, PAY_SA), &allowed, group, &chosen)) {
		notify_write(&w, N_NO_PROPOSAL, slice_of(bytes, 0));
		init_refuse(ike, path, &w, REFUSED_PROPOSAL);
	} else if (chosen.groups != group) {
		invalid_ke_write(&w, chosen.groups);
		init_refuse(ike, path, &w, REFUSED_GROUP);
	} else {
		if (others >= HALF_OPEN_MAX) {
			refuse(ike, REFUSED_FULL);
			sa_free(ike, oldest);
		}
		sa = sa_new(ike, HALF_OPEN, 1);
		if (sa == NULL)
			return;
		sa->spi[0] = h->spi_i;
		sa->path = *path;
		sa->suite = chosen;
		answer(ike, sa, p, flags, message);
	}
}
