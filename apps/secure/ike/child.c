// SPDX-License-Identifier: MIT
// A CHILD SA: its keys (RFC 7296, 2.17) become two ESP SAs, one each way.
#include <string.h>
#include <base/wipe.h>
#include "selector.h"
#include "state.h"

struct new_child {
	uint32_t spi_in;
	struct sa_range local, remote;
	bool     begun;                         // by this side
	bool     known;                         // to the peer, before it hears anything else
	bool     at_once;                       // use it for sending, or wait
};

// What both directions have in common.
static struct sa
describe(const struct ike_peer *peer, const struct ike_sa *sa, const struct suite *suite,
         const struct new_child *n)
{
	return (struct sa){
		.flags = (uint8_t)((suite->set & IKE_ESN ? SA_ESN : 0) | (sa->encap ? SA_UDP : 0)),
		.key_bytes = suite_key_bytes(suite),
		.local = sa->path.local, .remote = sa->path.remote,
		.local_port = sa->encap ? sa->path.local_port : 0,
		.remote_port = sa->encap ? sa->path.remote_port : 0,
		.mtu = peer->mtu, .tfc = peer->tfc,
		.inner_local = n->local, .inner_remote = n->remote,
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

static enum ike_refusal
make(struct ike *ike, struct ike_sa *sa, const struct agreed *a, const struct new_child *n)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct sa in = describe(peer, sa, &a->suite, n);
	uint32_t each = in.key_bytes + SALT;
	unsigned c = child_find(sa, 0), before = children_of(ike, sa->peer);
	uint8_t keymat[KEYMAT_MAX];
	enum ike_refusal why = ACCEPTED;

	if (c == NOBODY)
		return REFUSED_FULL;
	if (n->spi_in == 0)
		return REFUSED_RANDOM;
	struct child *child = &sa->child[c];
	*child = (struct child){ .state = CHILD_LIVE, .spi_in = n->spi_in, .waiting = in,
	                         .spi_out = (uint32_t)a->suite.spi };
	// the keys of what the exchange's initiator sends come first
	keys_child(&sa->keys, a->shared, a->nonces, keymat, 2 * each);
	aim(&child->waiting, SA_OUT, child->spi_out, keymat + (n->begun ? 0 : each));
	aim(&in, SA_IN, child->spi_in, keymat + (n->begun ? each : 0));
	if (ike->ops->install(ike->self, &in, &child->in)) {
		child->out_at = in_ms(ike, n->at_once ? 0 : OUTBOUND_MS);
		child->sure_at = in_ms(ike, n->known ? 0 : SURE_MS);
		child->rekey_at = in_about(ike, peer->child_seconds * 1000ull);
		child->end_at = in_ms(ike, in.hard.seconds * 1000ull);
		sa->want_child = false;
		note(ike, sa, before == 0 ? CHILD_UP : CHILD_REKEYED);
		if (n->at_once)
			child_use(ike, sa, c);
	} else {
		wipe(child, sizeof *child);
		why = REFUSED_INSTALL;
	}
	wipe(keymat, sizeof keymat);
	wipe(&in, sizeof in);
	return why;
}

enum ike_refusal
child_answer(struct ike *ike, struct ike_sa *sa, const struct payloads *p, const struct agreed *a,
             bool first, bool at_once, struct writer *w)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct suite ours = a->suite;
	struct new_child n = { .local = peer->inner_local, .remote = peer->inner_remote,
	                       .known = first, .at_once = at_once };
	enum ike_refusal why;

	if (!selector_read(&BODY(p, PAY_TSI), false, &n.remote) ||
	    !selector_read(&BODY(p, PAY_TSR), false, &n.local))
		return REFUSED_SELECTOR;
	n.spi_in = (uint32_t)(ours.spi = spi_new(ike, sizeof n.spi_in));
	why = make(ike, sa, a, &n);
	if (why != ACCEPTED)
		return why;
	if (first)
		suite_write(w, &ours);
	else
		agree_write(w, &ours, &a->mine);
	selector_write(w, PAY_TSI, n.remote);
	selector_write(w, PAY_TSR, n.local);
	return ACCEPTED;
}

enum ike_refusal
child_accept(struct ike *ike, struct ike_sa *sa, const struct payloads *p, const struct agreed *a,
             uint64_t spi_in)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	struct new_child n = { .spi_in = (uint32_t)spi_in, .local = peer->inner_local,
	                       .remote = peer->inner_remote, .begun = true, .known = true,
	                       .at_once = true };

	if (!selector_read(&BODY(p, PAY_TSI), true, &n.local) ||
	    !selector_read(&BODY(p, PAY_TSR), true, &n.remote))
		return REFUSED_SELECTOR;
	return make(ike, sa, a, &n);
}

void
child_use(struct ike *ike, struct ike_sa *sa, unsigned c)
{
	struct child *child = &sa->child[c];

	if (child->state != CHILD_LIVE || child->waiting.spi == 0)
		return;
	if (!ike->ops->install(ike->self, &child->waiting, &child->out)) {
		refuse(ike, REFUSED_INSTALL);
		child->want_delete = true;
	}
	wipe(&child->waiting, sizeof child->waiting);
}
