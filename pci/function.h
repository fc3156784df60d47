// SPDX-License-Identifier: MIT
// PCI functions and what their base address registers ask for (PCI Local Bus
// Specification 3.0, chapter 6); no system calls.
#pragma once

#include <stdbool.h>
#include <session/pci.h>

enum { FUNCTIONS_MAX = 64 };

// bus << 8 | slot << 3 | function
typedef uint16_t pci_place_t;

// How to reach the configuration; offsets are multiples of 4.
struct pci_space {
	uint32_t (*read)(pci_place_t place, unsigned offset);
	void (*write)(pci_place_t place, unsigned offset, uint32_t value);
};

struct pci_bus { unsigned count; pci_place_t function[FUNCTIONS_MAX]; };

// "00:03.0", its form checked on the build host; false if the slot or function
// number is too high.
bool function_place(const char *text, pci_place_t *place);

// All functions on all buses behind bridges that the firmware set up; those
// beyond FUNCTIONS_MAX are left out.
void function_find(const struct pci_space *space, struct pci_bus *bus);

// Describes a function; it is switched off and stays so.  False: it does not
// exist, is a bridge, or a base address register is not as it must be.
bool function_describe(const struct pci_space *space, const struct pci_bus *bus,
                       pci_place_t place, struct pci_info *info);

// Is no other function's memory on the pages of this one?
bool function_alone(const struct pci_space *space, const struct pci_bus *bus, pci_place_t place,
                    const struct pci_bar *bar);

// Switches it on or off.
void function_enable(const struct pci_space *space, pci_place_t place,
                     const struct pci_info *info, bool on, bool master);

// The flexpages of a base address register, each in its place: its ports, or
// its pages within our memory [base, base + size) that shows physical addresses
// from `physical` on.  0: they are not inside, or take more than ITEMS_MAX.
unsigned function_items(const struct pci_bar *bar, uint64_t base, uint64_t size,
                        uint64_t physical, struct item items[ITEMS_MAX]);
