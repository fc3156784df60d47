// SPDX-License-Identifier: MIT
// kvmclock: the guest computes the time from its time-stamp counter, which is ours, by factors
// that stand in its memory.  Written when it asks for it; they never change.
#include <string.h>
#include <sys/sys.h>
#include "clock.h"

enum {
	WALL_OLD = 0x11, SYSTEM_OLD = 0x12, WALL = 0x4b564d00, SYSTEM = 0x4b564d01,
	ENABLED = 1, STABLE = 1,
};

struct wall { uint32_t version, seconds, nanoseconds; };
struct system {
	uint32_t version, pad;
	uint64_t tsc, nanoseconds;
	uint32_t factor;
	int8_t   shift;
	uint8_t  flags, pad2[2];
};
_Static_assert(sizeof(struct system) == 32, "ABI");

uint64_t
clock_seconds(void)
{
	return CLOCK_EPOCH + sys_now() / (kip()->tsc_khz * 1000ull);
}

// nanoseconds = (ticks << shift) * factor >> 32
static struct system
factors(void)
{
	struct system s = { .version = 2, .flags = STABLE };
	uint64_t khz = kip()->tsc_khz;

	for (; khz > 2000000; khz /= 2)
		s.shift--;
	for (; khz <= 1000000; khz *= 2)
		s.shift++;
	s.factor = (uint32_t)((1000000ull << 32) / khz);
	return s;
}

bool
kvmclock_write(const struct guest_memory *m, uint32_t msr, uint64_t value)
{
	struct system s = factors();
	struct wall w = { 2, (uint32_t)CLOCK_EPOCH, 0 };
	bool wall = msr == WALL || msr == WALL_OLD;
	size_t size = wall ? sizeof w : sizeof s;

	if (!wall && msr != SYSTEM && msr != SYSTEM_OLD)
		return false;
	void *at = guest_range(m, value & ~(uint64_t)ENABLED, size);

	if (at != NULL && (wall || value & ENABLED))
		memcpy(at, wall ? (void *)&w : (void *)&s, size);
	return true;
}
