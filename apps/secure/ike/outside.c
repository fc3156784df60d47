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
			sa->want_child = sa->want_child || child->state == CHILD_LIVE;
		}
}

void
ike_acquire(struct ike *ike, uint32_t local, uint32_t remote, uint64_t now)
{
	ike->now = now;
	for (unsigned k = 0; k < ike->config->count; k++) {
		const struct ike_peer *peer = &ike->config->peer[k];

		if (!within(local, &peer->inner_local) || !within(remote, &peer->inner_remote))
			continue;
		ike->wanted[k] = peer->remote != 0;
		for EACH_SA(ike, sa)
			if (sa->state == UP && sa->peer == k && sa->pending.task != TASK_CHILD)
				sa->want_child = children_of(ike, k) == 0;
	}
}

struct ike_status
ike_status(struct ike *ike, const struct ike_peer *peer)
{
	unsigned k = (unsigned)(peer - ike->config->peer);
	struct ike_sa *sa;

	return (struct ike_status){ sa_count(ike, HALF_OPEN, NOBODY, &sa),
	                            sa_count(ike, UP, k, &sa), children_of(ike, k) };
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
