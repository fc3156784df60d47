// SPDX-License-Identifier: MIT
// Where messages arrive: whose they are, whether they are authentic and due, and
// who handles them (RFC 7296, 2.1 to 2.5).
#include <base/wipe.h>
#include "state.h"

static const struct {
	enum ike_refusal (*request)(struct ike *, struct ike_sa *, struct payloads *,
	                            struct writer *);
	enum ike_refusal (*response)(struct ike *, struct ike_sa *, const struct payloads *,
	                             const struct pending *);
} handle[] = {
	[EX_AUTH - EX_INIT] = { auth_request, auth_response },
	[EX_CHILD - EX_INIT] = { create_request, create_response },
	[EX_INFORM - EX_INIT] = { inform_request, inform_response },
};

// Is a message of this kind and number awaited, or (repeated) has it just been answered?
static enum ike_refusal
look(const struct ike_sa *sa, const struct header *h, bool *repeated)
{
	bool response = h->flags & FLAG_RESPONSE, good;

	*repeated = !response && sa->reply.n != 0 && h->id + 1 == sa->awaited_id;
	if (*repeated)
		return ACCEPTED;
	if (h->id != (response ? sa->next_id : sa->awaited_id) ||
	    (response && sa->pending.task == IDLE))
		return REFUSED_WINDOW;
	if (response)
		good = h->exchange == sa->request.bytes[HEADER_EXCHANGE];
	else if (sa->state == HALF_OPEN)
		good = h->exchange == EX_AUTH;
	else
		good = sa->state >= UP && sa->state != GONE &&
		       (h->exchange == EX_CHILD || h->exchange == EX_INFORM);
	return good ? ACCEPTED : REFUSED_EXCHANGE;
}

// Is it authentic?  *content: what is wrong with its payloads, then.
static enum ike_refusal
open_sealed(struct ike_sa *sa, const struct header *h, struct payloads *p,
            enum ike_refusal *content)
{
	enum ike_refusal why = payloads_read(h->next, h->body, p);
	struct slice inner;

	if (why != ACCEPTED || p->sealed.n == 0)
		return why != ACCEPTED ? why : REFUSED_SYNTAX;
	if (!seal_open(h->message, p->sealed, &sa->keys, !sa->role, &inner))
		return REFUSED_FORGED;
	*content = payloads_read(p->sealed_next, inner, p);
	if (*content == ACCEPTED && p->sealed.n != 0)
		*content = REFUSED_SYNTAX;
	return ACCEPTED;
}

static enum ike_refusal
request(struct ike *ike, struct ike_sa *sa, const struct header *h, struct payloads *p,
        enum ike_refusal why)
{
	struct writer w;

	// port 4500 from now on, or a NAT that has another idea of the peer's port (2.23)
	if (sa->state == HALF_OPEN || (sa->encap && !sa->behind_nat))
		sa->path = *h->path;
	// it asks something new: so it has our last reply
	for (unsigned c = 0; c < CHILDREN; c++)
		sa->child[c].sure_at = 0;
	w = message_begin(sa, h->exchange, FLAG_RESPONSE);
	if (why == ACCEPTED)
		why = handle[h->exchange - EX_INIT].request(ike, sa, p, &w);
	refusal_write(&w, why, p);
	reply_send(ike, sa, &w);
	if (sa->state == HALF_OPEN)             // one try
		sa_end(ike, sa, GONE);
	return why;
}

static enum ike_refusal
response(struct ike *ike, struct ike_sa *sa, const struct header *h, struct payloads *p,
         enum ike_refusal why)
{
	struct pending was = sa->pending;

	sa->next_id++;
	request_done(sa);
	if (why == ACCEPTED)
		why = handle[h->exchange - EX_INIT].response(ike, sa, p, &was);
	wipe(&was.fresh, sizeof was.fresh);
	if (why == ACCEPTED)
		return ACCEPTED;
	link_why(ike, sa->peer, why == REFUSED_ERROR ? error_text(p->error) :
	                                               ike_refusal_text(why));
	if (sa->state == UP && was.task == TASK_AUTH)   // there is an IKE SA, but no tunnel
		link_failed(ike, sa->peer);
	// the two sides do not agree upon what exists, or upon who they are
	if (was.task == TASK_DELETE || (sa->state == AUTH_SENT && why == REFUSED_ERROR)) {
		sa_end(ike, sa, FREE);
		return why;
	}
	if (sa->state == AUTH_SENT)             // the peer may believe that all is well
		sa_end(ike, sa, REPLACED);
	sa->want_delete = true;
	return why;
}

static enum ike_refusal
later(struct ike *ike, const struct header *h)
{
	unsigned role = h->flags & FLAG_INITIATOR ? 1 : 0;
	struct ike_sa *sa = sa_find(ike, role, h->spi[role]);
	enum ike_refusal why = REFUSED_SPI, content;
	struct payloads p;
	bool repeated;

	if (sa != NULL && sa->state != INIT_SENT && sa->spi[!role] == h->spi[!role])
		why = look(sa, h, &repeated);
	else if (sa == NULL && init_flags(ike, h->path->remote) != 0)
		hint_send(ike, h, N_IKE_SPI, slice_of(NULL, 0));
	if (why == ACCEPTED)
		why = open_sealed(sa, h, &p, &content);
	if (why == REFUSED_SYNTAX && p.sealed.n == 0)
		hint_heard(ike, sa, h, &p);
	if (why != ACCEPTED)
		return why;
	if (repeated) {                         // no sign of life: anybody can repeat it
		message_send(ike, sa, &sa->reply);
		return ACCEPTED;
	}
	sa->heard_at = ike->now;
	return (h->flags & FLAG_RESPONSE ? response : request)(ike, sa, h, &p, content);
}

static enum ike_refusal
first(struct ike *ike, const struct header *h)
{
	uint8_t flags = h->flags & (FLAG_INITIATOR | FLAG_RESPONSE);
	struct ike_sa *sa = sa_find(ike, 0, h->spi[0]);
	struct payloads p;
	enum ike_refusal why = payloads_read(h->next, h->body, &p);

	if (h->id != 0)
		return REFUSED_WINDOW;
	if (why == REFUSED_CRITICAL && flags == FLAG_INITIATOR &&
	    init_flags(ike, h->path->remote) != 0)
		hint_send(ike, h, N_CRITICAL, slice_of(p.detail, p.detail_bytes));
	if (why != ACCEPTED)
		return why;
	if (p.sealed.n != 0)
		return REFUSED_SYNTAX;
	if (flags == FLAG_INITIATOR && h->spi[1] == 0)
		return init_request(ike, h, &p);
	if (flags != FLAG_RESPONSE)
		return REFUSED_EXCHANGE;
	if (sa == NULL || sa->path.remote != h->path->remote)
		return REFUSED_SPI;
	return sa->state == INIT_SENT ? init_response(ike, sa, h, &p) : REFUSED_WINDOW;
}

void
ike_datagram(struct ike *ike, const struct ike_path *path, uint8_t *bytes, uint32_t n,
             uint64_t now)
{
	bool marked = path->local_port == IKE_NAT_PORT;
	struct reader r = { bytes, n, false };
	enum ike_refusal why = REFUSED_LONG;
	struct header h = { .path = path };

	ike->now = now;
	if (marked && n == 1 && bytes[0] == 0xff)
		return;                         // keeps a NAT open (RFC 3948, 2.3)
	if ((marked && (read32(&r) != 0 || r.bad)) || (!marked && path->local_port != IKE_PORT))
		why = REFUSED_PORT;
	else if (r.left <= IKE_MESSAGE_MAX)
		why = header_read(slice_of(r.at, r.left), &h);
	if (why == ACCEPTED)
		why = (h.exchange == EX_INIT ? first : later)(ike, &h);
	if (why == REFUSED_NEWER && init_flags(ike, path->remote) != 0)
		hint_send(ike, &h, N_VERSION, slice_of(NULL, 0));
	if (why != ACCEPTED)
		refuse(ike, why);
}
