// SPDX-License-Identifier: MIT
// Pci session: exactly one device, the one whose place is the session's label
// in the scenario.  Where it is, what else there is, and writing its
// configuration are the server's alone.
#pragma once

#include <sys/sys.h>

struct pci_session { cap_t gate; };

enum pci_op {
	PCI_INFO = 1,   // -> mr0 vendor | device << 16, mr1 class code (24 bits), mr2 interrupt
			//    line, mr3..8 struct pci_bar's `start | kind << 32`, mr9..14 size
	PCI_CONFIG,     // mr0 offset, 0..252, a multiple of 4 -> mr0: reads the configuration
	PCI_MAP,        // mr0 base address register: maps its ports or pages into the window
	PCI_ENABLE,     // lets the device answer; and be bus master, if the scenario gives the
			// client memory for DMA
	PCI_DISABLE,
};

enum { PCI_BARS = 6, PCI_CONFIG_SIZE = 256 };

enum pci_bar_kind { PCI_BAR_NONE, PCI_BAR_PORTS, PCI_BAR_MEMORY };

// What a base address register asks for.  Sizes are powers of two, `start` is
// aligned to the size.
struct pci_bar {
	uint32_t start, size;           // first port, or physical address
	enum pci_bar_kind kind;
};

struct pci_info {
	uint16_t vendor, device;
	uint32_t class_code;            // class, subclass, interface
	uint32_t line;                  // interrupt; 255: none
	struct pci_bar bar[PCI_BARS];
};

static inline enum err
pci_info(struct pci_session s, struct pci_info *info)
{
	enum err e = sys_request(s.gate, PCI_INFO, 0);
	const uint64_t *mr = utcb()->mr;

	if (e != OK)
		return e;
	info->vendor = (uint16_t)mr[0], info->device = (uint16_t)(mr[0] >> 16);
	info->class_code = (uint32_t)mr[1];
	info->line = (uint32_t)mr[2];
	for (unsigned i = 0; i < PCI_BARS; i++)
		info->bar[i] = (struct pci_bar){ (uint32_t)mr[3 + i], (uint32_t)mr[9 + i],
		                                 (enum pci_bar_kind)(mr[3 + i] >> 32) };
	return OK;
}

static inline enum err
pci_config(struct pci_session s, uint32_t offset, uint32_t *value)
{
	utcb()->mr[0] = offset;
	enum err e = sys_request(s.gate, PCI_CONFIG, 1);
	*value = (uint32_t)utcb()->mr[0];
	return e;
}

// A client that was started again still has what it had mapped.
static inline enum err
pci_map(struct pci_session s, unsigned bar, enum fpage_type type, fpage_t window)
{
	utcb()->window[type] = window;
	utcb()->mr[0] = bar;
	enum err e = sys_request(s.gate, PCI_MAP, 1);
	utcb()->window[type] = 0;
	return e == ERR_EXISTS ? OK : e;
}

// The ports of a base address register keep their numbers.
static inline enum err
pci_map_ports(struct pci_session s, unsigned bar)
{
	return pci_map(s, bar, FPAGE_PORT, fpage_port(0, 16, 1));
}

// Its pages, uncached, at `addr`; addr is aligned to 1 << order and nothing else is there.
static inline enum err
pci_map_memory(struct pci_session s, unsigned bar, uint64_t addr, unsigned order)
{
	return pci_map(s, bar, FPAGE_MEM, fpage_mem(addr, order, MEM_RW));
}

static inline enum err
pci_enable(struct pci_session s)
{
	return sys_request(s.gate, PCI_ENABLE, 0);
}

static inline enum err
pci_disable(struct pci_session s)
{
	return sys_request(s.gate, PCI_DISABLE, 0);
}
