// SPDX-License-Identifier: MIT
// The network driver with a weak point: it faults when a frame of a certain type
// is to go to its client.  Everything else is nic-drv/ itself.
#include <session/net.h>

static bool
put_or_fault(struct net_end *end, const uint8_t *frame, uint32_t length)
{
	// the second type for local experiments (IEEE 802, 9.2.3)
	if (frame[12] == 0x88 && frame[13] == 0xb6)
		__builtin_trap();
	return net_put(end, frame, length);
}

#define net_put put_or_fault
#include "../../../nic-drv/main.c"
