// SPDX-License-Identifier: MIT
// Ports of the guest: which device answers.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { BUS_DEVICES = 32 };

// `port` is relative to nothing: the number that the guest said; bytes is 1, 2 or 4.  An access
// belongs to the device that has its first port; the others may be beyond the device's.
struct port_device {
	uint16_t first, count;          // `first` may change at any time; count 0: switched off
	uint32_t (*in)(void *self, uint16_t port, unsigned bytes);
	void (*out)(void *self, uint16_t port, unsigned bytes, uint32_t value);
	void *self;
};

// False: too many.  `d` stays the caller's.  Who came first answers where two overlap.
bool bus_add(struct port_device *d);
void bus_clear(void);

// Where nobody is: all ones, nothing.
uint32_t bus_in(uint16_t port, unsigned bytes);
void bus_out(uint16_t port, unsigned bytes, uint32_t value);
