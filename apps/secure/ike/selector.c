// SPDX-License-Identifier: MIT
// Reads, writes and narrows traffic selectors.
#include "selector.h"

enum { TS_IPV4 = 7, TS_IPV4_BYTES = 16 };

void
selector_write(struct writer *w, enum payload type, struct sa_range range)
{
	payload_begin(w, type);
	write8(w, 1);
	write8(w, 0);
	write16(w, 0);
	write8(w, TS_IPV4);
	write8(w, 0);                   // any protocol
	write16(w, TS_IPV4_BYTES);
	write16(w, 0);                  // any port
	write16(w, 0xffff);
	write32(w, range.first);
	write32(w, range.last);
	payload_end(w);
}

// The next selector.  *any: it is one for IPv4 and all protocols and ports.
static bool
read_selector(struct reader *r, bool *any, struct sa_range *range)
{
	uint8_t type = read8(r), protocol = read8(r);
	uint16_t length = read16(r);
	struct reader s = read_part(r, length - 4u);
	uint16_t port = read16(&s), port_last = read16(&s);

	range->first = read32(&s);
	range->last = read32(&s);
	*any = type == TS_IPV4 && protocol == 0 && port == 0 && port_last == 0xffff;
	return !r->bad && (type != TS_IPV4 ||
	                   (!s.bad && s.left == 0 && range->first <= range->last));
}

static bool
intersect(struct sa_range *a, const struct sa_range *b)
{
	uint32_t first = a->first > b->first ? a->first : b->first;
	uint32_t last = a->last < b->last ? a->last : b->last;

	if (first > last)
		return false;
	*a = (struct sa_range){ first, last };
	return true;
}

static bool
begin(struct slice ts, struct reader *r, uint8_t *count)
{
	*r = (struct reader){ ts.at, ts.n, false };
	*count = read8(r);
	read8(r);
	read16(r);
	return !r->bad;
}

bool
selector_narrow(struct slice ts, struct sa_range *range)
{
	struct reader r;
	uint8_t count;
	bool found = false;

	if (!begin(ts, &r, &count))
		return false;
	for (unsigned i = 0; i < count; i++) {
		struct sa_range one;
		bool any;

		if (!read_selector(&r, &any, &one))
			return false;
		found = found || (any && intersect(range, &one));
	}
	return found && r.left == 0;
}

bool
selector_answer(struct slice ts, struct sa_range *range)
{
	struct sa_range offered = *range, one;
	struct reader r;
	uint8_t count;
	bool any;

	if (!begin(ts, &r, &count) || count != 1 || !read_selector(&r, &any, &one) || !any ||
	    r.left != 0 || one.first < offered.first || one.last > offered.last)
		return false;
	*range = one;
	return true;
}
