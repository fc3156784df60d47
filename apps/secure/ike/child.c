// SPDX-License-Identifier: MIT
// A CHILD SA: its keys (RFC 7296, 2.17) become two ESP SAs, one each way.
#include <string.h>
#include <base/wipe.h>
#include "state.h"

struct suite
child_allowed(const struct ike_peer *peer, unsigned groups)
{
	struct suite s = ike_allowed(peer->flags);

	s.protocol = PROTO_ESP;
	s.spi_bytes = 4;
	s.groups = (uint8_t)groups;
	s.esn = peer->flags & IKE_ESN ? ESN_YES | ESN_NO : ESN_NO;
	return s;
}

// What both directions have in common.
static struct sa
describe(const struct ike_peer *peer, const struct ike_sa *sa, const struct new_child *n)
{
	struct sa s = {
		.flags = (uint8_t)((n->suite.esn == ESN_YES ? SA_ESN : 0) |
		                   (sa->encap ? SA_UDP : 0)),
		.key_bytes = n->suite.keys == KEY_256 ? 32 : 16,
		.local = sa->path.local, .remote = sa->path.remote,
		.mtu = peer->mtu, .tfc = peer->tfc,
		.inner_local = n->local, .inner_remote = n->remote,
		.soft.packets = peer->child_packets,
		// only in case nobody is there to replace it
		.hard.seconds = peer->child_seconds + peer->child_seconds / 4 + 10,
	};

	if (sa->encap) {
		s.local_port = sa->path.local_port;
		s.remote_port = sa->path.remote_port;
	}
	return s;
}

unsigned
child_make(struct ike *ike, struct ike_sa *sa, const struct new_child *n)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct sa in = describe(peer, sa, n), out = in;
	unsigned c = child_free_slot(sa), before = ike_status(ike, peer).children;
	uint8_t keymat[KEYMAT_MAX];
	// the keys of what the exchange's initiator sends come first
	const uint8_t *sent = keymat, *received = keymat;
	uint32_t key = in.key_bytes;

	if (c == NOBODY || n->suite.spi < SA_SPI_MIN)
		return NOBODY;
	keys_child(&sa->keys, n->shared, n->nonces, keymat, 2 * (key + SALT));
	*(n->begun ? &received : &sent) += key + SALT;
	in.direction = SA_IN;
	in.spi = n->spi_in;
	memcpy(in.key, received, key);
	memcpy(in.salt, received + key, SALT);
	out.direction = SA_OUT;
	out.spi = (uint32_t)n->suite.spi;
	memcpy(out.key, sent, key);
	memcpy(out.salt, sent + key, SALT);

	struct child *child = &sa->child[c];
	*child = (struct child){ .spi_in = in.spi, .spi_out = out.spi, .waiting = out };
	if (ike->ops->install(ike->self, &in, &child->in)) {
		child->state = CHILD_LIVE;
		child->out_at = ike->now + OUTBOUND_MS;
		child->sure_at = n->begun ? 0 : ike->now + SURE_MS;
		child->rekey_at = in_about(ike, peer->child_seconds * 1000ull);
		child->end_at = ike->now + in.hard.seconds * 1000ull;
		sa->want_child = false;
		note(ike, sa, before == 0 ? CHILD_UP : CHILD_REKEYED);
		if (n->at_once)
			child_use(ike, sa, c);
	} else {
		wipe(child, sizeof *child);
	}
	wipe(keymat, sizeof keymat);
	wipe(&in, sizeof in);
	wipe(&out, sizeof out);
	return child->state == CHILD_LIVE ? c : NOBODY;
}

void
child_use(struct ike *ike, struct ike_sa *sa, unsigned c)
{
	struct child *child = &sa->child[c];

	if (child->waiting.spi == 0)
		return;
	if (!ike->ops->install(ike->self, &child->waiting, &child->out)) {
		refuse(ike, REFUSED_INSTALL);
		child->want_delete = true;
	}
	wipe(&child->waiting, sizeof child->waiting);
}

void
child_use_all(struct ike *ike, struct ike_sa *sa)
{
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].state == CHILD_LIVE)
			child_use(ike, sa, c);
}
