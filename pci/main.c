// SPDX-License-Identifier: MIT
// The PCI server: configuration through ports 0xcf8 and 0xcfc (PCI Local Bus
// Specification 3.0, section 3.2.2.3.2), one function for each client, and the
// IOMMU, if the scenario gives it.
#include <string.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "iommu.h"

enum {
	CLIENTS_MAX = 8, ADDRESS = 0xcf8, DATA = 0xcfc,
	// Faults are looked for this often: nothing tells us of them.
	FAULT_MS = 500,
	FAULT_LINES = 16,               // in the log for each client, then silence
};

struct client {
	bool present;
	bool master;                    // the scenario gave it memory for DMA
	unsigned faults;
	pci_place_t place;
	struct pci_info info;
};

static struct pci_bus bus;
static struct client clients[CLIENTS_MAX];
static const struct startup_memory *iommu_page;         // NULL: the scenario gives none
static struct iommu iommu;

static void
select(pci_place_t place, unsigned offset)
{
	uint32_t address = 1u << 31 | (uint32_t)place << 8 | offset;

	__asm__ volatile("outl %0, %w1" : : "a"(address), "d"(ADDRESS));
}

static uint32_t
config_read(pci_place_t place, unsigned offset)
{
	uint32_t value;

	select(place, offset);
	__asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(DATA));
	return value;
}

static void
config_write(pci_place_t place, unsigned offset, uint32_t value)
{
	select(place, offset);
	__asm__ volatile("outl %0, %w1" : : "a"(value), "d"(DATA));
}

static const struct pci_space space = { config_read, config_write };

static uint64_t
iommu_read(unsigned offset, unsigned bytes)
{
	uint64_t at = iommu_page->addr + offset;

	return bytes == 8 ? *(const volatile uint64_t *)at : *(const volatile uint32_t *)at;
}

static void
iommu_write(unsigned offset, unsigned bytes, uint64_t value)
{
	uint64_t at = iommu_page->addr + offset;

	if (bytes == 8)
		*(volatile uint64_t *)at = value;
	else
		*(volatile uint32_t *)at = (uint32_t)value;
}

static void
find_clients(void)
{
	const struct startup_client *c = startup_clients();

	if (startup()->client_count > CLIENTS_MAX)
		die("too many clients");
	function_find(&space, &bus);
	for (uint32_t i = 0; i < startup()->client_count; i++) {
		struct client *k = &clients[i];

		k->master = c[i].dma_size > 0;
		k->present = function_place(c[i].label, &k->place) &&
		             function_describe(&space, &bus, k->place, &k->info);
		if (!k->present)
			log_line("a client's device is missing or unusable");
	}
}

// Before any client is served, so before any device may be bus master.
static void
start_iommu(void)
{
	static const struct iommu_registers registers = { iommu_read, iommu_write };
	const struct startup_memory *tables = startup_memory("dma");
	const struct startup_client *c = startup_clients();

	iommu_page = startup_memory("iommu");
	if (iommu_page == NULL)
		return;
	const char *why = iommu_open(&iommu, &registers, (void *)(uintptr_t)tables->addr,
	                             startup_physical(tables->physical), tables->size);

	if (why != NULL)
		die(why);
	for (uint32_t i = 0; i < startup()->client_count; i++)
		if (clients[i].present && clients[i].master &&
		    !iommu_allow(&iommu, clients[i].place, startup_physical(c[i].dma),
		                 c[i].dma_size))
			die("the scenario gives too little memory for the IOMMU's tables");
	if (!iommu_start(&iommu))
		die("the IOMMU cannot be switched on");
	log_line("devices are confined by the IOMMU");
}

// "00:03.0: DMA to 0x12345000 refused"
static void
log_fault(const struct client *k, const struct iommu_fault *fault)
{
	const char *text = fault->read ? ": DMA from 0x" : ": DMA to 0x";
	char line[80];
	size_t n = strlen(startup_clients()[k - clients].label);

	memcpy(line, startup_clients()[k - clients].label, n);
	memcpy(line + n, text, strlen(text));
	n += strlen(text);
	for (int shift = 60; shift >= 0; shift -= 4)
		if (shift < 32 || fault->address >> shift != 0)
			line[n++] = "0123456789abcdef"[fault->address >> shift & 15];
	memcpy(line + n, " refused", sizeof " refused");
	log_line(line);
}

static void
look_for_faults(void)
{
	struct iommu_fault fault;

	for (unsigned i = 0; i < IOMMU_FAULTS && iommu_fault(&iommu, &fault); i++)
		for (uint32_t c = 0; c < startup()->client_count; c++)
			if (clients[c].place == fault.place && clients[c].faults++ < FAULT_LINES)
				log_fault(&clients[c], &fault);
}

static tag_t
info(const struct client *k)
{
	uint64_t *mr = utcb()->mr;

	mr[0] = k->info.vendor | (uint64_t)k->info.device << 16;
	mr[1] = k->info.class_code;
	mr[2] = k->info.line;
	for (unsigned i = 0; i < PCI_BARS; i++) {
		mr[3 + i] = k->info.bar[i].start | (uint64_t)k->info.bar[i].kind << 32;
		mr[9 + i] = k->info.bar[i].size;
	}
	return tag(OK, 3 + 2 * PCI_BARS, 0);
}

static tag_t
config(const struct client *k, uint64_t offset)
{
	if (offset >= PCI_CONFIG_SIZE || offset % 4 != 0)
		return tag(ERR_ARG, 0, 0);
	utcb()->mr[0] = config_read(k->place, (unsigned)offset);
	return tag(OK, 1, 0);
}

static tag_t
map(const struct client *k, uint64_t number)
{
	const struct startup_memory *m = startup_memory("pci");

	if (number >= PCI_BARS)
		return tag(ERR_ARG, 0, 0);
	const struct pci_bar *bar = &k->info.bar[number];

	if (bar->kind == PCI_BAR_MEMORY && (m == NULL ||
	    !function_alone(&space, &bus, k->place, bar)))
		return tag(ERR_REFUSED, 0, 0);
	unsigned n = function_items(bar, m != NULL ? m->addr : 0, m != NULL ? m->size : 0,
	                            m != NULL ? m->physical : 0, (struct item *)utcb()->mr);

	return n > 0 ? tag(OK, 0, n) : tag(ERR_ARG, 0, 0);
}

static tag_t
answer(const struct startup_client *c, tag_t call)
{
	struct client *k = &clients[c->id - 1];
	uint64_t word = tag_words(call) > 0 ? utcb()->mr[0] : ~0ull;

	if (!k->present)
		return tag(ERR_GONE, 0, 0);
	switch (tag_label(call)) {
	case PCI_INFO:
		return info(k);
	case PCI_CONFIG:
		return config(k, word);
	case PCI_MAP:
		return map(k, word);
	case PCI_ENABLE:
	case PCI_DISABLE:
		function_enable(&space, k->place, &k->info, tag_label(call) == PCI_ENABLE,
		                k->master && tag_label(call) == PCI_ENABLE);
		return tag(OK, 0, 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}

static uint64_t
look(void)
{
	static uint64_t next;

	if (iommu_page == NULL)
		return DEADLINE_NONE;
	if (sys_now() >= next) {
		look_for_faults();
		next = sys_in_ms(FAULT_MS);
	}
	return next;
}

int
main(void)
{
	find_clients();
	start_iommu();
	serve((struct handlers){ .call = answer, .idle = look, .words = 2 * ITEMS_MAX });
}
