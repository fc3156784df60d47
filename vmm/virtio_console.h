// SPDX-License-Identifier: MIT
// A byte stream to and from the guest: /dev/hvcN of the N-th such device (Virtio 1.1, 5.3, without
// further ports and control queues).
#pragma once

#include "virtio.h"

enum { CONSOLE_PLACES = 16 };           // of its rings
enum { CONSOLE_WAITING = 4096 };        // bytes towards the guest, a power of two

struct virtio_console {
	struct virtio v;                // first
	// What the guest wrote.
	void (*out)(void *self, const uint8_t *bytes, uint32_t n);
	void *self;
	uint8_t waiting[CONSOLE_WAITING];
	uint32_t first, end;            // of what waits; they count on for ever
};

void virtio_console_init(struct virtio_console *d);

// For the guest.  Returns how many bytes there was room for.
uint32_t virtio_console_in(struct virtio_console *d, const uint8_t *bytes, uint32_t n);
