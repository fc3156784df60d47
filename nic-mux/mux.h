// SPDX-License-Identifier: MIT
// Who gets which frame; no system calls.
#pragma once

#include <session/net.h>

enum { MUX_CLIENTS = 8 };

struct mux_port {
	struct net_end in, out;         // we take frames from `in`, put them into `out`
	uint8_t address[NET_ADDRESS];   // clients only
	struct net_stats stats;         // as the port sees it
	bool wake;                      // its rings have changed: raise its signal
};

struct mux {
	struct mux_port wire;
	struct mux_port client[MUX_CLIENTS];
	unsigned count;
	unsigned turn;                  // the client that is next to send
};

// One bounded round: everything that waits and can go.  Sets `wake`, which the
// caller clears.
void mux_run(struct mux *m);
