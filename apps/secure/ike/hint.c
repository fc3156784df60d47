// SPDX-License-Identifier: MIT
// What is told to those whose message cannot be authenticated, and what such messages
// tell us (RFC 7296, 1.5, 2.5 and 2.21).  Nobody believes it; it only saves time.
#include "state.h"

enum { HINT_MS = 100 };         // between two, whoever asks: no amplifier, no flood

void
hint_send(struct ike *ike, const struct header *h, uint32_t notify, struct slice data)
{
	// of an SA of ours it is our own role that counts
	const struct header reply = {
		.spi = { h->spi[0], h->spi[1] }, .exchange = h->exchange, .id = h->id,
		.flags = (uint8_t)(FLAG_RESPONSE | (~h->flags & FLAG_INITIATOR)),
	};
	uint8_t bytes[64];
	struct writer w = { .at = bytes, .max = sizeof bytes };

	if ((h->flags & FLAG_RESPONSE) != 0 || ike->now < ike->hint_at)
		return;
	ike->hint_at = ike->now + HINT_MS;
	header_write(&w, &reply);
	payload_write(&w, PAY_NOTIFY, notify, data);
	path_send(ike, h->path, w.at, w.n);
}

void
hint_heard(struct ike *ike, struct ike_sa *sa, const struct header *h, const struct payloads *p)
{
	struct pending *n = &sa->pending;

	if (p->error != N_IKE_SPI || (h->flags & FLAG_RESPONSE) == 0 || n->hinted ||
	    n->task == IDLE || h->path->remote != sa->path.remote)
		return;
	n->hinted = true;
	if (n->again_at > ike->now + RETRY_MS)
		n->again_at = in_ms(ike, RETRY_MS);
}
