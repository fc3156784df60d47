// SPDX-License-Identifier: MIT
// Reads and writes what wire.h describes.
#include <string.h>
#include "wire.h"

// The payloads that are read: bytes of their heads, bounds of what follows, and
// whether there may be several.  A type without an entry is skipped.
static const struct form { uint16_t head, min, max; bool many; } forms[PAY_END - PAY_SA] = {
	[PAY_SA - PAY_SA]     = { 0, 8, IKE_MESSAGE_MAX, false },
	[PAY_KE - PAY_SA]     = { 4, 1, IKE_MESSAGE_MAX, false },
	[PAY_IDI - PAY_SA]    = { 4, 1, IKE_MESSAGE_MAX, false },
	[PAY_IDR - PAY_SA]    = { 4, 1, IKE_MESSAGE_MAX, false },
	[PAY_AUTH - PAY_SA]   = { 4, 1, IKE_MESSAGE_MAX, false },
	[PAY_NONCE - PAY_SA]  = { 0, NONCE_MIN, NONCE_MAX, false },
	[PAY_NOTIFY - PAY_SA] = { 4, 0, IKE_MESSAGE_MAX, true },
	[PAY_DELETE - PAY_SA] = { 4, 0, IKE_MESSAGE_MAX, true },
	[PAY_TSI - PAY_SA]    = { 4, 8, IKE_MESSAGE_MAX, false },
	[PAY_TSR - PAY_SA]    = { 4, 8, IKE_MESSAGE_MAX, false },
};

struct slice
slice_of(const void *bytes, uint32_t n)
{
	return (struct slice){ bytes, n };
}

bool
slice_is(struct slice s, const void *bytes, uint32_t n)
{
	return s.n == n && memcmp(s.at, bytes, n) == 0;
}

struct reader
reader_of(struct slice s)
{
	return (struct reader){ s.at, s.n, s.at == NULL };
}

struct slice
read_slice(struct reader *r, uint32_t n)
{
	r->bad = r->bad || n > r->left;
	if (r->bad)
		return slice_of(NULL, 0);
	r->at += n;
	r->left -= n;
	return slice_of(r->at - n, n);
}

uint64_t
read_number(struct reader *r, uint32_t bytes)
{
	struct slice s = read_slice(r, bytes);
	uint64_t v = 0;

	for (uint32_t i = 0; i < s.n; i++)
		v = v << 8 | s.at[i];
	return v;
}

uint32_t read32(struct reader *r) { return (uint32_t)read_number(r, 4); }

void
write_bytes(struct writer *w, struct slice from)
{
	if (w->full || from.n > w->max - w->n) {
		w->full = true;
		return;
	}
	if (from.n != 0)
		memcpy(w->at + w->n, from.at, from.n);
	w->n += from.n;
}

void
write_number(struct writer *w, uint64_t v, uint32_t bytes)
{
	uint8_t b[8];

	for (uint32_t i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
	write_bytes(w, slice_of(b, bytes));
}

void write32(struct writer *w, uint32_t v) { write_number(w, v, 4); }

void
write_spis(struct writer *w, const uint64_t spi[2])
{
	write_number(w, spi[0], 8);
	write_number(w, spi[1], 8);
}

void
write_at16(struct writer *w, uint32_t where, uint16_t v)
{
	if (w->full)
		return;
	w->at[where] = (uint8_t)(v >> 8);
	w->at[where + 1] = (uint8_t)v;
}

enum ike_refusal
header_read(struct slice message, struct header *h)
{
	struct reader r = reader_of(message);

	h->spi[0] = read_number(&r, 8);
	h->spi[1] = read_number(&r, 8);
	h->next = (uint8_t)read_number(&r, 1);
	unsigned version = (unsigned)read_number(&r, 1) >> 4;
	h->exchange = (uint8_t)read_number(&r, 1);
	h->flags = (uint8_t)read_number(&r, 1);
	h->id = read32(&r);
	uint32_t length = read32(&r);
	h->message = message;
	h->body = slice_of(r.at, r.left);
	if (r.bad)
		return REFUSED_SHORT;
	if (version != IKE_VERSION)
		return version > IKE_VERSION ? REFUSED_NEWER : REFUSED_VERSION;
	return length == message.n ? ACCEPTED : REFUSED_LONG;
}

void
header_write(struct writer *w, const struct header *h)
{
	write_spis(w, h->spi);
	w->next = w->n;                 // and the version, exchange and flags behind it
	write32(w, (uint32_t)IKE_VERSION << 20 | (uint32_t)h->exchange << 8 | h->flags);
	write32(w, h->id);
	write32(w, 0);
}

void
payload_begin(struct writer *w, enum payload type, uint32_t head)
{
	if (!w->full)
		w->at[w->next] = (uint8_t)type;
	w->next = w->payload = w->n;
	write32(w, 0);
	if (forms[type - PAY_SA].head != 0)
		write32(w, head);
}

void
payload_end(struct writer *w)
{
	write_at16(w, w->payload + 2, (uint16_t)(w->n - w->payload));
	write_at16(w, IKE_HEADER - 2, (uint16_t)w->n);
}

void
payload_write(struct writer *w, enum payload type, uint32_t head, struct slice data)
{
	payload_begin(w, type, head);
	write_bytes(w, data);
	payload_end(w);
}

void
payload_write_spis(struct writer *w, enum payload type, uint32_t head, const uint32_t *spi,
                   unsigned count)
{
	payload_begin(w, type, head);
	for (unsigned i = 0; i < count; i++)
		write32(w, spi[i]);
	payload_end(w);
}

static bool
read_notify(struct body body, struct payloads *out)
{
	uint16_t type = (uint16_t)body.head;
	struct reader r = reader_of(body.data);
	struct reader spi = reader_of(read_slice(&r, body.head >> 16 & 0xff));
	struct slice data = { r.at, r.left };

	if (type < N_ERRORS && out->error == 0)
		out->error = type;
	if (type == N_INVALID_KE && data.n == 2)
		out->wanted_group = (uint16_t)read_number(&r, 2);
	if (type == N_INITIAL_CONTACT)
		out->initial_contact = true;
	if (type == N_REKEY) {
		r.bad = r.bad || body.head != (ABOUT_ESP | N_REKEY) || out->rekey != 0;
		out->rekey = read32(&spi);
		r.bad = r.bad || out->rekey == 0;
	}
	if (type == N_COOKIE && data.n >= 1 && data.n <= 64)    // 2.6
		out->cookie = data;
	if (type == N_NAT_DESTINATION)
		out->nat_destination = data;
	if (type == N_NAT_SOURCE && out->nat_sources < 4)
		out->nat_source[out->nat_sources++] = data;
	return !r.bad;
}

static enum ike_refusal
read_payload(uint8_t type, bool critical, struct slice bytes, struct payloads *out)
{
	struct reader r = reader_of(bytes);
	struct body body = { 0 };
	bool good = true;
	const struct form *f = type >= PAY_SA && type < PAY_END ? &forms[type - PAY_SA] : NULL;

	if (f == NULL && critical) {
		out->detail[0] = type;
		out->detail_bytes = 1;
		return REFUSED_CRITICAL;
	}
	if (f == NULL || f->max == 0)
		return ACCEPTED;
	if (f->head != 0)
		body.head = read32(&r);
	body.data = slice_of(r.at, r.left);
	if (r.bad || r.left < f->min || r.left > f->max ||
	    (!f->many && BODY(out, type).data.n != 0))
		return REFUSED_SYNTAX;
	if (!f->many)
		BODY(out, type) = body;
	else if (type == PAY_NOTIFY)
		good = read_notify(body, out);
	else if (out->delete_count < sizeof out->deletes / sizeof out->deletes[0])
		out->deletes[out->delete_count++] = body;
	else
		good = false;
	return good ? ACCEPTED : REFUSED_SYNTAX;
}

enum ike_refusal
payloads_read(uint8_t first, struct slice chain, struct payloads *out)
{
	struct reader r = reader_of(chain);
	enum ike_refusal why = ACCEPTED;

	memset(out, 0, sizeof *out);
	for (uint8_t type = first, next; type != PAY_NONE && why == ACCEPTED; type = next) {
		uint32_t head = read32(&r);     // next type, critical or not, length
		struct slice body = read_slice(&r, (head & 0xffff) - 4u);       // < 4: too much

		next = (uint8_t)(head >> 24);
		if (r.bad)
			return REFUSED_SYNTAX;
		if (type == PAY_SK) {                                   // the last one (3.14)
			out->sealed = body;
			out->sealed_next = next;
			break;
		}
		why = read_payload(type, head >> 23 & 1, body, out);
	}
	return why == ACCEPTED && r.left != 0 ? REFUSED_SYNTAX : why;
}
