// SPDX-License-Identifier: MIT
// What IKE_SA_INIT and CREATE_CHILD_SA have in common: algorithms, nonces and a
// Diffie-Hellman exchange become new keys (RFC 7296, 1.2, 1.3 and 2.10 to 2.18).
#include <base/wipe.h>
#include "state.h"

bool
fresh_make(struct ike *ike, struct fresh *f, uint32_t group)
{
	f->group = (uint16_t)group;
	return random_fill(ike, f->nonce, NONCE) &&
	       (group == 0 ||
	        group_generate(group, ike->ops->random, ike->self, f->private, f->public));
}

void
agree_write(struct writer *w, const struct suite *s, const struct fresh *f)
{
	suite_write(w, s);
	if (f != NULL)
		payload_write(w, PAY_NONCE, 0, slice_of(f->nonce, NONCE));
	if (f != NULL && f->group != 0)
		payload_write(w, PAY_KE, (uint32_t)suite_group_number(f->group) << 16,
		              slice_of(f->public, group_public_bytes(f->group)));
}

// Both have made their choice.
static enum ike_refusal
agree(struct ike *ike, const struct payloads *p, struct agreed *a)
{
	struct slice public = BODY(p, PAY_KE).data;
	unsigned group = a->mine.group;

	a->shared = slice_of(a->secret, group != 0 ? GROUP_SHARED : 0);
	return group == 0 || group_agree(group, ike->ops->random, ike->self, a->mine.private,
	                                 public.at, public.n, a->secret) ?
	       ACCEPTED : REFUSED_POINT;
}

enum ike_refusal
agree_answer(struct ike *ike, struct payloads *p, const struct suite *allowed, struct agreed *a)
{
	struct slice offer = BODY(p, PAY_SA).data, nonce = BODY(p, PAY_NONCE).data;
	uint16_t sent = suite_group(BODY(p, PAY_KE).head >> 16), group;

	if (offer.n == 0 || nonce.n == 0)
		return REFUSED_SYNTAX;
	if (!suite_choose(offer, allowed, sent, &a->suite))
		return REFUSED_PROPOSAL;
	group = a->suite.set & IKE_GROUPS;
	if (group != 0 && group != sent) {
		p->detail[0] = 0;
		p->detail[1] = (uint8_t)suite_group_number(group);
		p->detail_bytes = 2;
		return REFUSED_GROUP;
	}
	if (!fresh_make(ike, &a->mine, group))
		return REFUSED_RANDOM;
	a->begun = false;
	a->nonces = (struct nonces){ nonce, slice_of(a->mine.nonce, NONCE) };
	return agree(ike, p, a);
}

enum ike_refusal
agree_accept(struct ike *ike, const struct payloads *p, const struct pending *was,
             struct agreed *a)
{
	struct slice answer = BODY(p, PAY_SA).data, nonce = BODY(p, PAY_NONCE).data;

	a->mine = was->fresh;
	a->begun = true;
	a->ours = was->offered.spi;
	a->nonces = (struct nonces){ slice_of(a->mine.nonce, NONCE), nonce };
	if (answer.n == 0 || nonce.n == 0)
		return REFUSED_SYNTAX;
	if (!suite_answer(answer, &was->offered, &a->suite))
		return REFUSED_PROPOSAL;
	if ((a->suite.set & IKE_GROUPS) != a->mine.group ||
	    suite_group(BODY(p, PAY_KE).head >> 16) != a->mine.group)
		return REFUSED_GROUP;
	return agree(ike, p, a);
}

void
agree_keys(struct ike_sa *sa, const struct agreed *a, const uint8_t *d)
{
	uint8_t seed[HASH];

	sa->suite = a->suite;
	sa->keys.key_bytes = suite_key_bytes(&a->suite);
	keys_seed(d, a->nonces, a->shared, seed);
	keys_derive(&sa->keys, seed, a->nonces, sa->spi);
	wipe(seed, sizeof seed);
}

uint16_t
other_group(const struct ike *ike, const struct ike_sa *sa, const struct payloads *p,
            uint16_t offered)
{
	uint16_t group = suite_group(p->wanted_group);

	return p->error == N_INVALID_KE && group != offered &&
	       (group & peer_of(ike, sa)->flags) != 0 ? group : 0;
}
