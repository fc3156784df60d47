// SPDX-License-Identifier: MIT
// Reads, writes and narrows traffic selectors.
#include "selector.h"

enum { TS_IPV4 = 7 << 24, TS_IPV4_BYTES = 16, ANY_PORT = 0xffff };

void
selector_write(struct writer *w, enum payload type, struct sa_range range)
{
	payload_begin(w, type, 1 << 24);
	write32(w, TS_IPV4 | TS_IPV4_BYTES);    // any protocol
	write32(w, ANY_PORT);                   // from 0
	write32(w, range.first);
	write32(w, range.last);
	payload_end(w);
}

bool
selector_read(const struct body *ts, bool answer, struct sa_range *range)
{
	struct reader r = reader_of(ts->data);
	unsigned count = ts->head >> 24;
	bool found = false;

	for (unsigned i = 0; i < count; i++) {
		uint32_t head = read32(&r);
		struct reader s = reader_of(read_slice(&r, (head & 0xffff) - 4u));
		bool any = head == (TS_IPV4 | TS_IPV4_BYTES) && read32(&s) == ANY_PORT;
		uint32_t first = read32(&s), last = read32(&s);

		if (r.bad)
			return false;
		if (!any || found || first > last || first > range->last || last < range->first)
			continue;
		found = !answer || (count == 1 && first >= range->first && last <= range->last);
		range->first = first > range->first ? first : range->first;
		range->last = last < range->last ? last : range->last;
	}
	return found && r.left == 0;
}
