// SPDX-License-Identifier: MIT
// Finding and describing PCI functions.
#include "function.h"

enum {
	ID = 0x00, COMMAND = 0x04, CLASS = 0x08, HEADER = 0x0c, BAR = 0x10, BUSES = 0x18,
	INTERRUPT = 0x3c,

	COMMAND_PORTS = 1, COMMAND_MEMORY = 2, COMMAND_MASTER = 4,
	COMMAND_BITS = 0xffff,          // above them the status, cleared by writing ones
	HEADER_TYPE = 0x7f, HEADER_BRIDGE = 1, HEADER_MANY = 0x80,
	BAR_PORTS = 1, BAR_64 = 4, BAR_TYPE = 6,
	PORTS = 0x10000, PAGE = 4096,
};

static unsigned
hex(char c)
{
	return (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0') & 15;
}

bool
function_place(const char *text, pci_place_t *place)
{
	unsigned bus = hex(text[0]) << 4 | hex(text[1]), slot = hex(text[3]) << 4 | hex(text[4]);
	unsigned function = hex(text[6]);

	*place = (pci_place_t)(bus << 8 | (slot & 31) << 3 | (function & 7));
	return slot < 32 && function < 8;
}

static bool
exists(const struct pci_space *space, pci_place_t place)
{
	return (space->read(place, ID) & 0xffff) != 0xffff;
}

static unsigned
header(const struct pci_space *space, pci_place_t place)
{
	return space->read(place, HEADER) >> 16 & 0xff;
}

// Each bus once, in the order of their numbers: a bridge's is below those behind it.
void
function_find(const struct pci_space *space, struct pci_bus *bus)
{
	unsigned last = 0;

	bus->count = 0;
	for (unsigned p = 0; p <= (last << 8 | 0xff); p++) {
		pci_place_t place = (pci_place_t)p;
		unsigned slot = p & ~7u;

		if (p != slot && !(header(space, (pci_place_t)slot) & HEADER_MANY))
			continue;
		if (!exists(space, place)) {
			if (p == slot)
				p += 7;         // no function 0: no device
			continue;
		}
		if (bus->count < FUNCTIONS_MAX)
			bus->function[bus->count++] = place;
		if ((header(space, place) & HEADER_TYPE) == HEADER_BRIDGE) {
			unsigned behind = space->read(place, BUSES) >> 8 & 0xff;

			last = behind > last ? behind : last;
		}
	}
}

static void
command(const struct pci_space *space, pci_place_t place, uint32_t set)
{
	uint32_t old = space->read(place, COMMAND) & COMMAND_BITS;

	space->write(place, COMMAND,
	             (old & ~(uint32_t)(COMMAND_PORTS | COMMAND_MEMORY | COMMAND_MASTER)) | set);
}

// Size: write ones, see which stay (section 6.2.5.1).  The function is off.
static bool
describe_bar(const struct pci_space *space, pci_place_t place, unsigned i, struct pci_bar *bar)
{
	unsigned at = BAR + 4 * i;
	uint32_t old = space->read(place, at);
	uint32_t flags = old & BAR_PORTS ? 3 : 15;

	space->write(place, at, ~0u);
	uint32_t mask = space->read(place, at) & ~flags;
	space->write(place, at, old);
	if (old & BAR_PORTS)
		mask |= 0xffff0000;             // a device may decode 16 bits only
	*bar = (struct pci_bar){ .kind = PCI_BAR_NONE };
	if (mask == 0 || mask == 0xffff0000 || (old & ~flags) == 0)
		return true;                    // not there, or without an address
	*bar = (struct pci_bar){ old & ~flags, ~mask + 1,
	                         old & BAR_PORTS ? PCI_BAR_PORTS : PCI_BAR_MEMORY };
	return (bar->size & (bar->size - 1)) == 0 && (bar->start & (bar->size - 1)) == 0 &&
	       (bar->kind == PCI_BAR_MEMORY || bar->start <= PORTS - bar->size);
}

bool
function_describe(const struct pci_space *space, const struct pci_bus *bus,
                  pci_place_t place, struct pci_info *info)
{
	uint32_t id = space->read(place, ID);
	unsigned found = 0;

	while (found < bus->count && bus->function[found] != place)
		found++;
	if (found == bus->count || (header(space, place) & HEADER_TYPE) != 0)
		return false;
	*info = (struct pci_info){ .vendor = (uint16_t)id, .device = (uint16_t)(id >> 16),
	                           .class_code = space->read(place, CLASS) >> 8,
	                           .line = space->read(place, INTERRUPT) & 0xff };
	command(space, place, 0);
	for (unsigned i = 0; i < PCI_BARS; i++) {
		uint32_t raw = space->read(place, BAR + 4 * i);
		bool wide = !(raw & BAR_PORTS) && (raw & BAR_TYPE) == BAR_64;

		if (!describe_bar(space, place, i, &info->bar[i]))
			return false;
		if (!wide)
			continue;
		if (i == PCI_BARS - 1 || space->read(place, BAR + 4 * i + 4) != 0)
			return false;           // above 4 GiB
		i++;
	}
	return true;
}

// The sizes of others are not known without switching them off.  Their starts
// are enough: none begins before our pages and reaches into them, as those of
// a page or more are aligned and do not overlap.
bool
function_alone(const struct pci_space *space, const struct pci_bus *bus, pci_place_t place,
               const struct pci_bar *bar)
{
	uint32_t first = bar->start / PAGE, last = (bar->start + (bar->size - 1)) / PAGE;

	for (unsigned f = 0; f < bus->count; f++) {
		unsigned type = header(space, bus->function[f]) & HEADER_TYPE;

		for (unsigned i = 0; bus->function[f] != place && i < (type ? 2u : PCI_BARS); i++) {
			uint32_t raw = space->read(bus->function[f], BAR + 4 * i);

			if (!(raw & BAR_PORTS) && raw != 0 && raw / PAGE >= first &&
			    raw / PAGE <= last)
				return false;
		}
	}
	return true;
}

void
function_enable(const struct pci_space *space, pci_place_t place,
                const struct pci_info *info, bool on, bool master)
{
	uint32_t set = master ? COMMAND_MASTER : 0;

	for (unsigned i = 0; i < PCI_BARS; i++) {
		set |= info->bar[i].kind == PCI_BAR_PORTS ? COMMAND_PORTS : 0;
		set |= info->bar[i].kind == PCI_BAR_MEMORY ? COMMAND_MEMORY : 0;
	}
	command(space, place, on ? set : 0);
}

static unsigned
log2_of(uint32_t size)
{
	return (unsigned)__builtin_ctz(size);
}

unsigned
function_items(const struct pci_bar *bar, uint64_t base, uint64_t size,
               uint64_t physical, struct item items[ITEMS_MAX])
{
	if (bar->kind == PCI_BAR_PORTS) {
		items[0].what = fpage_port(bar->start, log2_of(bar->size), 1);
		items[0].to = 0;
		return 1;
	}
	uint64_t bytes = bar->size < PAGE ? PAGE : bar->size, start = bar->start & ~(PAGE - 1u);

	if (bar->kind != PCI_BAR_MEMORY || start < physical || bytes > size ||
	    start - physical > size - bytes || (base + start - physical) % bytes != 0)
		return 0;
	items[0].what = fpage_mem(base + start - physical, log2_of((uint32_t)bytes), MEM_RW);
	items[0].to = 0;
	return 1;
}
