// SPDX-License-Identifier: MIT
// The PCI server: configuration through ports 0xcf8 and 0xcfc (PCI Local Bus
// Specification 3.0, section 3.2.2.3.2), one function for each client.
#include <sys/startup.h>
#include "function.h"

enum { CLIENTS_MAX = 8, ADDRESS = 0xcf8, DATA = 0xcfc };

struct client {
	bool present;
	bool master;                    // the scenario gave it memory for DMA
	pci_place_t place;
	struct pci_info info;
};

static struct pci_bus bus;
static struct client clients[CLIENTS_MAX];

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

static void
find_clients(void)
{
	const struct startup_client *c = startup_clients();

	if (startup()->client_count > CLIENTS_MAX)
		die("too many clients");
	function_find(&space, &bus);
	for (uint32_t i = 0; i < startup()->client_count; i++) {
		struct client *k = &clients[i];

		k->master = (c[i].flags & STARTUP_CLIENT_DMA) != 0;
		k->present = function_place(c[i].label, &k->place) &&
		             function_describe(&space, &bus, k->place, &k->info);
		if (!k->present)
			log_line("a client's device is missing or of no use");
	}
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
serve(struct client *k, tag_t call)
{
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

int
main(void)
{
	find_clients();
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		bool call = tag_kind(r.tag) == MSG_IPC && tag_err(r.tag) == OK;

		if (call && r.label >= 1 && r.label <= startup()->client_count)
			r = sys_reply_and_wait(serve(&clients[r.label - 1], r.tag), DEADLINE_NONE);
		else
			r = sys_wait(DEADLINE_NONE);
	}
}
