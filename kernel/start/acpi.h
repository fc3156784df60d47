// SPDX-License-Identifier: MIT
// How interrupts get to the processor, from the firmware's tables (ACPI
// specification 6.5, sections 5.2.5 to 5.2.12).
#pragma once

#include <frame.h>

enum { IRQ_LINES = 24 };                // 0..15 as on the ISA bus, then as on the IOAPIC

struct irq_routes {
	paddr_t ioapic;                 // its registers; 0: there is none, or none that fits
	struct {
		uint8_t pin;            // of the IOAPIC; NO_PIN: not connected
		bool level, low;        // level-triggered, active low
	} line[IRQ_LINES];
};

enum { NO_PIN = 0xff };

// From the RSDT at `rsdt`.  All of `out` is set in any case.
void acpi_parse(paddr_t rsdt, struct irq_routes *out);
