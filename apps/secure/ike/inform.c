// SPDX-License-Identifier: MIT
// INFORMATIONAL: the end of SAs, and signs of life (RFC 7296, 1.4).
#include "state.h"

void
inform_send(struct ike *ike, struct ike_sa *sa, enum task task, unsigned c)
{
	struct writer w = message_begin(sa, EX_INFORM, 0);
	bool sent;

	sa->pending.child = c;
	if (task == TASK_DELETE_CHILD)
		payload_write_spis(&w, PAY_DELETE, ABOUT_ESP | 1, &sa->child[c].spi_in, 1);
	else if (task == TASK_DELETE)
		payload_write(&w, PAY_DELETE, PROTO_IKE << 24, slice_of(NULL, 0));
	sent = request_send(ike, sa, &w, task);
	if (task == TASK_DELETE && !sent) {
		sa_end(ike, sa, FREE);
	} else if (task == TASK_DELETE && sa->state == UP) {
		sa->state = CLOSING;
	} else if (task == TASK_DELETE_CHILD && sent) {
		sa->child[c].state = CHILD_CLOSING;
		sa->child[c].want_delete = false;
	}
}

// The peer has deleted these CHILD SAs; so are ours now.
static bool
delete_children(struct ike *ike, struct ike_sa *sa, const struct body *body, struct writer *w)
{
	uint32_t count = body->head & 0xffff, spi, ours[CHILDREN];
	struct reader r = reader_of(body->data);
	unsigned n = 0;

	if (body->head >> 16 != ABOUT_ESP >> 16 || r.left != 4 * count)
		return false;
	for (unsigned c = 0; c < CHILDREN; c++)         // what replaces them the peer knows
		child_use(ike, sa, c);
	while (r.left != 0) {
		unsigned c = (spi = read32(&r)) != 0 ? child_find(sa, spi) : NOBODY;

		if (c == NOBODY)
			continue;
		if (sa->child[c].state == CHILD_LIVE)
			link_why(ike, sa->peer, "the peer ended it");
		if (sa->child[c].state != CHILD_CLOSING)        // else it knows (1.4.1)
			ours[n++] = sa->child[c].spi_in;
		child_end(ike, sa, c);
	}
	if (n != 0)
		payload_write_spis(w, PAY_DELETE, ABOUT_ESP | n, ours, n);
	return true;
}

enum ike_refusal
inform_request(struct ike *ike, struct ike_sa *sa, struct payloads *p, struct writer *w)
{
	bool end = p->error == N_AUTH_FAILED;   // the peer does not believe us (2.21.2)
	enum ike_refusal why = ACCEPTED;

	for (unsigned i = 0; i < p->delete_count; i++)
		if (p->deletes[i].head >> 24 == PROTO_IKE)
			end = true;
		else if (!delete_children(ike, sa, &p->deletes[i], w))
			why = REFUSED_SYNTAX;
	if (end) {
		link_why(ike, sa->peer, p->error != 0 ? error_text(p->error) : "the peer ended it");
		sa_end(ike, sa, GONE);
	}
	return why;
}

enum ike_refusal
inform_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                const struct pending *was)
{
	(void)p;
	if (was->task == TASK_DELETE)
		sa_end(ike, sa, FREE);
	else if (was->task == TASK_DELETE_CHILD && was->child != NOBODY)
		child_end(ike, sa, was->child);
	return ACCEPTED;
}
