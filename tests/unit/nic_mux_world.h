// SPDX-License-Identifier: MIT
// A multiplexer with rings on the heap and the other ends of them, for its tests.
#pragma once

#include "nic-mux/mux.h"

enum { WIRE = MUX_CLIENTS, PORTS = MUX_CLIENTS + 1 };

struct world {
	struct mux mux;
	struct net_ring *rings[PORTS][2];
	struct net_end to[PORTS];       // we put: the port sends
	struct net_end from[PORTS];     // we get: what the port receives
};

void world_init(struct world *w, unsigned clients);
void world_fini(struct world *w);

struct mux_port *world_port(struct world *w, unsigned i);

// The address of a client: the last byte tells which.  Any other number: nobody's.
void world_address(uint8_t address[NET_ADDRESS], unsigned number);

// Port `i` sends a frame; `to` is a client's number, another number, or GROUP.
enum { GROUP = 0xff };
bool world_send(struct world *w, unsigned i, unsigned to, unsigned source, uint32_t id);

// The id of the next frame that port `i` has received; 0: none.
uint32_t world_receive(struct world *w, unsigned i);
