// SPDX-License-Identifier: MIT
// The window over sequence numbers.
#include "replay.h"

// RFC 4303, A2.1: of all numbers with this lower half the one nearest to the
// window, from its lower edge on upwards.  False: it would be below 0 or
// above 2^64 - 1.
static bool
extend(const struct replay *r, uint32_t low, uint64_t *sequence)
{
	uint32_t top = (uint32_t)r->highest, high = (uint32_t)(r->highest >> 32);
	uint32_t bottom = top - (REPLAY_WINDOW - 1);
	bool wraps = top < REPLAY_WINDOW - 1;   // the window reaches into the lower half's end

	if (wraps && low >= bottom) {
		if (high == 0)
			return false;
		high--;
	} else if (!wraps && low < bottom) {
		if (high == UINT32_MAX)
			return false;
		high++;
	}
	*sequence = (uint64_t)high << 32 | low;
	return true;
}

bool
replay_check(const struct replay *r, uint32_t low, uint64_t *sequence)
{
	*sequence = low;
	if (r->esn && !extend(r, low, sequence))
		return false;
	if (*sequence == 0)             // the first one is 1
		return false;
	if (*sequence > r->highest)
		return true;
	uint64_t age = r->highest - *sequence;

	return age < REPLAY_WINDOW && (r->seen >> age & 1) == 0;
}

void
replay_mark(struct replay *r, uint64_t sequence)
{
	if (sequence > r->highest) {
		uint64_t step = sequence - r->highest;

		r->seen = step < REPLAY_WINDOW ? r->seen << step : 0;
		r->highest = sequence;
	}
	r->seen |= 1ull << (r->highest - sequence);
}
