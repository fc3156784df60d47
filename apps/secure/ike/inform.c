// SPDX-License-Identifier: MIT
// INFORMATIONAL: the end of SAs, and signs of life (RFC 7296, 1.4).
#include "state.h"

static void
delete_write_child(struct writer *w, const uint32_t *spi, unsigned count)
{
	payload_begin(w, PAY_DELETE);
	write8(w, PROTO_ESP);
	write8(w, 4);
	write16(w, (uint16_t)count);
	for (unsigned i = 0; i < count; i++)
		write32(w, spi[i]);
	payload_end(w);
}

void
delete_send(struct ike *ike, struct ike_sa *sa, unsigned c)
{
	struct writer w = request_begin(sa, EX_INFORM);

	sa->pending.child = c;
	if (c != NOBODY) {
		delete_write_child(&w, &sa->child[c].spi_in, 1);
		sa->child[c].state = CHILD_CLOSING;
		sa->child[c].want_delete = false;
		request_send(ike, sa, &w, TASK_DELETE_CHILD);
		return;
	}
	payload_begin(&w, PAY_DELETE);
	write32(&w, PROTO_IKE << 24);
	payload_end(&w);
	sa->state = CLOSING;
	if (!request_send(ike, sa, &w, TASK_DELETE))
		sa_free(ike, sa);
}

void
inform_send(struct ike *ike, struct ike_sa *sa)
{
	struct writer w = request_begin(sa, EX_INFORM);

	request_send(ike, sa, &w, TASK_ALIVE);
}

// The peer has deleted these CHILD SAs; so are ours now.  False: malformed.
static bool
delete_children(struct ike *ike, struct ike_sa *sa, struct reader r, struct writer *w)
{
	uint8_t spi_bytes = read8(&r);
	uint16_t count = read16(&r);
	uint32_t ours[CHILDREN];
	unsigned n = 0;

	if (r.bad || spi_bytes != 4 || r.left != 4u * count)
		return false;
	child_use_all(ike, sa);                 // what replaces them is known to the peer
	while (r.left != 0) {
		unsigned c = child_find(sa, read32(&r));

		if (c == NOBODY)
			continue;
		if (sa->child[c].state != CHILD_CLOSING)        // else it knows (1.4.1)
			ours[n++] = sa->child[c].spi_in;
		child_end(ike, sa, c);
	}
	if (n != 0)
		delete_write_child(w, ours, n);
	return true;
}

void
inform_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w)
{
	bool end = p->error == N_AUTH_FAILED;   // the peer does not believe us (2.21.2)

	for (unsigned i = 0; i < p->delete_count; i++) {
		struct reader r = { p->deletes[i].at, p->deletes[i].n, false };
		uint8_t protocol = read8(&r);

		if (protocol == PROTO_IKE) {
			end = true;
		} else if (protocol != PROTO_ESP || !delete_children(ike, sa, r, w)) {
			say_no(ike, w, REFUSED_SYNTAX, N_SYNTAX);
		}
	}
	if (end) {
		rekey_rival_wins(ike, sa);
		sa_retire(ike, sa);
	}
}

void
inform_response(struct ike *ike, struct ike_sa *sa)
{
	enum task task = sa->pending.task;
	unsigned c = sa->pending.child;

	request_done(sa);
	if (task == TASK_DELETE)
		sa_free(ike, sa);
	else if (task == TASK_DELETE_CHILD && c != NOBODY)
		child_end(ike, sa, c);
}
