// SPDX-License-Identifier: MIT
// The viaduct with a weak point: it faults when red sends a packet of protocol 253
// (for experiments, RFC 3692).  Everything else is apps/secure/viaduct/ itself.
#include <session/packet.h>

static enum packet_got
get_or_fault(struct packet_end *end, struct packet *packet, uint8_t *content, uint32_t max)
{
	enum packet_got got = packet_get(end, packet, content, max);

	if (got == PACKET_GOT && content[0] == 0x45 && content[9] == 253)
		__builtin_trap();
	return got;
}

#define packet_get get_or_fault
#include "../../../apps/secure/viaduct/main.c"
