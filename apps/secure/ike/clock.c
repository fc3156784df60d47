// SPDX-License-Identifier: MIT
// What is due: repetitions, replacement of keys, signs of life, ends, and what
// the world outside asks for.
#include <string.h>
#include "state.h"

size_t
ike_size(void)
{
	return sizeof(struct ike);
}

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

void
sa_up(struct ike *ike, struct ike_sa *sa)
{
	sa->rekey_at = in_about(ike, peer_of(ike, sa)->ike_seconds * 1000ull);
	sa->heard_at = ike->now;
	sa->retry_at = ike->now;
}

static void
child_due(struct ike *ike, struct ike_sa *sa, struct child *child)
{
	if (child->waiting.spi != 0 && ike->now >= child->out_at)
		child_use(ike, sa, (unsigned)(child - sa->child));
	if (ike->now >= child->end_at && child->state != CHILD_CLOSING)
		child->want_delete = true;
}

// What has waited for its time.
static void
look(struct ike *ike, struct ike_sa *sa)
{
	const struct ike_peer *peer = peer_of(ike, sa);

	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].state != CHILD_NONE)
			child_due(ike, sa, &sa->child[c]);
	if (peer->dpd_seconds != 0 && ike->now - sa->heard_at >= peer->dpd_seconds * 1000ull)
		sa->want_alive = true;
	if (ike->now >= sa->rekey_at || sa->next_id > UINT32_MAX / 2)
		sa->want_rekey = true;
	if ((peer->flags & IKE_INITIATE) != 0 && ike_status(ike, peer).children == 0)
		sa->want_child = sa->pending.task != TASK_CHILD;
	if (sa->behind_nat && ike->now - sa->sent_at >= KEEPALIVE_MS) {
		static const uint8_t keepalive[] = { 0xff };

		ike->ops->send(ike->self, &sa->path, keepalive, sizeof keepalive);
		sa->sent_at = ike->now;
	}
}

// The most urgent request.
void
sa_next(struct ike *ike, struct ike_sa *sa)
{
	unsigned group = peer_of(ike, sa)->flags & IKE_PFS ? sa->suite.groups : 0;

	if (sa->want_delete) {
		delete_send(ike, sa, NOBODY);
		return;
	}
	if (sa->state != UP || rekey_rival_of(ike, sa) != NULL)
		return;
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].want_delete && ike->now >= sa->child[c].sure_at) {
			delete_send(ike, sa, c);
			return;
		}
	if (sa->want_alive) {
		sa->want_alive = false;
		inform_send(ike, sa);
		return;
	}
	if (ike->now < sa->retry_at)
		return;
	if (sa->want_rekey) {
		sa->want_rekey = false;
		sa->rekey_at = ike->now + REPLACED_MS;          // if it fails
		rekey_send(ike, sa, sa->suite.groups);
		return;
	}
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].state == CHILD_LIVE && ike->now >= sa->child[c].rekey_at &&
		    ike->now >= sa->child[c].sure_at) {
			create_send(ike, sa, c, group);
			return;
		}
	if (sa->want_child) {
		sa->want_child = false;
		create_send(ike, sa, NOBODY, group);
	}
}

// Nobody has answered.
static void
repeat(struct ike *ike, struct ike_sa *sa)
{
	struct pending *p = &sa->pending;

	if (p->tries == TRIES || (p->task == TASK_DELETE && p->tries == TRIES / 2)) {
		if (p->task != TASK_DELETE)
			note(ike, sa, IKE_SILENT);
		sa_free(ike, sa);
		return;
	}
	message_send(ike, sa, &sa->request);
	p->again_at = ike->now + ((uint64_t)RETRY_MS << p->tries);
	p->tries++;
}

static void
sa_due(struct ike *ike, struct ike_sa *sa)
{
	if ((sa->state == HALF_OPEN && ike->now - sa->born >= HALF_OPEN_MS) ||
	    (sa->state == REPLACED && ike->now >= sa->end_at)) {
		sa_free(ike, sa);
		return;
	}
	if (sa->pending.task != IDLE && ike->now >= sa->pending.again_at)
		repeat(ike, sa);
	if (sa->state == UP)
		look(ike, sa);
	if ((sa->state == UP || sa->state == CLOSING) && sa->pending.task == IDLE)
		sa_next(ike, sa);
}

// What is late waits for something else: an answer, or retry_at.
static void
wake(const struct ike *ike, uint64_t *next, uint64_t at)
{
	if (at > ike->now && at < *next)
		*next = at;
}

static void
sa_wake(const struct ike *ike, const struct ike_sa *sa, uint64_t *next)
{
	if (sa->state == HALF_OPEN)
		wake(ike, next, sa->born + HALF_OPEN_MS);
	if (sa->state == REPLACED)
		wake(ike, next, sa->end_at);
	if (sa->pending.task != IDLE)
		wake(ike, next, sa->pending.again_at);
	if (sa->state != UP)
		return;
	for (unsigned c = 0; c < CHILDREN; c++)
		if (sa->child[c].state != CHILD_NONE) {
			wake(ike, next, sa->child[c].out_at);
			wake(ike, next, sa->child[c].end_at);
			wake(ike, next, sa->child[c].rekey_at);
			wake(ike, next, sa->child[c].sure_at);
		}
	wake(ike, next, sa->heard_at + peer_of(ike, sa)->dpd_seconds * 1000ull);
	if (sa->behind_nat)
		wake(ike, next, sa->sent_at + KEEPALIVE_MS);
	wake(ike, next, sa->retry_at);
	wake(ike, next, sa->rekey_at);
}

// Is anything going on with this peer?
static bool
is_busy(const struct ike *ike, unsigned peer)
{
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].peer == peer && ike->sa[i].state != FREE &&
		    ike->sa[i].state != REPLACED && !ike->sa[i].ended)
			return true;
	return false;
}

static void
peer_due(struct ike *ike, unsigned peer, uint64_t *next)
{
	if (is_busy(ike, peer)) {
		ike->wanted[peer] = false;
		return;
	}
	if ((ike->config->peer[peer].flags & IKE_INITIATE) == 0 && !ike->wanted[peer])
		return;
	if (ike->now >= ike->connect_at[peer])
		init_begin(ike, peer);
	wake(ike, next, ike->connect_at[peer]);
}

uint64_t
ike_tick(struct ike *ike, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	ike->now = now;
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].state != FREE)
			sa_due(ike, &ike->sa[i]);
	for (unsigned i = 0; i < ike->config->count; i++)
		peer_due(ike, i, &next);
	for (unsigned i = 0; i < SAS; i++)
		if (ike->sa[i].state != FREE)
			sa_wake(ike, &ike->sa[i], &next);
	return next;
}
