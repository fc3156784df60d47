// SPDX-License-Identifier: MIT
// A CHILD SA: its keys (RFC 7296, 2.17) become two ESP SAs, one each way.
#include <string.h>
#include <base/wipe.h>
#include "selector.h"
#include "state.h"

// What both directions have in common.
static struct sa
describe(const struct ike_peer *peer, const struct ike_sa *sa, const struct suite *suite)
{
	return (struct sa){
		.flags = (uint8_t)((suite->set & IKE_ESN ? SA_ESN : 0) | (sa->encap ? SA_UDP : 0)),
		.key_bytes = suite_key_bytes(suite),
		.local = sa->path.local, .remote = sa->path.remote,
		.local_port = sa->encap ? sa->path.local_port : 0,
		.remote_port = sa->encap ? sa->path.remote_port : 0,
		.mtu = peer->mtu, .tfc = peer->tfc,
		.inner_local = peer->inner_local, .inner_remote = peer->inner_remote,
		.soft.packets = peer->child_packets,
		// only in case nobody is there to replace it
		.hard.seconds = peer->child_seconds + peer->child_seconds / 4 + 10,
	};
}

static void
aim(struct sa *s, enum sa_direction direction, uint32_t spi, const uint8_t *keymat)
{
	s->direction = (uint8_t)direction;
	s->spi = spi;
	memcpy(s->key, keymat, s->key_bytes);
	memcpy(s->salt, keymat + s->key_bytes, SALT);
}

// Derives its keys and installs what it receives with.  in: all but SPI and keys.
static bool
install(struct ike *ike, struct ike_sa *sa, const struct agreed *a, struct sa *in,
        struct child *child)
{
	const uint32_t each = in->key_bytes + SALT;
	uint8_t keymat[KEYMAT_MAX];
	bool good;

	*child = (struct child){ .state = CHILD_LIVE, .spi_in = (uint32_t)a->ours,
	                         .spi_out = (uint32_t)a->suite.spi, .waiting = *in };
	// the keys of what the exchange's initiator sends come first
	keys_child(&sa->keys, a->shared, a->nonces, keymat, 2 * each);
	aim(&child->waiting, SA_OUT, child->spi_out, keymat + (a->begun ? 0 : each));
	aim(in, SA_IN, child->spi_in, keymat + (a->begun ? each : 0));
	good = ike->ops->install(ike->self, in, &child->in);
	wipe(keymat, sizeof keymat);
	wipe(in->key, sizeof in->key);
	return good;
}

enum ike_refusal
child_make(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct agreed *a,
           enum child_kind kind, struct writer *w)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	unsigned c = child_find(sa, 0);
	struct child *child = &sa->child[c % CHILDREN];
	struct sa in = describe(peer, sa, &a->suite);
	struct suite ours = a->suite;

	if (!selector_read(&BODY(p, a->begun ? PAY_TSI : PAY_TSR), a->begun, &in.inner_local) ||
	    !selector_read(&BODY(p, a->begun ? PAY_TSR : PAY_TSI), a->begun, &in.inner_remote))
		return REFUSED_SELECTOR;
	if (c == NOBODY)
		return REFUSED_FULL;
	ours.spi = a->ours = a->begun ? a->ours : spi_new(ike, sizeof child->spi_in);
	if (ours.spi == 0)
		return REFUSED_RANDOM;
	if (!install(ike, sa, a, &in, child)) {
		wipe(child, sizeof *child);
		return REFUSED_INSTALL;
	}
	child->out_at = in_ms(ike, OUTBOUND_MS);
	child->sure_at = in_ms(ike, a->begun || kind == CHILD_FIRST ? 0 : SURE_MS);
	child->rekey_at = in_about(ike, peer->child_seconds * 1000ull);
	child->end_at = in_ms(ike, in.hard.seconds * 1000ull);
	link_up(ike, sa->peer);
	if (a->begun || kind != CHILD_REPLACES)
		child_use(ike, sa, c);
	if (!a->begun) {
		agree_write(w, &ours, kind == CHILD_FIRST ? NULL : &a->mine);
		selector_write(w, PAY_TSI, in.inner_remote);
		selector_write(w, PAY_TSR, in.inner_local);
	}
	return ACCEPTED;
}

void
child_use(struct ike *ike, struct ike_sa *sa, unsigned c)
{
	struct child *child = &sa->child[c];

	if (child->state != CHILD_LIVE || child->waiting.spi == 0)
		return;
	if (!ike->ops->install(ike->self, &child->waiting, &child->out)) {
		refuse(ike, REFUSED_INSTALL);
		link_why(ike, sa->peer, ike_refusal_text(REFUSED_INSTALL));
		child->want_delete = true;
	}
	wipe(&child->waiting, sizeof child->waiting);
}
