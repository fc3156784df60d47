// SPDX-License-Identifier: MIT
// Tables and registers of the IOMMU; the sections are those of the
// specification named in iommu.h.
#include "iommu.h"

enum {
	// registers, section 10.4
	VERSION = 0x00, CAPABILITY = 0x08, EXTENDED = 0x10, COMMAND = 0x18, STATUS = 0x1c,
	ROOT = 0x20, CONTEXT = 0x28, FAULT_STATUS = 0x34,
	INVALIDATE = 8,                 // from the offset that EXTENDED tells

	FAULT_OVERFLOW = 1, FAULT_RECORD = 16,
	PATIENCE = 1000000,
	PAGE = 4096, LEVELS = 3, LEVEL_BITS = 9, PRESENT = 1, READ_WRITE = 3,
	WIDTH_39 = 1,                   // context entry: tables of three levels
};

static const uint32_t TRANSLATE = 1u << 31, SET_ROOT = 1u << 30, QUEUED = 1u << 26,
	REMAP_INTERRUPTS = 1u << 25;
// the whole cache, at once
static const uint64_t FORGET_CONTEXTS = 1ull << 63 | 1ull << 61,
	FORGET_PAGES = 1ull << 63 | 1ull << 60 | 1ull << 49 | 1ull << 48;
static const uint64_t FORGETTING = 1ull << 63, FAULT = 1ull << 63, FAULT_READ = 1ull << 62;

static uint64_t
read(const struct iommu *u, unsigned offset, unsigned bytes)
{
	return u->registers->read(offset, bytes);
}

static bool
becomes(const struct iommu *u, unsigned offset, unsigned bytes, uint64_t mask, uint64_t value)
{
	for (unsigned i = 0; i < PATIENCE; i++)
		if ((read(u, offset, bytes) & mask) == value)
			return true;
	return false;
}

// One change at a time (section 10.4.4); the status follows.
static bool
command(struct iommu *u, uint32_t bit, bool on)
{
	u->registers->write(COMMAND, 4, on ? u->on | bit : u->on & ~bit);
	if (bit != SET_ROOT)            // which does not stay
		u->on = on ? u->on | bit : u->on & ~bit;
	return becomes(u, STATUS, 4, bit, on ? bit : 0);
}

static unsigned
invalidate(const struct iommu *u)
{
	return (unsigned)(read(u, EXTENDED, 8) >> 8 & 0x3ff) * 16 + INVALIDATE;
}

static unsigned
fault_records(const struct iommu *u, unsigned *count)
{
	uint64_t capability = read(u, CAPABILITY, 8);

	*count = (unsigned)(capability >> 40 & 0xff) + 1;
	return (unsigned)(capability >> 24 & 0x3ff) * FAULT_RECORD;
}

const char *
iommu_open(struct iommu *u, const struct iommu_registers *registers, void *memory,
           uint64_t physical, uint64_t size)
{
	unsigned records, faults;

	*u = (struct iommu){ .registers = registers, .memory = memory, .physical = physical,
	                     .size = size, .used = PAGE };      // the root table
	uint64_t version = read(u, VERSION, 4), capability = read(u, CAPABILITY, 8);

	if (version >> 4 == 0 || version > 0xff || size < PAGE)
		return "there is no IOMMU where the scenario says";
	faults = fault_records(u, &records);
	// three levels; no write buffer to be flushed by hand
	if (!(capability >> 8 & 2) || (capability & 1u << 4) || (capability >> 16 & 63) < 31 ||
	    faults + records * FAULT_RECORD > PAGE || invalidate(u) + 8 > PAGE)
		return "the IOMMU is of a kind that is not known here";
	u->on = (uint32_t)read(u, STATUS, 4) & (TRANSLATE | QUEUED | REMAP_INTERRUPTS);
	if (!command(u, REMAP_INTERRUPTS, false) || !command(u, QUEUED, false) ||
	    !command(u, TRANSLATE, false))
		return "the IOMMU cannot be switched off";
	return NULL;
}

// The table that an entry refers to, made when there is none yet.  The address
// of ours is in front of the flags.
static uint64_t *
table(struct iommu *u, uint64_t *entry, uint64_t flags)
{
	if (!(*entry & PRESENT)) {
		if (u->used > u->size - PAGE)
			return NULL;
		*entry = (u->physical + u->used) | flags;
		u->used += PAGE;
	}
	return u->memory + ((*entry & ~(PAGE - 1ull)) - u->physical) / sizeof *u->memory;
}

static bool
map_page(struct iommu *u, uint64_t *at, uint64_t address)
{
	for (unsigned level = LEVELS - 1; at != NULL && level > 0; level--)
		at = table(u, &at[address >> (12 + level * LEVEL_BITS) & 511], READ_WRITE);
	if (at != NULL)
		at[address >> 12 & 511] = address | READ_WRITE;
	return at != NULL;
}

// Sections 9.1, 9.3 and 9.8: root entry of the bus, context entry of the device.
bool
iommu_allow(struct iommu *u, pci_place_t place, uint64_t start, uint64_t size)
{
	uint64_t *context = table(u, &u->memory[(place >> 8) * 2], PRESENT), *pages;

	if (context == NULL || start % PAGE != 0 || size % PAGE != 0 ||
	    size > 1ull << 32 || start > (1ull << 32) - size)
		return false;
	context += (place & 0xff) * 2;
	if (context[0] & PRESENT)
		return false;
	pages = table(u, context, PRESENT);
	context[1] = (uint64_t)++u->domains << 8 | WIDTH_39;
	for (uint64_t at = 0; at < size; at += PAGE)
		if (pages == NULL || !map_page(u, pages, start + at))
			return false;
	return true;
}

// It may read the tables past the caches (section 6.8).
static void
write_back(const struct iommu *u)
{
	for (uint64_t i = 0; i < u->used; i += 64)
		__asm__ volatile("clflush %0" : : "m"(*((const char *)u->memory + i)));
	__asm__ volatile("mfence" : : : "memory");
}

bool
iommu_start(struct iommu *u)
{
	write_back(u);
	u->registers->write(ROOT, 8, u->physical);
	if (!command(u, SET_ROOT, true))
		return false;
	u->registers->write(CONTEXT, 8, FORGET_CONTEXTS);
	if (!becomes(u, CONTEXT, 8, FORGETTING, 0))
		return false;
	u->registers->write(invalidate(u), 8, FORGET_PAGES);
	return becomes(u, invalidate(u), 8, FORGETTING, 0) && command(u, TRANSLATE, true);
}

// Section 10.4.14: the upper half says whether there is one, and is cleared by
// writing its highest bit.
bool
iommu_fault(struct iommu *u, struct iommu_fault *fault)
{
	unsigned count, at = fault_records(u, &count);

	for (; count > 0; count--, at += FAULT_RECORD) {
		uint64_t high = read(u, at + 8, 8);

		if (!(high & FAULT))
			continue;
		*fault = (struct iommu_fault){ .place = (pci_place_t)high,
		                               .address = read(u, at, 8) & ~(PAGE - 1ull),
		                               .read = (high & FAULT_READ) != 0,
		                               .reason = (uint8_t)(high >> 32) };
		u->registers->write(at + 12, 4, FAULT >> 32);
		u->registers->write(FAULT_STATUS, 4, FAULT_OVERFLOW);
		return true;
	}
	return false;
}
