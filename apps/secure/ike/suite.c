// SPDX-License-Identifier: MIT
// Proposals and transforms (RFC 7296, 3.3.1 and 3.3.2).
#include "suite.h"

enum transform_type { T_ENCR = 1, T_PRF, T_INTEG, T_GROUP, T_ESN };

enum { LAST = 0, MORE_PROPOSALS = 2, MORE_TRANSFORMS = 3 };

static const uint32_t KEY_BITS = 0x800e0000;    // attribute of two bytes: their number

// All that is known, of each kind the strongest first.
static const struct transform { uint8_t type; uint16_t id, key_bits, bit; } known[] = {
	{ T_ENCR, 20, 256, IKE_AES256 }, { T_ENCR, 20, 128, IKE_AES128 },
	{ T_PRF, 5, 0, SUITE_PRF },
	{ T_INTEG, 0, 0, SUITE_NO_INTEG },
	{ T_GROUP, 31, 0, IKE_X25519 }, { T_GROUP, 19, 0, IKE_P256 },
	{ T_GROUP, 0, 0, SUITE_NO_GROUP },
	{ T_ESN, 1, 0, IKE_ESN }, { T_ESN, 0, 0, SUITE_NO_ESN },
};

enum { KNOWN = sizeof known / sizeof known[0] };

// What a proposal offers.
struct offer {
	unsigned transforms;            // how many
	unsigned seen, twice;           // of which types, a bit each; 0: unknown ones
	unsigned set;                   // of what is known
};

uint16_t
suite_group_number(uint16_t group)
{
	return group == IKE_X25519 ? 31 : group == IKE_P256 ? 19 : 0;
}

uint16_t
suite_group(uint32_t number)
{
	return number == 31 ? IKE_X25519 : number == 19 ? IKE_P256 : 0;
}

uint8_t
suite_key_bytes(const struct suite *s)
{
	return s->set & IKE_AES256 ? 32 : 16;
}

struct suite
suite_allowed(uint8_t protocol, uint8_t spi_bytes, uint32_t flags, uint32_t groups)
{
	uint32_t set = (flags & IKE_KEYS) | groups | SUITE_NO_INTEG;

	if (protocol == PROTO_IKE)
		set |= SUITE_PRF;
	else
		set |= (flags & IKE_ESN) | SUITE_NO_ESN |
		       (groups != 0 && flags & IKE_PFS ? 0 : SUITE_NO_GROUP);
	return (struct suite){ protocol, spi_bytes, 1, (uint16_t)set, 0 };
}

void
suite_write(struct writer *w, const struct suite *s)
{
	uint32_t start, last = 0;
	uint8_t n = 0;

	payload_begin(w, PAY_SA, 0);
	start = w->n;
	write32(w, LAST << 24);                         // its length follows below
	write32(w, (uint32_t)s->number << 24 | (uint32_t)s->protocol << 16 |
	           (uint32_t)s->spi_bytes << 8);        // likewise, how many
	write_number(w, s->spi, s->spi_bytes);
	for (unsigned i = 0; i < KNOWN; i++) {
		const struct transform *t = &known[i];

		// that a kind is not used is said by silence
		if ((s->set & t->bit & ~(SUITE_NO_INTEG | SUITE_NO_GROUP)) == 0)
			continue;
		last = w->n;
		n++;
		write32(w, MORE_TRANSFORMS << 24 | (t->key_bits != 0 ? 12 : 8));
		write32(w, (uint32_t)t->type << 24 | t->id);
		if (t->key_bits != 0)
			write32(w, KEY_BITS | t->key_bits);
	}
	if (!w->full) {
		w->at[last] = LAST;
		w->at[start + 7] = n;
	}
	write_at16(w, start + 2, (uint16_t)(w->n - start));
	payload_end(w);
}

// Proposals and transforms alike: the first byte says whether another one follows,
// the third and fourth how long it is.  Bad: it is not so.
static struct reader
read_item(struct reader *r, unsigned another)
{
	uint32_t head = read32(r);
	struct reader item = reader_of(read_slice(r, (head & 0xffff) - 4u));

	item.bad = item.bad || head >> 24 != (r->left != 0 ? another : LAST);
	return item;
}

// Attributes that are not understood make it an unknown one.
static void
take_transform(struct offer *o, struct reader *t)
{
	uint32_t head = read32(t), type = head >> 24, id = head & 0xffff;
	uint32_t key = t->left == 0 ? KEY_BITS : t->left == 4 ? read32(t) : 0;

	unsigned kind = type >= T_ENCR && type <= T_ESN ? 1u << type : 1;

	o->transforms++;
	o->twice |= o->seen & kind;
	o->seen |= kind;
	for (unsigned i = 0; i < KNOWN; i++)
		if (known[i].type == type && known[i].id == id &&
		    key == (KEY_BITS | known[i].key_bits))
			o->set |= known[i].bit;
}

// False: malformed.
static bool
read_proposal(struct reader *r, struct suite *s, struct offer *o)
{
	struct reader p = read_item(r, MORE_PROPOSALS), spi;
	uint32_t head = read32(&p);

	*s = (struct suite){ .number = (uint8_t)(head >> 24), .protocol = (uint8_t)(head >> 16),
	                     .spi_bytes = (uint8_t)(head >> 8) };
	spi = reader_of(read_slice(&p, s->spi_bytes));
	s->spi = read_number(&spi, spi.left <= 8 ? spi.left : 0);
	*o = (struct offer){ 0 };
	while (p.left != 0 && !p.bad) {
		struct reader t = read_item(&p, MORE_TRANSFORMS);

		take_transform(o, &t);
		p.bad = p.bad || t.bad;
	}
	return !p.bad && o->transforms == (head & 0xff);
}

// Every kind offered must be chosen from, and every kind needed must be there.
static bool
match(const struct offer *o, const struct suite *allowed, uint16_t group, struct suite *s)
{
	unsigned both = o->set & allowed->set, kinds = 0, needed = 0;

	if (both & group)
		both &= ~(unsigned)IKE_GROUPS | group;
	for (unsigned i = 0; i < KNOWN; i++) {
		unsigned kind = 1u << known[i].type;

		if (allowed->set & known[i].bit)
			needed |= kind;
		if ((both & known[i].bit) != 0 && (kinds & kind) == 0) {
			kinds |= kind;
			s->set |= known[i].bit;
		}
	}
	if (allowed->set & SUITE_NO_GROUP)
		needed &= ~(1u << T_GROUP);
	needed &= ~(1u << T_INTEG);
	return s->protocol == allowed->protocol && s->spi_bytes == allowed->spi_bytes &&
	       (s->spi_bytes == 0 || s->spi >= (s->protocol == PROTO_ESP ? SA_SPI_MIN : 1)) &&
	       o->seen == kinds && (needed & ~kinds) == 0;
}

bool
suite_choose(struct slice sa, const struct suite *allowed, uint16_t group, struct suite *chosen)
{
	struct reader r = reader_of(sa);
	struct offer o;

	while (r.left != 0) {
		if (!read_proposal(&r, chosen, &o))
			return false;
		if (match(&o, allowed, group, chosen))
			return true;
	}
	return false;
}

bool
suite_answer(struct slice sa, const struct suite *allowed, struct suite *chosen)
{
	struct reader r = reader_of(sa);
	struct offer o;

	return read_proposal(&r, chosen, &o) && r.left == 0 && match(&o, allowed, 0, chosen) &&
	       chosen->number == allowed->number && o.twice == 0;
}
