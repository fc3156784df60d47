// SPDX-License-Identifier: MIT
// What is due: repetitions, replacement of keys, signs of life, ends.
#include <string.h>
#include "state.h"

void
ike_init(struct ike *ike, const struct ike_config *config, const struct ike_ops *ops, void *self,
         uint64_t now)
{
	memset(ike, 0, sizeof *ike);
	ike->config = config;
	ike->ops = ops;
	ike->self = self;
	ike->now = ike->secret_at = now;
	(void)random_fill(ike, ike->secret, sizeof ike->secret);
}

// Is it time?  If not, ike_tick is wanted then.
static bool
due(struct ike *ike, uint64_t at)
{
	if (at > ike->now && at < ike->next)
		ike->next = at;
	return at <= ike->now;
}

uint64_t
in_ms(struct ike *ike, uint64_t ms)
{
	(void)due(ike, ike->now + ms);
	return ike->now + ms;
}

uint64_t
in_about(struct ike *ike, uint64_t ms)
{
	uint16_t r = 0;

	(void)random_fill(ike, &r, sizeof r);
	return in_ms(ike, ms - ms / 5 * r / 65536);
}

void
sa_up(struct ike *ike, struct ike_sa *sa)
{
	sa->state = UP;
	sa->rekey_at = in_about(ike, peer_of(ike, sa)->ike_seconds * 1000ull);
	sa->heard_at = ike->now;
	sa->retry_at = ike->now;
}

static bool
is_wanted(const struct ike *ike, unsigned peer)
{
	return (ike->config->peer[peer].flags & IKE_INITIATE) != 0 || ike->link[peer].wanted;
}

// Housekeeping: what is due at any time and belongs to no exchange.
static void
look(struct ike *ike, struct ike_sa *sa)
{
	static const uint8_t keepalive[] = { 0xff };

	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].waiting.spi != 0 && due(ike, sa->child[c].out_at))
			child_use(ike, sa, c);
	if (sa->behind_nat && due(ike, sa->sent_at + KEEPALIVE_MS)) {
		ike->ops->send(ike->self, &sa->path, keepalive, sizeof keepalive);
		sa->sent_at = ike->now;
		(void)in_ms(ike, KEEPALIVE_MS);
	}
}

// A CHILD SA that waits for its end, or else for new keys; or NOBODY.
static unsigned
child_due(struct ike *ike, struct ike_sa *sa, bool end)
{
	for (unsigned c = 0; c < CHILDREN; c++) {
		const struct child *child = &sa->child[c];
		bool wanted;

		if (end)
			wanted = child->want_delete ||
			         (child->state != CHILD_NONE && due(ike, child->end_at));
		else
			wanted = child->state == CHILD_LIVE && due(ike, child->rekey_at);
		if (wanted && child->state != CHILD_CLOSING && due(ike, child->sure_at))
			return c;
	}
	return NOBODY;
}

// A new IKE SA with a tunnel of its own, then this one ends.
static void
renew(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa *other;

	if (sa_count(ike, INIT_SENT, AUTH_SENT, sa->peer, &other) == 0 &&
	    due(ike, ike->link[sa->peer].connect_at)) {
		link_why(ike, sa->peer, "this one gets no new keys");
		link_note(ike, sa, IKE_RENEWS);
		init_begin(ike, sa->peer, sa);
	}
}

// The most urgent request.
static void
next(struct ike *ike, struct ike_sa *sa)
{
	const struct ike_peer *peer = peer_of(ike, sa);
	uint32_t group = sa->suite.set & IKE_GROUPS;
	unsigned c;

	if (sa->state == UP && sa->worn && due(ike, sa->rekey_at))
		renew(ike, sa);

	if (sa->want_delete || (sa->delete_at != 0 && due(ike, sa->delete_at))) {
		sa->want_delete = false;
		sa->delete_at = 0;
		inform_send(ike, sa, TASK_DELETE, NOBODY);
	} else if (sa->state != UP) {
		return;
	} else if ((c = child_due(ike, sa, true)) != NOBODY) {
		if (sa->child[c].state == CHILD_LIVE && !sa->child[c].want_delete)
			link_why(ike, sa->peer, "the keys expired");
		inform_send(ike, sa, TASK_DELETE_CHILD, c);
	} else if (peer->dpd_seconds != 0 && due(ike, sa->heard_at + peer->dpd_seconds * 1000ull)) {
		inform_send(ike, sa, TASK_ALIVE, NOBODY);
	} else if (!due(ike, sa->retry_at)) {
		return;
	} else if (due(ike, sa->rekey_at) || sa->next_id > UINT32_MAX / 2) {
		sa->rekey_at = in_about(ike, REPLACED_MS);      // if it fails
		create_send(ike, sa, TASK_REKEY, NOBODY, group);
	} else if ((c = child_due(ike, sa, false)) != NOBODY ||
	           (is_wanted(ike, sa->peer) && children_of(ike, sa->peer) == 0 &&
	            due(ike, ike->link[sa->peer].connect_at))) {
		if (!link_group(ike, sa, &group)) {
			renew(ike, sa);
			return;
		}
		ike->link[sa->peer].wanted = false;
		create_send(ike, sa, TASK_CHILD, c, group);
	}
}

// Nobody has answered.
static void
repeat(struct ike *ike, struct ike_sa *sa)
{
	struct pending *p = &sa->pending;

	if (p->tries == TRIES || (p->task == TASK_DELETE && p->tries == TRIES / 2)) {
		if (p->task != TASK_DELETE) {
			link_why(ike, sa->peer, ike_event_text(IKE_SILENT));
			link_note(ike, sa, IKE_SILENT);
		}
		sa_end(ike, sa, FREE);
		return;
	}
	message_send(ike, sa, &sa->request);
	p->again_at = in_ms(ike, (uint64_t)RETRY_MS << (p->hinted ? 0 : p->tries));
	p->tries++;
}

static void
sa_due(struct ike *ike, struct ike_sa *sa)
{
	if ((sa->state == HALF_OPEN || sa->state >= REPLACED) && due(ike, sa->end_at)) {
		sa_end(ike, sa, FREE);
		return;
	}
	if (sa->pending.task != IDLE && due(ike, sa->pending.again_at))
		repeat(ike, sa);
	if (sa->state == UP)
		look(ike, sa);
	if (sa->state >= UP && sa->state != GONE && sa->pending.task == IDLE)
		next(ike, sa);
}

static void
peer_due(struct ike *ike, unsigned peer)
{
	struct ike_sa *sa;

	if (sa_count(ike, INIT_SENT, CLOSING, peer, &sa) == 0 &&
	    ike->config->peer[peer].remote != 0 && is_wanted(ike, peer) &&
	    due(ike, ike->link[peer].connect_at)) {
		ike->link[peer].wanted = false;
		ike->link[peer].rung = 0;
		init_begin(ike, peer, NULL);
	}
}

uint64_t
ike_tick(struct ike *ike, uint64_t now)
{
	ike->now = now;
	ike->next = UINT64_MAX;
	for EACH_SA(ike, sa)
		if (sa->state != FREE)
			sa_due(ike, sa);
	for (unsigned i = 0; i < ike->config->count; i++)
		peer_due(ike, i);
	return ike->next;
}
