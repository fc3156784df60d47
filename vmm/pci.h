// SPDX-License-Identifier: MIT
// PCI by configuration mechanism 1: bus 0, a host bridge and functions with one range of 256 ports.
// Source: PCI Local Bus Specification 3.0, 3.2.2.3.2 and chapter 6.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "bus.h"

enum { PCI_SLOTS = 16, PCI_CONFIG = 256, PCI_BAR_SIZE = 256 };

struct pci_function {
	// set by the device
	uint8_t config[PCI_CONFIG];     // identity and capabilities; the rest is pci.c's
	struct port_device ports;       // in, out and self; where they are the guest chooses
	// pci.c's
	uint8_t irq;
	uint16_t line;                  // its bit among the functions that share an interrupt line
	bool raised;
};

// Only the host bridge; its ports are on the bus.
void pci_init(void);

// In the next slot, with its own first ports and a line.  False: too many.
bool pci_add(struct pci_function *f);

// The function's interrupt; lines are shared.
void pci_interrupt(struct pci_function *f, bool raised);

// In the configuration space, lowest byte first.
static inline void
pci_put16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)v, at[1] = (uint8_t)(v >> 8);
}
