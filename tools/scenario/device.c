// SPDX-License-Identifier: MIT
// The table of devices, and what a component's rights are by it.  Ranges are those of a PC
// with an ICH or PIIX (Intel, "I/O Controller Hub 9", chapter 9.3; the registers' aliases
// included) and of QEMU (its "info mtree"); fw_cfg: docs/specs/fw_cfg.rst there.
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "tools/scenario/device.h"

#define PORTS RIGHT_PORTS
#define MEMORY RIGHT_MEMORY
#define LINE RIGHT_INTERRUPT

static const struct device_type {
	enum right_kind kind;
	unsigned powers;
	uint64_t first, last;
	const char *device;             // other entries of this name are parts of it; NULL: alone
	const char *what;
} types[] = {
	{ PORTS, POWER_ALL, 0x00, 0x1f, "dma", "8237 DMA controller" },
	{ PORTS, POWER_INTERRUPTS, 0x20, 0x3f, "pic", "8259 interrupt controller" },
	{ PORTS, POWER_INTERRUPTS, 0x40, 0x5f, "timer", "8254 timer" },
	{ PORTS, 0, 0x60, 0x60, "keyboard controller", "8042's data: keyboard and mouse" },
	{ PORTS, POWER_INTERRUPTS, 0x61, 0x61, "nmi", "NMI status, speaker" },
	{ PORTS, POWER_INTERRUPTS, 0x63, 0x63, "nmi", "alias of port 0x61" },
	{ PORTS, POWER_RESET, 0x64, 0x64, "keyboard controller", "8042's commands: reset, A20" },
	{ PORTS, POWER_INTERRUPTS, 0x65, 0x65, "nmi", "alias of port 0x61" },
	{ PORTS, POWER_INTERRUPTS, 0x67, 0x67, "nmi", "alias of port 0x61" },
	{ PORTS, POWER_INTERRUPTS, 0x70, 0x77, "clock", "clock and CMOS memory, NMI mask" },
	{ PORTS, 0, 0x80, 0x80, NULL, "diagnostic code" },
	{ PORTS, POWER_ALL, 0x81, 0x91, "dma", "page registers of the 8237" },
	{ PORTS, POWER_ALL, 0x92, 0x92, "dma", "system control: reset, A20" },
	{ PORTS, POWER_ALL, 0x93, 0x9f, "dma", "page registers of the 8237" },
	{ PORTS, POWER_INTERRUPTS, 0xa0, 0xb1, "pic", "second 8259 interrupt controller" },
	{ PORTS, POWER_ALL, 0xb2, 0xb3, NULL, "system management interrupt" },
	{ PORTS, POWER_INTERRUPTS, 0xb4, 0xbf, "pic", "second 8259 interrupt controller" },
	{ PORTS, POWER_ALL, 0xc0, 0xdf, "dma", "second 8237 DMA controller" },
	{ PORTS, 0, 0x170, 0x177, "disk", "IDE" },
	{ PORTS, 0, 0x1ce, 0x1d0, "display", "Bochs display interface" },
	{ PORTS, 0, 0x1f0, 0x1f7, "disk", "IDE" },
	{ PORTS, 0, 0x2f8, 0x2ff, "COM2", "serial port COM2" },
	{ PORTS, 0, 0x376, 0x376, "disk", "IDE" },
	{ PORTS, 0, 0x3b0, 0x3df, "display", "VGA" },
	{ PORTS, 0, 0x3e8, 0x3ef, "COM3", "serial port COM3" },
	{ PORTS, POWER_ALL, 0x3f0, 0x3f5, "floppy", "floppy disk, through the 8237" },
	{ PORTS, 0, 0x3f6, 0x3f6, "disk", "IDE" },
	{ PORTS, POWER_ALL, 0x3f7, 0x3f7, "floppy", "floppy disk" },
	{ PORTS, 0, 0x3f8, 0x3ff, "COM1", "serial port COM1: the kernel's log" },
	{ PORTS, POWER_INTERRUPTS, 0x4d0, 0x4d1, "pic", "edge or level of interrupts" },
	{ PORTS, POWER_ALL, 0x510, 0x51b, NULL, "QEMU's fw_cfg: DMA to any address" },
	{ PORTS, POWER_ALL, 0x600, 0x67f, NULL, "power management and SMI" },
	{ PORTS, POWER_ALL, 0xb000, 0xb03f, NULL, "power management and SMI" },
	{ PORTS, POWER_ALL, 0xcf8, 0xcff, "pci", "PCI configuration of every device, and reset" },
	{ PORTS, POWER_ALL, 0xc000, 0xffff, "pci", "registers of PCI devices, which may do DMA" },
	{ LINE, 0, 1, 1, "keyboard controller", "keyboard" },
	{ LINE, 0, 3, 3, "COM2", "serial ports COM2 and COM4" },
	{ LINE, 0, 5, 5, NULL, "a line of PCI slots" },
	{ LINE, 0, 6, 6, "floppy", "floppy disk" },
	{ LINE, 0, 8, 8, "clock", "clock" },
	{ LINE, 0, 9, 11, NULL, "a line of PCI slots" },
	{ LINE, 0, 12, 12, "keyboard controller", "mouse" },
	{ LINE, 0, 14, 15, "disk", "IDE" },
	{ LINE, 0, 16, 23, NULL, "a line of PCI slots" },
	{ MEMORY, 0, 0, 0xfff, "bios", "what the BIOS wrote at its start" },
	{ MEMORY, POWER_ALL, 0x1000, 0x9ffff, NULL, "RAM" },
	{ MEMORY, 0, 0xa0000, 0xbffff, "display", "VGA" },
	{ MEMORY, 0, 0xc0000, 0xfffff, "bios", "programs of the BIOS" },
	{ MEMORY, POWER_ALL, 0x100000, 0xafffffff, NULL, "RAM, where the machine has so much" },
	{ MEMORY, POWER_ALL, 0xb0000000, 0xbfffffff, "pci", "PCI configuration of every device" },
	{ MEMORY, POWER_ALL, 0xc0000000, 0xfebfffff, "pci",
	  "registers of PCI devices, which may do DMA" },
	{ MEMORY, POWER_ALL, 0xfec00000, 0xfecfffff, "apic", "I/O APIC: where interrupts go" },
	{ MEMORY, POWER_ALL, 0xfed00000, 0xfed03fff, "timer", "HPET: its messages go anywhere" },
	{ MEMORY, POWER_ALL, 0xfed1c000, 0xfed1ffff, NULL, "chipset configuration" },
	{ MEMORY, 0, 0xfed40000, 0xfed44fff, "tpm", "TPM" },
	{ MEMORY, POWER_ALL, 0xfed90000, 0xfed93fff, "iommu", "IOMMU" },
	{ MEMORY, POWER_ALL, 0xfee00000, 0xfeefffff, "apic", "local APIC: rules processors" },
	{ MEMORY, POWER_ALL, 0x100000000, UINT64_MAX, NULL, "RAM, where the machine has so much" },
};

enum { TYPES = sizeof types / sizeof types[0] };

static bool
touches(const struct device_type *t, const struct right *r)
{
	return t->kind == r->kind && t->first <= r->last && r->first <= t->last;
}

// Everything that the range touches; a gap in the table is unknown.
static void
judge(struct right *r)
{
	uint64_t covered = 0;

	r->powers = 0;
	for (unsigned i = 0; i < TYPES; i++) {
		const struct device_type *t = &types[i];

		if (!touches(t, r))
			continue;
		if (r->what == NULL || (t->powers & ~r->powers) != 0)
			r->what = t->what;
		r->powers |= t->powers;
		covered += (t->last < r->last ? t->last : r->last) -
			(t->first > r->first ? t->first : r->first) + 1;
	}
	if (covered != r->last - r->first + 1) {
		r->powers |= POWER_UNKNOWN;
		r->what = r->what != NULL ? r->what : "unknown";
	}
	// what the firmware left there may be RAM behind it
	if (r->kind == RIGHT_MEMORY && r->first < 0x100000 && !r->read_only &&
	    (r->first < 0xa0000 || r->last >= 0xc0000))
		r->powers |= POWER_ALL;
}

bool
component_right(const struct component *k, unsigned index, struct right *out)
{
	*out = (struct right){ .kind = RIGHT_PORTS };
	if (index < k->port_count) {
		const struct port *p = &k->ports[index];

		*out = (struct right){ RIGHT_PORTS, p->first, p->first + p->count - 1, false,
			               p->reason, p->reviewed, 0, NULL, "" };
		snprintf(out->text, sizeof out->text, p->count == 1 ? "port 0x%x" :
		         "ports 0x%x to 0x%x", p->first, p->first + p->count - 1);
		judge(out);
		return true;
	}
	index -= k->port_count;
	if (index < k->irq_count) {
		const struct irq *q = &k->irqs[index];

		*out = (struct right){ RIGHT_INTERRUPT, q->line, q->line, false, q->reason,
			               q->reviewed, 0, NULL, "" };
		snprintf(out->text, sizeof out->text, "interrupt %u", q->line);
		judge(out);
		return true;
	}
	index -= k->irq_count;
	if (index < k->device_count) {
		const struct device *d = &k->devices[index];

		*out = (struct right){ RIGHT_MEMORY, d->address, d->address + d->size - 1,
			               d->read_only, d->reason, d->reviewed, 0, NULL, "" };
		snprintf(out->text, sizeof out->text, "device memory \"%.30s\"", d->name);
		judge(out);
		return true;
	}
	index -= k->device_count;
	if (index == 0 && k->dma > 0) {
		out->kind = RIGHT_DMA;
		// interrupts are messages that the IOMMU does not remap here
		out->powers = k->confined ? POWER_RESET | POWER_INTERRUPTS : POWER_ALL;
		out->what = k->confined ? "it reaches the driver's memory for DMA only" :
			"its device reaches all memory";
		out->reason = k->confined ? out->what : NULL;
		out->reviewed = k->confined ? "the IOMMU confines it" : NULL;
		snprintf(out->text, sizeof out->text, k->confined ?
		         "a bus-master device behind the IOMMU" :
		         "a bus-master device without an IOMMU");
		return true;
	}
	index -= k->dma > 0;
	out->kind = RIGHT_FRAMEBUFFER;
	out->what = "the screen's memory";
	out->reason = k->framebuffer_reason, out->reviewed = k->framebuffer_reviewed;
	snprintf(out->text, sizeof out->text, "the framebuffer");
	return index == 0 && k->framebuffer;
}

const char *
right_breaks(const struct right *r, enum property property)
{
	if ((r->powers & POWER_ALL) != 0)
		return "which reaches the memory of all";
	if ((r->powers & POWER_UNKNOWN) != 0)
		return "which nobody knows";
	if (property != AVAILABILITY)
		return NULL;
	if ((r->powers & POWER_RESET) != 0)
		return "which stops the machine";
	return (r->powers & POWER_INTERRUPTS) != 0 ? "which disturbs interrupts of others" : NULL;
}

bool
right_excused(const struct right *r)
{
	return r->reason != NULL && r->reviewed != NULL;
}

const char *
right_shared(const struct right *a, const struct right *b)
{
	static const char display[] = "display";
	bool frame = a->kind == RIGHT_FRAMEBUFFER;

	if (frame || b->kind == RIGHT_FRAMEBUFFER) {
		const struct right *other = frame ? b : a;

		if (other->kind == RIGHT_FRAMEBUFFER)
			return display;
		for (unsigned i = 0; i < TYPES; i++)
			if (touches(&types[i], other) && types[i].device != NULL &&
			    strcmp(types[i].device, display) == 0)
				return display;
		return NULL;
	}
	for (unsigned i = 0; i < TYPES; i++)
		for (unsigned j = 0; touches(&types[i], a) && types[i].device != NULL && j < TYPES;
		     j++)
			if (touches(&types[j], b) && types[j].device != NULL &&
			    strcmp(types[i].device, types[j].device) == 0)
				return types[i].device;
	return NULL;
}

bool
review_good(const char *text)
{
	static const char shape[] = ", 0000-00-00";
	size_t n = strlen(text), m = sizeof shape - 1;

	if (n <= m)
		return false;
	for (size_t i = 0; i < m; i++)
		if (shape[i] == '0' ? !isdigit((unsigned char)text[n - m + i]) :
		    text[n - m + i] != shape[i])
			return false;
	return true;
}
