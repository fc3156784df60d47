// SPDX-License-Identifier: MIT
// Is a configuration one that can be used?  Asked by the core, and by the host
// tool that makes it.
#include "config.h"

static bool
good_id(const struct ike_id *id)
{
	if (id->type == IKE_ID_IPV4)
		return id->length == 4;
	return (id->type == IKE_ID_FQDN || id->type == IKE_ID_MAIL || id->type == IKE_ID_KEY) &&
	       id->length >= 1 && id->length <= IKE_ID_MAX;
}

static bool
good_seconds(uint32_t seconds)
{
	return seconds >= IKE_SECONDS_MIN && seconds <= IKE_SECONDS_MAX;
}

static const char *
check_peer(const struct ike_peer *p)
{
	const struct { bool wrong; const char *what; } rules[] = {
		{ p->name[0] == 0 || p->name[sizeof p->name - 1] != 0, "a peer has no name" },
		{ p->local == 0, "a peer has no local address" },
		{ p->remote == 0 && (p->flags & IKE_INITIATE) != 0,
		  "nobody can connect to a peer of any address" },
		{ p->inner_local.first > p->inner_local.last ||
		  p->inner_remote.first > p->inner_remote.last,
		  "a range of inner addresses ends before it starts" },
		{ (p->flags & ~(uint32_t)IKE_FLAGS) != 0, "a peer has unknown flags" },
		{ (p->flags & IKE_KEYS) == 0 || (p->flags & IKE_GROUPS) == 0,
		  "a peer has no key length, or no group" },
		{ !good_seconds(p->ike_seconds) || !good_seconds(p->child_seconds) ||
		  (p->dpd_seconds != 0 && !good_seconds(p->dpd_seconds)),
		  "a time is out of range" },
		{ p->mtu != 0 && p->mtu < 576, "an MTU is too small" },
		{ !good_id(&p->local_id) || !good_id(&p->remote_id),
		  "a name of a peer or of this side is malformed" },
		{ p->psk_length < IKE_PSK_MIN || p->psk_length > IKE_PSK_MAX,
		  "a key is too short or too long" },
	};

	for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].wrong)
			return rules[i].what;
	return NULL;
}

const char *
ike_config_check(const struct ike_config *c)
{
	if (c->magic != IKE_MAGIC)
		return "this is no IKE configuration";
	if (c->count < 1 || c->count > IKE_PEERS)
		return "too few or too many peers";
	for (uint32_t i = 0; i < c->count; i++) {
		const struct ike_id *a = &c->peer[i].remote_id;
		const char *why = check_peer(&c->peer[i]);

		for (uint32_t k = 0; k < i && why == NULL; k++)
			if (a->type == c->peer[k].remote_id.type &&
			    a->length == c->peer[k].remote_id.length &&
			    memcmp(a->bytes, c->peer[k].remote_id.bytes, a->length) == 0)
				why = "two peers have the same name";
		if (why != NULL)
			return why;
	}
	return NULL;
}
