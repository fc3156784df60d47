// SPDX-License-Identifier: MIT
// How interrupts get to the processor, and a clock, from the firmware's tables (ACPI
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

// From the tables that the XSDT at `xsdt` names or, if there is none, the RSDT at `rsdt`; 0: not
// known.  All of `out` is set in any case.  *pm_timer: the port of the ACPI timer; 0: none.
void acpi_parse(paddr_t rsdt, paddr_t xsdt, struct irq_routes *out, uint16_t *pm_timer);
