// SPDX-License-Identifier: MIT
// I/O APIC.  A masked pin forgets edges, so lines with edges are masked in
// here only: the pin itself is masked once one edge waits to be delivered.
#include <x86/layout.h>
#include <x86/line.h>
#include <x86/pic.h>
#include <x86/timer.h>

enum {
	SELECT = 0x00 / 4, WINDOW = 0x10 / 4,           // registers
	VERSION = 0x01, ENTRY = 0x10,                   // what is selected
	ACTIVE_LOW = 1 << 13, LEVEL = 1 << 15, MASKED = 1 << 16,
};

static volatile uint32_t *ioapic;                       // NULL: there is none
static struct irq_routes routes;
static uint32_t masked = ~0u, waiting;                  // bits by line

static void
write_entry(unsigned line, bool mask)
{
	unsigned pin = routes.line[line].pin;

	if (pin == NO_PIN)
		return;
	ioapic[SELECT] = ENTRY + 2 * pin + 1;
	ioapic[WINDOW] = lapic_id() << 24;
	ioapic[SELECT] = ENTRY + 2 * pin;
	ioapic[WINDOW] = (VECTOR_LINE + line) | (routes.line[line].low ? ACTIVE_LOW : 0) |
	                 (routes.line[line].level ? LEVEL : 0) | (mask ? MASKED : 0);
}

void
line_init(const struct irq_routes *r)
{
	pic_init();
	if (r->ioapic == 0)
		return;
	routes = *r;
	ioapic = phys_to_virt(r->ioapic);
	ioapic[SELECT] = VERSION;
	unsigned pins = (ioapic[WINDOW] >> 16 & 0xff) + 1;

	for (unsigned line = 0; line < IRQ_LINES; line++) {
		if (routes.line[line].pin >= pins)
			routes.line[line].pin = NO_PIN;
		write_entry(line, routes.line[line].level);
	}
	lapic_direct();
}

void
line_mask(unsigned line)
{
	masked |= 1u << line;
	if (ioapic == NULL)
		pic_mask(line);
	else if (routes.line[line].level)
		write_entry(line, true);
}

bool
line_unmask(unsigned line)
{
	bool again = waiting & 1u << line;

	if (ioapic == NULL) {
		pic_unmask(line);
		return false;
	}
	// Still masked for whoever handles what has waited.
	if (!again)
		masked &= ~(1u << line);
	waiting &= ~(1u << line);
	write_entry(line, false);
	return again;
}

bool
line_accept(unsigned line)
{
	bool deliver = !(masked & 1u << line);

	if (ioapic == NULL)
		return pic_accept(line);
	masked |= 1u << line;
	if (!deliver)
		waiting |= 1u << line;
	if (!deliver || routes.line[line].level)
		write_entry(line, true);
	lapic_accept();
	return deliver;
}
