// SPDX-License-Identifier: MIT
// Sending: datagrams with the marker of port 4500, requests with their
// repetition, replies.
#include <string.h>
#include <base/wipe.h>
#include "state.h"

void
path_send(struct ike *ike, const struct ike_path *path, const uint8_t *bytes, uint32_t n)
{
	uint8_t datagram[4 + OUT_MAX] = { 0 };
	uint32_t marker = path->local_port == IKE_NAT_PORT ? 4 : 0;     // RFC 3948, 2.2

	memcpy(datagram + marker, bytes, n);
	ike->ops->send(ike->self, path, datagram, marker + n);
}

void
message_send(struct ike *ike, struct ike_sa *sa, const struct sent *sent)
{
	if (sent->n != 0)
		path_send(ike, &sa->path, sent->bytes, sent->n);
	sa->sent_at = ike->now;
}

struct writer
message_begin(struct ike_sa *sa, unsigned exchange, unsigned flags)
{
	struct sent *sent = flags != 0 ? &sa->reply : &sa->request;
	struct writer w = { .at = sent->bytes, .max = OUT_MAX };
	const struct header h = {
		.spi = { sa->spi[0], sa->spi[1] }, .exchange = (uint8_t)exchange,
		.flags = (uint8_t)(flags | (sa->role == 0 ? FLAG_INITIATOR : 0)),
		.id = flags != 0 ? sa->awaited_id : sa->next_id,
	};

	sent->n = 0;
	header_write(&w, &h);
	if (exchange != EX_INIT)
		seal_begin(&w, sa->sealed++);
	return w;
}

static bool
finish(struct ike *ike, struct ike_sa *sa, struct writer *w, struct sent *sent)
{
	if (w->full || (w->sealed != 0 && !seal_end(w, &sa->keys, sa->role))) {
		refuse(ike, REFUSED_RANDOM);
		link_why(ike, sa->peer, ike_refusal_text(REFUSED_RANDOM));
		return false;
	}
	sent->n = w->n;
	message_send(ike, sa, sent);
	return true;
}

bool
request_send(struct ike *ike, struct ike_sa *sa, struct writer *w, enum task task)
{
	if (!finish(ike, sa, w, &sa->request)) {
		request_done(sa);
		sa->retry_at = in_about(ike, AGAIN_MS);
		return false;
	}
	sa->pending.task = task;
	sa->pending.tries = 1;
	sa->pending.again_at = in_ms(ike, RETRY_MS);
	return true;
}

void
request_done(struct ike_sa *sa)
{
	wipe(&sa->pending, sizeof sa->pending);
	sa->pending.child = NOBODY;
}

void
reply_send(struct ike *ike, struct ike_sa *sa, struct writer *w)
{
	sa->awaited_id++;
	(void)finish(ike, sa, w, &sa->reply);
}
