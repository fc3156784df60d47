// SPDX-License-Identifier: MIT
// A client of pci that asks for more than its device, and for one that is not
// there: says the answers as numbers (enum err), then touches ports that are not
// its device's.
#include <session/pci.h>
#include <sys/startup.h>
#include "../say.h"

enum { MAP_AT = 0x20000000, MAP_ORDER = 21 };

// Operations that do not exist, with arguments that would be places, registers
// and values if they did: how many did not get ERR_OP.
static int64_t
try_operations(cap_t gate)
{
	int64_t others = 0;
	uint32_t number = 1;

	for (uint32_t op = 0; op < 3000; op++) {
		if (op >= PCI_INFO && op <= PCI_DISABLE)
			continue;
		for (unsigned i = 0; i < 8; i++)
			utcb()->mr[i] = number = number * 1664525 + 1013904223;
		others += tag_label(sys_call(gate, tag(op, op % 9, 0))) != ERR_OP;
	}
	return others;
}

[[gnu::noinline]] static void
foreign_port(void)
{
	__asm__ volatile("inl %w0, %%eax" : : "d"(0xcfc) : "rax");
}

int
main(void)
{
	const struct startup_use *use = startup_use("pci");
	struct pci_session pci = { use->gate };
	struct pci_info info = { 0 };
	uint32_t value = 0, command;
	enum err e = pci_info(pci, &info), bounds[4], map[4];

	say("info", (int64_t[]){ e, info.vendor, info.device }, 3);
	for (unsigned i = 0; i < PCI_BARS; i++)
		say("bar", (int64_t[]){ i, info.bar[i].kind, info.bar[i].start,
		                        info.bar[i].size }, 4);
	e = pci_config(pci, 0, &value);
	say("config", (int64_t[]){ e, value & 0xffff }, 2);
	for (unsigned i = 0; i < 4; i++)
		bounds[i] = pci_config(pci, (uint32_t[]){ 252, 256, 2, ~0u }[i], &value);
	say("config bounds", (int64_t[]){ bounds[0], bounds[1], bounds[2], bounds[3] }, 4);
	(void)!pci_enable(pci);
	(void)!pci_config(pci, 4, &command);
	say1("on", command & 7);
	(void)!pci_disable(pci);
	(void)!pci_config(pci, 4, &command);
	say1("off", command & 7);
	(void)!pci_enable(pci);
	for (unsigned i = 0; i < 4; i++)
		map[i] = pci_map_memory(pci, (unsigned[]){ 0, 1, 6, 2 }[i], MAP_AT, MAP_ORDER);
	say("map", (int64_t[]){ map[0], map[1], map[2], map[3] }, 4);
	// the Bochs display's identification, at 0x500 of its registers
	say1("register", *(volatile uint16_t *)(uintptr_t)(MAP_AT + 0x500) & 0xfff0);
	say1("other operations", try_operations(use->gate));
	say("without words", (int64_t[]){ tag_label(sys_call(use->gate, tag(PCI_CONFIG, 0, 0))),
	                                  tag_label(sys_call(use->gate, tag(PCI_MAP, 0, 0))) }, 2);
	struct pci_session gone = { startup_use("gone")->gate };
	e = pci_info(gone, &info);
	say("gone", (int64_t[]){ e, pci_config(gone, 0, &value), pci_enable(gone),
	                         pci_map_ports(gone, 0) }, 4);
	foreign_port();
	log_line("not stopped");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
