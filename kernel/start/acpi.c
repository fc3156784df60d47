// SPDX-License-Identifier: MIT
// From the root table to the MADT, and what it says about the first IOAPIC, and the FADT with
// the timer.
#include <start/acpi.h>
#include <string.h>

enum {
	TABLE_MAX = 1 << 16,            // bytes; larger ones are nonsense
	HEAD = 36, SUM_LENGTH = 4,      // every table: signature, length, …
	FADT_PM_TIMER = 76, FADT_PM_LENGTH = 91, FADT_LENGTH = 116,
	MADT_ENTRIES = 44, ENTRY_IOAPIC = 1, ENTRY_OVERRIDE = 2,
	POLARITY_LOW = 3, TRIGGER_LEVEL = 3 << 2,
	IOAPIC_PLACE = 0xfec00000,      // which the kernel keeps for itself
};

static uint32_t
read32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

// The bytes of a table with this signature, or NULL; its length is good.
static const uint8_t *
table_at(paddr_t p, const char *signature)
{
	uint8_t sum = 0;

	if (p == 0 || p > PHYS_END - TABLE_MAX)
		return NULL;
	const uint8_t *t = phys_to_virt(p);
	uint32_t length = read32(t + SUM_LENGTH);

	if (memcmp(t, signature, 4) != 0 || length < HEAD || length > TABLE_MAX)
		return NULL;
	for (uint32_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + t[i]);
	return sum == 0 ? t : NULL;
}

// An ISA line is at another pin, or not edge-triggered and active high.
static void
override(const uint8_t *e, struct irq_routes *out)
{
	unsigned source = e[3], pin = read32(e + 4), flags = e[8];

	if (source >= 16 || pin >= IRQ_LINES)
		return;
	if (pin != source && out->line[pin].pin == pin)
		out->line[pin].pin = NO_PIN;    // the pin is taken
	out->line[source].pin = (uint8_t)pin;
	out->line[source].low = (flags & POLARITY_LOW) == POLARITY_LOW;
	out->line[source].level = (flags & TRIGGER_LEVEL) == TRIGGER_LEVEL;
}

static void
parse_madt(const uint8_t *madt, struct irq_routes *out)
{
	uint32_t length = read32(madt + SUM_LENGTH), size;

	for (uint32_t at = MADT_ENTRIES; at + 2 <= length; at += size) {
		const uint8_t *e = madt + at;

		size = e[1];
		if (size < 2 || size > length - at)
			return;
		if (e[0] == ENTRY_OVERRIDE && size >= 10)
			override(e, out);
		if (e[0] == ENTRY_IOAPIC && size >= 12 && read32(e + 8) == 0 &&
		    read32(e + 4) == IOAPIC_PLACE)
			out->ioapic = IOAPIC_PLACE;
	}
}

// The table with this signature that the root table names, or NULL.
static const uint8_t *
find(paddr_t rsdt, paddr_t xsdt, const char *signature)
{
	const uint8_t *root = table_at(xsdt, "XSDT"), *found = NULL;
	uint32_t size = root != NULL ? 8 : 4, end;

	if (root == NULL)
		root = table_at(rsdt, "RSDT");
	if (root == NULL)
		return NULL;
	end = read32(root + SUM_LENGTH);
	for (uint32_t at = HEAD; at + size <= end && found == NULL; at += size)
		if (size == 4 || read32(root + at + 4) == 0)    // below 4 GiB
			found = table_at(read32(root + at), signature);
	return found;
}

void
acpi_parse(paddr_t rsdt, paddr_t xsdt, struct irq_routes *out, uint16_t *pm_timer)
{
	const uint8_t *madt = find(rsdt, xsdt, "APIC"), *fadt = find(rsdt, xsdt, "FACP");

	*out = (struct irq_routes){ 0 };
	for (unsigned i = 0; i < IRQ_LINES; i++) {
		out->line[i].pin = (uint8_t)i;
		out->line[i].level = out->line[i].low = i >= 16;        // PCI
	}
	if (madt != NULL)
		parse_madt(madt, out);
	*pm_timer = fadt != NULL && read32(fadt + SUM_LENGTH) >= FADT_LENGTH &&
		fadt[FADT_PM_LENGTH] == 4 && read32(fadt + FADT_PM_TIMER) < 0xfffd ?
		(uint16_t)read32(fadt + FADT_PM_TIMER) : 0;
}
