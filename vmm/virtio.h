// SPDX-License-Identifier: MIT
// Virtio devices on PCI, "modern", with all their structures in one range of 256 ports: there are
// no registers in memory, so nothing of an instruction has to be decoded.
// Source: Virtio 1.1, 2 and 4.1.
#pragma once

#include "pci.h"
#include "virtio_ring.h"

enum { VIRTIO_NET = 1, VIRTIO_BLOCK = 2, VIRTIO_CONSOLE = 3, VIRTIO_INPUT = 18 };

enum { VIRTIO_QUEUES = 2, VIRTIO_CONFIG = 192 };

struct virtio {
	// set by the device
	uint8_t type;
	uint8_t queues;
	uint64_t features;              // besides VERSION_1
	uint8_t config[VIRTIO_CONFIG];
	// The driver has put something into this ring.
	void (*kick)(struct virtio *v, unsigned queue);
	// The driver has written there; otherwise config is constant.  May be NULL.
	void (*configure)(struct virtio *v, unsigned offset, uint8_t value);
	// The driver begins anew: private state of the device.  May be NULL.
	void (*reset)(struct virtio *v);
	// virtio.c's
	const struct guest_memory *ram;
	struct pci_function pci;
	struct ring ring[VIRTIO_QUEUES];
	uint64_t accepted;
	uint32_t offered_word, accepted_word;
	uint16_t queue;
	uint8_t status, isr;
};

// On the bus, as after a reset.  Again for each start of the guest, after pci_init().
bool virtio_add(struct virtio *v, const struct guest_memory *ram);

// The driver is ready; otherwise the rings must be left alone.
bool virtio_ready(const struct virtio *v);

// Something was given back in this ring: an interrupt, if the driver wants it.
void virtio_given(struct virtio *v, unsigned queue);

// The driver has said something impossible: the device is out of order until it is reset.
void virtio_broken(struct virtio *v);
