// SPDX-License-Identifier: MIT
// A network card (Virtio 1.1, 5.1) on a net session.
#pragma once

#include <session/net.h>
#include "virtio.h"

struct virtio_net {
	struct virtio v;                // first
	struct net_end to_server, to_client;
	bool wake;                      // the server has to be told; the caller clears it
	uint64_t frames, kicks;         // sent by the guest
};

void virtio_net_init(struct virtio_net *d, struct net_end to_server, struct net_end to_client,
                     const uint8_t address[NET_ADDRESS]);

// The session's signal came: frames for the guest, or room for its own.
void virtio_net_signal(struct virtio_net *d);
