// SPDX-License-Identifier: MIT
// Interrupt lines: pins of the I/O APIC (Intel 82093AA data sheet), or, where
// there is none, those of the 8259s.
#pragma once

#include <start/acpi.h>

// All lines masked; the 8259s stay so if there is an IOAPIC.
void line_init(const struct irq_routes *routes);
void line_mask(unsigned line);

// True: it has fired meanwhile, and is masked and accepted again.
bool line_unmask(unsigned line);

// A line fired: mask and acknowledge it; false: nothing to do.
bool line_accept(unsigned line);
