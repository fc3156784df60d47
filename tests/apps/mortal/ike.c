// SPDX-License-Identifier: MIT
// IKE with a weak point: it faults when a datagram says so.  Everything else is
// apps/secure/ike/ itself.
#include <session/packet.h>

static enum packet_got
get_or_fault(struct packet_end *end, struct packet *packet, uint8_t *content, uint32_t max)
{
	enum packet_got got = packet_get(end, packet, content, max);

	if (got == PACKET_GOT && packet->length == 10 && memcmp(content, "end of ike", 10) == 0)
		__builtin_trap();
	return got;
}

#define packet_get get_or_fault
#include "../../../apps/secure/ike/main.c"
