// SPDX-License-Identifier: MIT
// Configuration space: what the guest may write there is a mask; all else is constant.
#include <string.h>
#include "pci.h"
#include "pic.h"

enum {
	ADDRESS = 0xcf8, DATA = 0xcfc, ENABLE = 1u << 31,
	COMMAND = 4, BAR = 0x10, LINE = 0x3c, PIN = 0x3d,               // in the configuration
	COMMAND_IO = 1, COMMAND_MASTER = 4,
	COMMAND_QUIET = 4,              // in the second byte
	FIRST_PORT = 0xc000,
};

static struct pci_function bridge;
static struct pci_function *slot[PCI_SLOTS];
static unsigned slots;
static uint32_t address;
static uint16_t lines[PIC_IRQS];        // by interrupt line: functions that raise it

static uint8_t
writable(unsigned at)
{
	switch (at) {
	case COMMAND: return COMMAND_IO | COMMAND_MASTER;
	case COMMAND + 1: return COMMAND_QUIET;
	case BAR + 1: case BAR + 2: case BAR + 3: case LINE: return 0xff;
	default: return 0;
	}
}

static void
settle(struct pci_function *f)
{
	const uint8_t *c = f->config;
	bool raised = f->raised && !(c[COMMAND + 1] & COMMAND_QUIET);
	bool reachable = c[COMMAND] & COMMAND_IO && c[BAR + 2] == 0 && c[BAR + 3] == 0;

	f->ports.first = (uint16_t)(c[BAR + 1] << 8);
	f->ports.count = reachable ? PCI_BAR_SIZE : 0;
	lines[f->irq] = (uint16_t)(raised ? lines[f->irq] | f->line : lines[f->irq] & ~f->line);
	pic_set(f->irq, lines[f->irq] != 0);
}

void
pci_interrupt(struct pci_function *f, bool raised)
{
	if (f->raised == raised)
		return;
	f->raised = raised;
	settle(f);
}

static struct pci_function *
selected(void)
{
	unsigned n = address >> 11 & 31;

	return address & ENABLE && (address & 0x00ff0700) == 0 && n < slots ? slot[n] : NULL;
}

static uint32_t
in(void *self, uint16_t port, unsigned bytes)
{
	const struct pci_function *f = selected();
	uint32_t value = ~0u;

	(void)self;
	if (port < DATA)
		return port == ADDRESS && bytes == 4 ? address : ~0u;
	for (unsigned i = 0; f != NULL && i < bytes && (port & 3u) + i < 4; i++) {
		value &= ~(0xffu << 8 * i);
		value |= (uint32_t)f->config[(address & 0xfc) + (port & 3u) + i] << 8 * i;
	}
	return value;
}

static void
out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	(void)self;
	if (port < DATA) {
		if (port == ADDRESS && bytes == 4)
			address = value;
		return;
	}
	struct pci_function *f = selected();

	if (f == NULL || f == &bridge)
		return;
	for (unsigned i = 0; i < bytes && (port & 3u) + i < 4; i++) {
		unsigned at = (address & 0xfc) + (port & 3u) + i;
		uint8_t mask = writable(at);

		f->config[at] = (uint8_t)((f->config[at] & ~mask) | (value >> 8 * i & mask));
	}
	settle(f);
}

void
pci_init(void)
{
	static struct port_device ports = { ADDRESS, 8, in, out, NULL };

	memset(lines, 0, sizeof lines);
	address = 0;
	slot[0] = &bridge, slots = 1;
	pci_put16(bridge.config, 0x8086);       // Intel 440FX: Linux looks for a known bridge
	pci_put16(bridge.config + 2, 0x1237);
	bridge.config[0x0b] = 6;
	(void)bus_add(&ports);
}

bool
pci_add(struct pci_function *f)
{
	static const uint8_t irqs[] = { 5, 9, 10, 11 };

	if (slots == PCI_SLOTS)
		return false;
	f->irq = irqs[slots % sizeof irqs];
	f->line = (uint16_t)(1u << slots);
	f->raised = false;
	f->config[COMMAND] = f->config[COMMAND + 1] = 0;
	pci_put16(f->config + BAR, (uint16_t)((FIRST_PORT + slots * PCI_BAR_SIZE) | 1));
	pci_put16(f->config + BAR + 2, 0);
	f->config[LINE] = f->irq, f->config[PIN] = 1;
	slot[slots++] = f;
	settle(f);
	return bus_add(&f->ports);
}
