// SPDX-License-Identifier: MIT
// Proposals and transforms (RFC 7296, 3.3.1 and 3.3.2).
#include "suite.h"

enum transform_type { T_ENCR = 1, T_PRF, T_INTEG, T_GROUP, T_ESN };

enum {
	LAST = 0, MORE_PROPOSALS = 2, MORE_TRANSFORMS = 3,
	ENCR_GCM_16 = 20, PRF_SHA256 = 5, NONE = 0, DH_P256 = 19, DH_X25519 = 31,
	KEY_LENGTH = 0x800e,            // attribute of two bytes
};

uint16_t
suite_group_number(unsigned group)
{
	return group == GROUP_X25519 ? DH_X25519 : group == GROUP_P256 ? DH_P256 : NONE;
}

unsigned
suite_group(uint16_t number)
{
	return number == DH_X25519 ? GROUP_X25519 : number == DH_P256 ? GROUP_P256 : 0;
}

// What a proposal offers of what is known here.
struct offer {
	unsigned seen;                  // kinds, a bit each; bit 0: unknown ones
	unsigned transforms, kinds;     // how many
	unsigned keys, groups, esn;
	bool     prf, integ_none, group_none;
};

static void
put_transform(struct writer *w, enum transform_type type, uint16_t id, uint16_t key_bits,
              uint32_t *last, unsigned *count)
{
	*last = w->n;
	++*count;
	write8(w, MORE_TRANSFORMS);
	write8(w, 0);
	write16(w, key_bits != 0 ? 12 : 8);
	write8(w, (uint8_t)type);
	write8(w, 0);
	write16(w, id);
	if (key_bits != 0) {
		write16(w, KEY_LENGTH);
		write16(w, key_bits);
	}
}

void
suite_write(struct writer *w, const struct suite *s)
{
	uint32_t start, last = 0;
	unsigned n = 0;

	payload_begin(w, PAY_SA);
	start = w->n;
	write16(w, LAST);
	write16(w, 0);
	write8(w, s->number);
	write8(w, s->protocol);
	write8(w, s->spi_bytes);
	write8(w, 0);
	if (s->spi_bytes == 8)
		write64(w, s->spi);
	else if (s->spi_bytes == 4)
		write32(w, (uint32_t)s->spi);
	if (s->keys & KEY_256)
		put_transform(w, T_ENCR, ENCR_GCM_16, 256, &last, &n);
	if (s->keys & KEY_128)
		put_transform(w, T_ENCR, ENCR_GCM_16, 128, &last, &n);
	if (s->protocol == PROTO_IKE)
		put_transform(w, T_PRF, PRF_SHA256, 0, &last, &n);
	if (s->groups & GROUP_X25519)
		put_transform(w, T_GROUP, DH_X25519, 0, &last, &n);
	if (s->groups & GROUP_P256)
		put_transform(w, T_GROUP, DH_P256, 0, &last, &n);
	if (s->esn & ESN_YES)
		put_transform(w, T_ESN, 1, 0, &last, &n);
	if (s->esn & ESN_NO)
		put_transform(w, T_ESN, 0, 0, &last, &n);
	if (!w->full) {
		w->at[last] = LAST;
		w->at[start + 7] = (uint8_t)n;
	}
	write_at16(w, start + 2, (uint16_t)(w->n - start));
	payload_end(w);
}

// Bits of a key length; 0 for what AES does not have, and for attributes
// that are not understood.
static unsigned
read_keys(struct reader *attributes)
{
	uint16_t type = read16(attributes), bits = read16(attributes);

	if (attributes->bad || attributes->left != 0 || type != KEY_LENGTH)
		return 0;
	return bits == 256 ? KEY_256 : bits == 128 ? KEY_128 : 0;
}

static void
take_transform(struct offer *o, uint8_t type, uint16_t id, struct reader *attributes)
{
	bool plain = attributes->left == 0;

	unsigned bit = type <= T_ESN ? 1u << type : 1u;

	o->transforms++;
	o->kinds += (o->seen & bit) == 0;
	o->seen |= bit;
	if (type == T_ENCR && id == ENCR_GCM_16)
		o->keys |= read_keys(attributes);
	else if (type == T_PRF && id == PRF_SHA256 && plain)
		o->prf = true;
	else if (type == T_INTEG && id == NONE && plain)
		o->integ_none = true;
	else if (type == T_GROUP && id == NONE && plain)
		o->group_none = true;
	else if (type == T_GROUP && plain)
		o->groups |= suite_group(id);
	else if (type == T_ESN && id <= 1 && plain)
		o->esn |= id == 1 ? ESN_YES : ESN_NO;
}

// False: malformed.
static bool
read_transforms(struct reader r, unsigned count, struct offer *o)
{
	for (unsigned i = 0; i < count; i++) {
		uint8_t more = read8(&r);
		read8(&r);
		uint16_t length = read16(&r);
		struct reader t = read_part(&r, length - 4u);
		uint8_t type = read8(&t);
		read8(&t);
		uint16_t id = read16(&t);

		if (t.bad || more != (i + 1 == count ? LAST : MORE_TRANSFORMS))
			return false;
		take_transform(o, type, id, &t);
	}
	return !r.bad && r.left == 0;
}

static uint8_t
strongest(unsigned bits)
{
	return (uint8_t)(bits & 2 ? 2 : bits & 1);
}

// Every kind offered must be chosen from, and nothing else.
static bool
match(const struct offer *o, const struct suite *allowed, unsigned group, struct suite *chosen)
{
	unsigned groups = o->groups & allowed->groups, kinds = 1u << T_ENCR;

	chosen->keys = strongest(o->keys & allowed->keys);
	chosen->groups = strongest(groups & group ? group : groups);
	chosen->esn = strongest(o->esn & allowed->esn);
	if (chosen->keys == 0)
		return false;
	if (allowed->protocol == PROTO_IKE) {
		if (!o->prf || chosen->groups == 0)
			return false;
		kinds |= 1u << T_PRF;
	} else {
		if (chosen->esn == 0)
			return false;
		kinds |= 1u << T_ESN;
	}
	if (o->seen & 1u << T_INTEG && o->integ_none)
		kinds |= 1u << T_INTEG;
	if (chosen->groups != 0 || (o->seen & 1u << T_GROUP && o->group_none))
		kinds |= 1u << T_GROUP;
	return o->seen == kinds;
}

// One proposal of the payload.  *fits: it is within `allowed`, *chosen of it.
static bool
read_proposal(struct reader *r, const struct suite *allowed, unsigned group, bool *fits,
              struct suite *chosen, struct offer *o)
{
	uint8_t more = read8(r);
	read8(r);
	uint16_t length = read16(r);
	struct reader p = read_part(r, length - 4u);
	uint8_t number = read8(&p), protocol = read8(&p), spi_bytes = read8(&p), count = read8(&p);
	struct reader spi = read_part(&p, spi_bytes);

	*o = (struct offer){ 0 };
	if (p.bad || more != (r->left == 0 ? LAST : MORE_PROPOSALS) ||
	    !read_transforms(p, count, o))
		return false;
	*chosen = (struct suite){ .protocol = protocol, .spi_bytes = spi_bytes, .number = number };
	if (spi_bytes == 8)
		chosen->spi = read64(&spi);
	else if (spi_bytes == 4)
		chosen->spi = read32(&spi);
	*fits = protocol == allowed->protocol && spi_bytes == allowed->spi_bytes &&
	        match(o, allowed, group, chosen);
	return true;
}

bool
suite_choose(struct slice sa, const struct suite *allowed, unsigned group, struct suite *chosen)
{
	struct reader r = { sa.at, sa.n, false };
	struct offer o;
	bool fits = false;

	while (r.left != 0 && !fits)
		if (!read_proposal(&r, allowed, group, &fits, chosen, &o))
			return false;
	return fits;
}

bool
suite_answer(struct slice sa, const struct suite *allowed, struct suite *chosen)
{
	struct reader r = { sa.at, sa.n, false };
	struct offer o;
	bool fits = false;

	return read_proposal(&r, allowed, 0, &fits, chosen, &o) && fits && r.left == 0 &&
	       chosen->number == allowed->number &&
	       o.transforms == o.kinds;
}
