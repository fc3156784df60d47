// SPDX-License-Identifier: MIT
// The driver of one virtio network card (Virtio 1.1, section 4.1.4.8: legacy
// interface): frames between the card's queues and its client's rings.
#include <session/net.h>
#include <session/pci.h>
#include <sys/startup.h>
#include "queue.h"

enum {
	VENDOR = 0x1af4, DEVICE = 0x1000,
	// registers
	GUEST_FEATURES = 4, QUEUE_PFN = 8, QUEUE_LENGTH = 12, QUEUE_SELECT = 14,
	QUEUE_NOTIFY = 16, STATUS = 18, ISR = 19, REGISTERS = 20,
	STATUS_ACKNOWLEDGE = 1, STATUS_DRIVER = 2, STATUS_DRIVER_OK = 4,
	PAGE = 4096,
	DMA_SIZE = PAGE + 2 * (QUEUE_SIZE + QUEUE_BUFFERS),
};

enum { IN, OUT, QUEUES };               // section 5.1.2

static uint16_t registers;              // first port
static cap_t irq;
static struct queue queues[QUEUES];
static const struct startup_client *client;
static struct net_end from_client, to_client;
static uint8_t address[NET_ADDRESS];
static struct net_stats stats;

static uint8_t
in8(unsigned at)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"(registers + at) : "memory");
	return value;
}

static uint16_t
in16(unsigned at)
{
	uint16_t value;

	__asm__ volatile("inw %w1, %0" : "=a"(value) : "d"(registers + at) : "memory");
	return value;
}

static void
out8(unsigned at, uint8_t value)
{
	__asm__ volatile("outb %0, %w1" : : "a"(value), "d"(registers + at) : "memory");
}

static void
out16(unsigned at, uint16_t value)
{
	__asm__ volatile("outw %0, %w1" : : "a"(value), "d"(registers + at) : "memory");
}

static void
out32(unsigned at, uint32_t value)
{
	__asm__ volatile("outl %0, %w1" : : "a"(value), "d"(registers + at) : "memory");
}

// Ports, interrupt, bus mastering: all through pci.
static void
open_device(void)
{
	const struct startup_use *use = startup_use("pci");
	struct pci_info info;

	if (use == NULL)
		die("the scenario gives no pci session");
	struct pci_session pci = { use->gate };

	if (pci_info(pci, &info) != OK)
		die("the card is missing");
	if (info.vendor != VENDOR || info.device != DEVICE ||
	    info.bar[0].kind != PCI_BAR_PORTS || info.bar[0].size < REGISTERS)
		die("not a virtio network card with the legacy interface");
	if (startup_irq(info.line) == NULL)
		die("the scenario does not give the card's interrupt line");
	irq = startup_irq(info.line)->cap;
	registers = (uint16_t)info.bar[0].start;
	if (pci_map_ports(pci, 0) != OK || pci_enable(pci) != OK)
		die("pci refuses the card");
}

static void
open_queue(unsigned i, const struct startup_memory *dma)
{
	uint64_t physical, at = PAGE + i * QUEUE_SIZE;
	uint64_t buffers = PAGE + QUEUES * QUEUE_SIZE + i * QUEUE_BUFFERS;

	memcpy(&physical, (const void *)(uintptr_t)dma->addr, sizeof physical);
	out16(QUEUE_SELECT, (uint16_t)i);
	if (!queue_init(&queues[i], (void *)(uintptr_t)(dma->addr + at),
	                (void *)(uintptr_t)(dma->addr + buffers), physical + buffers,
	                in16(QUEUE_LENGTH), i == IN))
		die("the card has queues of no use");
	out32(QUEUE_PFN, (uint32_t)((physical + at) / PAGE));
}

// Section 3.1.1.  No feature is needed.
static void
start_device(void)
{
	const struct startup_memory *dma = startup_memory("dma");

	if (dma == NULL || dma->size < DMA_SIZE)
		die("the scenario gives too little memory for DMA");
	out8(STATUS, 0);
	out8(STATUS, STATUS_ACKNOWLEDGE);
	out8(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	out32(GUEST_FEATURES, 0);
	for (unsigned i = 0; i < QUEUES; i++)
		open_queue(i, dma);
	out8(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_DRIVER_OK);
	for (unsigned i = 0; i < queues[IN].chains; i++)
		queue_give(&queues[IN], i, NET_FRAME_MAX);
	out16(QUEUE_NOTIFY, IN);
}

// Frames that came in, at most all there can be at once.  True: the client has some.
static bool
receive(void)
{
	struct queue *q = &queues[IN];
	bool any = false, some = false;
	unsigned chain;
	uint32_t length;

	for (unsigned i = 0; i < q->chains && queue_take(q, &chain, &length); i++) {
		if (length >= NET_FRAME_MIN && net_put(&to_client, queue_frame(q, chain), length))
			stats.received++, stats.received_bytes += length, some = true;
		else
			stats.full++;
		queue_give(q, chain, NET_FRAME_MAX);
		any = true;
	}
	if (any)
		out16(QUEUE_NOTIFY, IN);
	return some;
}

// Frames of the client, while the card has room for them.  True: some were taken.
static bool
transmit(void)
{
	struct queue *q = &queues[OUT];
	bool any = false, some = false;
	unsigned chain;
	uint32_t length;

	for (unsigned i = 0; i < q->chains && queue_take(q, &chain, &length); i++)
		;       // sent: ours again
	for (unsigned i = 0; i < NET_SLOTS && (chain = queue_free(q)) < q->chains; i++) {
		enum net_got got = net_get(&from_client, queue_frame(q, chain), &length);

		if (got == NET_NOTHING)
			break;
		some = true;
		stats.bad += got == NET_BAD;
		stats.broken += got == NET_BROKEN;
		if (got != NET_GOT)
			continue;
		stats.sent++, stats.sent_bytes += length;
		queue_give(q, chain, length);
		any = true;
	}
	if (any)
		out16(QUEUE_NOTIFY, OUT);
	return some;
}

// A signal of the client, or the card's interrupt: look at everything.
static void
work(bool interrupt)
{
	bool received, taken;

	if (interrupt)
		(void)in8(ISR);         // reading it ends the interrupt: before looking
	received = receive();
	taken = transmit();
	if (received || taken)
		(void)!sys_raise(client->signal, NET_SIGNAL);
	if (interrupt)
		(void)!sys_irq_unmask(irq);
}

int
main(void)
{
	if (startup()->client_count != 1)
		die("the scenario must give exactly one client");
	client = startup_clients();
	net_address(client->label, address);
	from_client = net_to_server(client->shared);
	to_client = net_to_client(client->shared);
	open_device();
	start_device();
	(void)!sys_irq_unmask(irq);
	log_line("card running");
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IPC) {
			r = sys_reply_and_wait(net_serve(tag_label(r.tag), address, &stats),
			                       DEADLINE_NONE);
			continue;
		}
		if (tag_err(r.tag) == OK)
			work(tag_kind(r.tag) == MSG_IRQ);
		r = sys_wait(DEADLINE_NONE);
	}
}
