// SPDX-License-Identifier: MIT
// What whoever does ESP tells, and what others want to know.
#include "state.h"

static bool
within(uint32_t address, const struct sa_range *r)
{
	return address >= r->first && address <= r->last;
}

static void
child_told(struct ike *ike, struct ike_sa *sa, struct child *child, const struct sa_event *e)
{
	bool in = child->in == e->handle, out = child->out == e->handle;
	bool all = e->kind == SA_EVENT_NONE_LEFT;

	if (child->state == CHILD_NONE || (!all && (e->handle == 0 || !(in || out))))
		return;
	if (e->kind == SA_EVENT_SOFT) {
		child->rekey_at = ike->now;
		return;
	}
	child->in = all || in ? 0 : child->in;
	child->out = all || out ? 0 : child->out;
	child->want_delete = true;
	link_why(ike, sa->peer, all ? "the keys were lost" : "the keys expired");
	link_look(ike, sa->peer);
	if (all) {
		child->waiting.spi = 0;         // useless now
		ike->link[sa->peer].wanted = true;
	}
}

void
ike_told(struct ike *ike, const struct sa_event *e, uint64_t now)
{
	ike->now = now;
	if (e->kind == SA_EVENT_NONE_LEFT || e->kind == SA_EVENT_SOFT || e->kind == SA_EVENT_HARD)
		for EACH_SA(ike, sa)
			for (unsigned c = 0; c < CHILDREN; c++)
				child_told(ike, sa, &sa->child[c], e);
	for (unsigned k = 0; k < ike->config->count && e->kind == SA_EVENT_ACQUIRE; k++)
		if (within(e->inner_local, &ike->config->peer[k].inner_local) &&
		    within(e->inner_remote, &ike->config->peer[k].inner_remote))
			ike->link[k].wanted = true;
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
		[CHILD_REFUSED] = "new keys for the tunnel refused",
		[IKE_RENEWS] = "makes a new connection",
		[IKE_WAITS] = "waits before the next attempt",
	};

	return text[what];
}

bool
ike_event_is_bad(enum ike_event what)
{
	return what == IKE_DOWN || what >= CHILD_DOWN;
}
