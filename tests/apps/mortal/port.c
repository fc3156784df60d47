// SPDX-License-Identifier: MIT
// The stacks' net session with a weak point: they fault when a frame of a certain
// type comes in.  Everything else is apps/legacy/ip/ itself.
#include <session/net.h>

static enum net_got
get_or_fault(struct net_end *end, uint8_t *frame, uint32_t *length)
{
	enum net_got got = net_get(end, frame, length);

	// the first type for local experiments (IEEE 802, 9.2.3)
	if (got == NET_GOT && frame[12] == 0x88 && frame[13] == 0xb5)
		__builtin_trap();
	return got;
}

#define net_get get_or_fault
#include "../../../apps/legacy/ip/port.c"
