// SPDX-License-Identifier: MIT
// Reads and writes what wire.h describes.
#include <string.h>
#include "wire.h"

struct slice
read_slice(struct reader *r, uint32_t n)
{
	struct slice s = { r->at, n };

	if (r->bad || n > r->left) {
		r->bad = true;
		return (struct slice){ r->at, 0 };
	}
	r->at += n;
	r->left -= n;
	return s;
}

static uint64_t
read_number(struct reader *r, uint32_t bytes)
{
	struct slice s = read_slice(r, bytes);
	uint64_t v = 0;

	for (uint32_t i = 0; i < s.n; i++)
		v = v << 8 | s.at[i];
	return v;
}

uint8_t read8(struct reader *r) { return (uint8_t)read_number(r, 1); }
uint16_t read16(struct reader *r) { return (uint16_t)read_number(r, 2); }
uint32_t read32(struct reader *r) { return (uint32_t)read_number(r, 4); }
uint64_t read64(struct reader *r) { return read_number(r, 8); }

struct reader
read_part(struct reader *r, uint32_t n)
{
	struct slice s = read_slice(r, n);

	return (struct reader){ s.at, s.n, r->bad };
}

void
write_bytes(struct writer *w, const void *from, uint32_t n)
{
	if (w->full || n > w->max - w->n) {
		w->full = true;
		return;
	}
	if (n != 0)
		memcpy(w->at + w->n, from, n);
	w->n += n;
}

static void
write_number(struct writer *w, uint64_t v, uint32_t bytes)
{
	uint8_t b[8];

	for (uint32_t i = 0; i < bytes; i++)
		b[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
	write_bytes(w, b, bytes);
}

void write8(struct writer *w, uint8_t v) { write_number(w, v, 1); }
void write16(struct writer *w, uint16_t v) { write_number(w, v, 2); }
void write32(struct writer *w, uint32_t v) { write_number(w, v, 4); }
void write64(struct writer *w, uint64_t v) { write_number(w, v, 8); }

void
write_at16(struct writer *w, uint32_t where, uint16_t v)
{
	if (w->full)
		return;
	w->at[where] = (uint8_t)(v >> 8);
	w->at[where + 1] = (uint8_t)v;
}

enum wire
header_read(struct slice message, struct header *h)
{
	struct reader r = { message.at, message.n, false };
	uint8_t version;
	uint32_t length;

	h->spi_i = read64(&r);
	h->spi_r = read64(&r);
	h->next = read8(&r);
	version = read8(&r);
	h->exchange = read8(&r);
	h->flags = read8(&r);
	h->id = read32(&r);
	length = read32(&r);
	if (r.bad)
		return WIRE_SHORT;
	if (version >> 4 != IKE_VERSION >> 4)
		return WIRE_VERSION;
	return length == message.n ? WIRE_OK : WIRE_LENGTH;
}

void
header_write(struct writer *w, const struct header *h)
{
	write64(w, h->spi_i);
	write64(w, h->spi_r);
	w->next = w->n;
	write8(w, PAY_NONE);
	write8(w, IKE_VERSION);
	write8(w, h->exchange);
	write8(w, h->flags);
	write32(w, h->id);
	write32(w, 0);
}

void
message_end(struct writer *w)
{
	write_at16(w, IKE_HEADER - 2, (uint16_t)w->n);
}

void
payload_begin(struct writer *w, enum payload type)
{
	if (!w->full)
		w->at[w->next] = (uint8_t)type;
	w->next = w->payload = w->n;
	write32(w, 0);
}

void
payload_end(struct writer *w)
{
	write_at16(w, w->payload + 2, (uint16_t)(w->n - w->payload));
}

void
notify_write(struct writer *w, enum notify type, struct slice data)
{
	payload_begin(w, PAY_NOTIFY);
	write16(w, 0);
	write16(w, (uint16_t)type);
	write_bytes(w, data.at, data.n);
	payload_end(w);
}

void
notify_write_spi(struct writer *w, enum notify type, uint32_t spi)
{
	payload_begin(w, PAY_NOTIFY);
	write8(w, PROTO_ESP);
	write8(w, sizeof spi);
	write16(w, (uint16_t)type);
	write32(w, spi);
	payload_end(w);
}

static enum wire
read_notify(struct reader r, struct payloads *out)
{
	uint8_t protocol = read8(&r), spi_bytes = read8(&r);
	uint16_t type = read16(&r);
	struct reader spi = read_part(&r, spi_bytes);
	struct slice data = { r.at, r.left };

	if (r.bad)
		return WIRE_SYNTAX;
	if (type < N_ERRORS && out->error == 0)
		out->error = type;
	if (type == N_INVALID_KE && data.n == 2)
		out->wanted_group = read16(&r);
	if (type == N_INITIAL_CONTACT)
		out->initial_contact = true;
	if (type == N_REKEY && protocol == PROTO_ESP && spi_bytes == 4)
		out->rekey = read32(&spi);
	if (type == N_COOKIE && data.n >= 1 && data.n <= 64)    // 2.6
		out->cookie = data;
	if (type == N_NAT_DESTINATION)
		out->nat_destination = data;
	if (type == N_NAT_SOURCE && out->nat_sources < 4)
		out->nat_source[out->nat_sources++] = data;
	return WIRE_OK;
}

static bool
stands_once(uint8_t type)
{
	return type == PAY_SA || type == PAY_KE || type == PAY_IDI || type == PAY_IDR ||
	       type == PAY_AUTH || type == PAY_NONCE || type == PAY_TSI || type == PAY_TSR;
}

static enum wire
read_payload(uint8_t type, bool critical, struct slice body, struct payloads *out)
{
	if (stands_once(type)) {
		if (BODY(out, type).n != 0 || body.n == 0)
			return WIRE_SYNTAX;
		BODY(out, type) = body;
	} else if (type == PAY_NOTIFY) {
		return read_notify((struct reader){ body.at, body.n, false }, out);
	} else if (type == PAY_DELETE) {
		if (out->delete_count == 4)
			return WIRE_SYNTAX;
		out->deletes[out->delete_count++] = body;
	} else if ((type < PAY_SA || type >= PAY_END) && critical) {
		out->critical = type;
		return WIRE_CRITICAL;
	}
	return WIRE_OK;
}

enum wire
payloads_read(uint8_t first, struct slice chain, struct payloads *out)
{
	struct reader r = { chain.at, chain.n, false };
	uint8_t type = first;

	memset(out, 0, sizeof *out);
	while (type != PAY_NONE) {
		uint8_t next = read8(&r), critical = read8(&r) >> 7;
		uint16_t length = read16(&r);
		struct slice body = read_slice(&r, length - 4u);        // < 4 is more than is left

		if (r.bad)
			return WIRE_SYNTAX;
		if (type == PAY_SK) {                                   // the last one (3.14)
			out->sealed = body;
			out->sealed_next = next;
			break;
		}
		enum wire e = read_payload(type, critical, body, out);
		if (e != WIRE_OK)
			return e;
		type = next;
	}
	return r.left == 0 ? WIRE_OK : WIRE_SYNTAX;
}
