// SPDX-License-Identifier: MIT
// Is a configuration one that can be used?  Asked by the core, and by the host
// tool that makes it.
#include "config.h"

static bool
good_id(const struct ike_id *id)
{
	switch (id->type) {
	case IKE_ID_IPV4:
		return id->length == 4;
	case IKE_ID_FQDN:
	case IKE_ID_MAIL:
	case IKE_ID_KEY:
		return id->length >= 1 && id->length <= IKE_ID_MAX;
	default:
		return false;
	}
}

static bool
good_seconds(uint32_t seconds)
{
	return seconds >= IKE_SECONDS_MIN && seconds <= IKE_SECONDS_MAX;
}

static const char *
check_peer(const struct ike_peer *p)
{
	if (p->name[0] == 0 || p->name[sizeof p->name - 1] != 0)
		return "a peer has no name";
	if (p->local == 0)
		return "a peer has no local address";
	if (p->remote == 0 && (p->flags & IKE_INITIATE) != 0)
		return "nobody can connect to a peer of any address";
	if (p->inner_local.first > p->inner_local.last ||
	    p->inner_remote.first > p->inner_remote.last)
		return "a range of inner addresses ends before it starts";
	if ((p->flags & ~(uint32_t)IKE_FLAGS) != 0)
		return "a peer has unknown flags";
	if ((p->flags & (IKE_AES128 | IKE_AES256)) == 0 ||
	    (p->flags & (IKE_P256 | IKE_X25519)) == 0)
		return "a peer has no key length, or no group";
	if (!good_seconds(p->ike_seconds) || !good_seconds(p->child_seconds) ||
	    (p->dpd_seconds != 0 && !good_seconds(p->dpd_seconds)))
		return "a time is out of range";
	if (p->mtu != 0 && p->mtu < 576)
		return "an MTU is too small";
	if (!good_id(&p->local_id) || !good_id(&p->remote_id))
		return "a name of a peer or of this side is malformed";
	if (p->psk_length < IKE_PSK_MIN || p->psk_length > IKE_PSK_MAX)
		return "a key is too short or too long";
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
		const char *why = check_peer(&c->peer[i]);

		if (why != NULL)
			return why;
		for (uint32_t k = 0; k < i; k++) {
			const struct ike_id *a = &c->peer[i].remote_id, *b = &c->peer[k].remote_id;

			if (a->type == b->type && a->length == b->length &&
			    memcmp(a->bytes, b->bytes, a->length) == 0)
				return "two peers have the same name";
		}
	}
	return NULL;
}
