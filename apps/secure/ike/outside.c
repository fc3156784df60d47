// SPDX-License-Identifier: MIT
// What whoever does ESP tells, and what others want to know.
#include "state.h"

static bool
within(uint32_t address, const struct sa_range *r)
{
	return address >= r->first && address <= r->last;
}

void
ike_expired(struct ike *ike, uint64_t handle, bool ended, uint64_t now)
{
	ike->now = now;
	for EACH_SA(ike, sa)
		for (unsigned c = 0; c < CHILDREN && handle != 0; c++) {
			struct child *child = &sa->child[c];

			if (child->in != handle && child->out != handle)
				continue;
			if (!ended) {
				child->rekey_at = now;
				continue;
			}
			*(child->in == handle ? &child->in : &child->out) = 0;
			child->want_delete = child->state != CHILD_CLOSING;
		}
}

void
ike_lost(struct ike *ike, uint64_t now)
{
	ike->now = now;
	for EACH_SA(ike, sa)
		for (unsigned c = 0; c < CHILDREN; c++) {
			struct child *child = &sa->child[c];

			if (child->state == CHILD_NONE)
				continue;
			child->in = child->out = 0;
			child->waiting.spi = 0;
			child->want_delete = child->state != CHILD_CLOSING;
			ike->wanted[sa->peer] = true;
		}
}

void
ike_acquire(struct ike *ike, uint32_t local, uint32_t remote, uint64_t now)
{
	ike->now = now;
	for (unsigned k = 0; k < ike->config->count; k++) {
		const struct ike_peer *peer = &ike->config->peer[k];

		if (within(local, &peer->inner_local) && within(remote, &peer->inner_remote))
			ike->wanted[k] = true;
	}
}

const char *
ike_event_text(enum ike_event what)
{
	static const char *const text[IKE_EVENTS] = {
		[IKE_UP] = "authenticated",
		[IKE_REKEYED] = "IKE keys replaced",
		[IKE_DOWN] = "connection ended",
		[IKE_SILENT] = "does not answer",
		[CHILD_UP] = "tunnel up",
		[CHILD_REKEYED] = "tunnel keys replaced",
		[CHILD_DOWN] = "tunnel down",
	};

	return text[what];
}
