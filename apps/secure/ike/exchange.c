// SPDX-License-Identifier: MIT
// Where messages arrive: whose they are, whether they are authentic and due, and
// who handles them (RFC 7296, 2.1 to 2.5).
#include "state.h"

static enum ike_refusal
reason(enum wire e)
{
	static const enum ike_refusal why[] = {
		[WIRE_OK] = REFUSALS, [WIRE_SHORT] = REFUSED_SHORT,
		[WIRE_VERSION] = REFUSED_VERSION, [WIRE_LENGTH] = REFUSED_LONG,
		[WIRE_SYNTAX] = REFUSED_SYNTAX,
		[WIRE_CRITICAL] = REFUSED_CRITICAL,
	};

	return why[e];
}

// False: not authentic.  *e: what the authentic payloads look like.
static bool
open_sealed(struct ike *ike, struct ike_sa *sa, struct slice message, const struct header *h,
            struct payloads *p, enum wire *e)
{
	const struct slice body = { message.at + IKE_HEADER, message.n - IKE_HEADER };
	struct slice content;

	if (payloads_read(h->next, body, p) != WIRE_OK || p->sealed.n == 0) {
		refuse(ike, REFUSED_SYNTAX);
		return false;
	}
	if (!seal_open(message, p->sealed, &sa->keys, !sa->role, &content)) {
		refuse(ike, REFUSED_FORGED);
		return false;
	}
	*e = payloads_read(p->sealed_next, content, p);
	if (*e == WIRE_OK && p->sealed.n != 0)
		*e = WIRE_SYNTAX;
	sa->heard_at = ike->now;
	return true;
}

static void
answer(struct ike *ike, struct ike_sa *sa, const struct header *h, const struct payloads *p,
       struct writer *w)
{
	if (h->exchange == EX_CHILD ||
	    (p->delete_count != 0 && p->deletes[0].n != 0 && p->deletes[0].at[0] == PROTO_ESP))
		rekey_settled(ike, sa);
	if (h->exchange == EX_AUTH)
		auth_request(ike, sa, p, w);
	else if (h->exchange == EX_INFORM)
		inform_request(ike, sa, p, w);
	else if (BODY(p, PAY_SA).n >= 6 && BODY(p, PAY_SA).at[5] == PROTO_IKE)
		rekey_request(ike, sa, p, w);
	else
		create_request(ike, sa, p, w);
}

// Is this kind of request due in this state?
static bool
is_due(const struct ike_sa *sa, uint8_t exchange)
{
	switch (sa->state) {
	case HALF_OPEN:
		return exchange == EX_AUTH && !sa->failed;
	case UP:
	case REPLACED:
	case CLOSING:
		return exchange == EX_CHILD || exchange == EX_INFORM;
	default:
		return false;
	}
}

static void
request(struct ike *ike, struct ike_sa *sa, const struct ike_path *path, struct slice message,
        const struct header *h)
{
	bool repeated = sa->reply.n != 0 && h->id + 1 == sa->awaited_id;
	struct payloads p;
	struct writer w;
	enum wire e;

	if (!repeated && h->id != sa->awaited_id) {
		refuse(ike, REFUSED_WINDOW);
		return;
	}
	if (!repeated && !is_due(sa, h->exchange)) {
		refuse(ike, REFUSED_EXCHANGE);
		return;
	}
	if (!open_sealed(ike, sa, message, h, &p, &e))
		return;
	if (repeated) {
		message_send(ike, sa, &sa->reply);
		return;
	}
	// port 4500 from now on, or a NAT that has another idea of the peer's port (2.23)
	if (sa->state == HALF_OPEN || (sa->encap && !sa->behind_nat))
		sa->path = *path;
	// it asks something new: so it has our last reply
	for (unsigned c = 0; c < CHILDREN; c++)
		sa->child[c].sure_at = 0;
	w = reply_begin(sa, (enum exchange)h->exchange);
	if (e == WIRE_CRITICAL) {
		refuse(ike, REFUSED_CRITICAL);
		notify_write(&w, N_CRITICAL, slice_of(&p.critical, 1));
	} else if (e != WIRE_OK) {
		say_no(ike, &w, REFUSED_SYNTAX, N_SYNTAX);
	} else {
		answer(ike, sa, h, &p, &w);
	}
	if (sa->state == HALF_OPEN)
		sa->failed = true;              // one try
	reply_send(ike, sa, &w);
}

static void
handle(struct ike *ike, struct ike_sa *sa, const struct payloads *p)
{
	switch (sa->pending.task) {
	case TASK_AUTH:
		auth_response(ike, sa, p);
		break;
	case TASK_CHILD:
		create_response(ike, sa, p);
		break;
	case TASK_REKEY:
		rekey_response(ike, sa, p);
		break;
	default:
		inform_response(ike, sa);
	}
}

static void
response(struct ike *ike, struct ike_sa *sa, struct slice message, const struct header *h)
{
	static const uint8_t kind[] = {
		[IDLE] = 0, [TASK_INIT] = 0, [TASK_AUTH] = EX_AUTH, [TASK_CHILD] = EX_CHILD,
		[TASK_REKEY] = EX_CHILD, [TASK_DELETE_CHILD] = EX_INFORM, [TASK_DELETE] = EX_INFORM,
		[TASK_ALIVE] = EX_INFORM,
	};
	struct payloads p;
	enum wire e;

	if (sa->pending.task == IDLE || h->id != sa->next_id) {
		refuse(ike, REFUSED_WINDOW);
		return;
	}
	if (h->exchange != kind[sa->pending.task]) {
		refuse(ike, REFUSED_EXCHANGE);
		return;
	}
	if (!open_sealed(ike, sa, message, h, &p, &e))
		return;
	sa->next_id++;
	if (e == WIRE_OK) {
		handle(ike, sa, &p);
	} else {
		// authentic nonsense: the two sides do not agree upon what exists
		refuse(ike, reason(e));
		if (sa->pending.task == TASK_DELETE || sa->state != UP)
			sa_free(ike, sa);
		else
			request_done(sa), sa->want_delete = true;
	}
}

static void
first(struct ike *ike, const struct ike_path *path, struct slice message, const struct header *h)
{
	struct payloads p;
	struct ike_sa *sa;
	enum wire e = payloads_read(h->next, slice_of(message.at + IKE_HEADER,
	                                              message.n - IKE_HEADER), &p);

	if (e == WIRE_OK && p.sealed.n != 0)
		e = WIRE_SYNTAX;
	if (e != WIRE_OK || h->id != 0) {
		refuse(ike, e != WIRE_OK ? reason(e) : REFUSED_WINDOW);
	} else if ((h->flags & (FLAG_INITIATOR | FLAG_RESPONSE)) == FLAG_INITIATOR &&
	           h->spi_r == 0) {
		init_request(ike, path, message, h, &p);
	} else if ((h->flags & (FLAG_INITIATOR | FLAG_RESPONSE)) == FLAG_RESPONSE) {
		sa = sa_find(ike, 0, h->spi_i);
		if (sa == NULL || sa->path.remote != path->remote)
			refuse(ike, REFUSED_SPI);
		else if (sa->state != INIT_SENT)
			refuse(ike, REFUSED_WINDOW);
		else
			init_response(ike, sa, message, h, &p);
	} else {
		refuse(ike, REFUSED_EXCHANGE);
	}
}

static void
later(struct ike *ike, const struct ike_path *path, struct slice message, const struct header *h)
{
	unsigned role = h->flags & FLAG_INITIATOR ? 1 : 0;
	struct ike_sa *sa = sa_find(ike, role, role == 1 ? h->spi_r : h->spi_i);

	if (sa == NULL || sa->state == INIT_SENT ||
	    sa->spi[!role] != (role == 1 ? h->spi_i : h->spi_r))
		refuse(ike, REFUSED_SPI);
	else if (h->flags & FLAG_RESPONSE)
		response(ike, sa, message, h);
	else
		request(ike, sa, path, message, h);
}

void
ike_datagram(struct ike *ike, const struct ike_path *path, uint8_t *bytes, uint32_t n,
             uint64_t now)
{
	struct slice message = { bytes, n };
	struct header h;
	enum wire e;

	ike->now = now;
	if (path->local_port == IKE_NAT_PORT) {
		if (n == 1 && bytes[0] == 0xff)
			return;                 // keeps a NAT open (RFC 3948, 2.3)
		if (n < 4 || (bytes[0] | bytes[1] | bytes[2] | bytes[3]) != 0) {
			refuse(ike, REFUSED_PORT);
			return;
		}
		message = slice_of(bytes + 4, n - 4);
	} else if (path->local_port != IKE_PORT) {
		refuse(ike, REFUSED_PORT);
		return;
	}
	e = message.n > IKE_MESSAGE_MAX ? WIRE_LENGTH : header_read(message, &h);
	if (e != WIRE_OK)
		refuse(ike, reason(e));
	else if (h.exchange == EX_INIT)
		first(ike, path, message, &h);
	else
		later(ike, path, message, &h);
}
