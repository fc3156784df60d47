// SPDX-License-Identifier: MIT
// A disk in memory (Virtio 1.1, 5.2).
#pragma once

#include "virtio.h"

struct virtio_block {
	struct virtio v;                // first
	uint8_t *data;
	uint64_t size;                  // bytes
	bool read_only;
	uint64_t requests, bytes;       // counted
};

// A rest of less than a sector is cut off.
void virtio_block_init(struct virtio_block *d, uint8_t *data, uint64_t size, bool read_only);
