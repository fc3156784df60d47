// SPDX-License-Identifier: MIT
// Ports and frames for the tests of nic-mux.
#include <stdlib.h>
#include "tests/unit/nic_mux_world.h"

struct mux_port *
world_port(struct world *w, unsigned i)
{
	return i == WIRE ? &w->mux.wire : &w->mux.client[i];
}

void
world_init(struct world *w, unsigned clients)
{
	memset(w, 0, sizeof *w);
	w->mux.count = clients;
	for (unsigned i = 0; i < PORTS; i++) {
		for (unsigned d = 0; d < 2; d++)
			w->rings[i][d] = calloc(1, sizeof(struct net_ring));
		w->to[i].ring = world_port(w, i)->in.ring = w->rings[i][0];
		w->from[i].ring = world_port(w, i)->out.ring = w->rings[i][1];
		world_address(world_port(w, i)->address, i);
	}
}

void
world_fini(struct world *w)
{
	for (unsigned i = 0; i < PORTS; i++)
		free(w->rings[i][0]), free(w->rings[i][1]);
}

void
world_address(uint8_t address[NET_ADDRESS], unsigned number)
{
	memset(address, number == GROUP ? 0xff : 0, NET_ADDRESS);
	if (number != GROUP)
		address[0] = 2, address[5] = (uint8_t)number;
}

bool
world_send(struct world *w, unsigned i, unsigned to, unsigned source, uint32_t id)
{
	uint8_t frame[60] = { 0 };

	world_address(frame, to);
	world_address(frame + NET_ADDRESS, source);
	memcpy(frame + 14, &id, sizeof id);
	return net_put(&w->to[i], frame, sizeof frame);
}

uint32_t
world_receive(struct world *w, unsigned i)
{
	uint8_t frame[NET_FRAME_MAX];
	uint32_t length, id = 0;

	if (net_get(&w->from[i], frame, &length) == NET_GOT)
		memcpy(&id, frame + 14, sizeof id);
	return id;
}
