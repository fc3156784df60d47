// SPDX-License-Identifier: MIT
// A virtio network card (Virtio 1.1, sections 4.1 and 5.1: modern interface).
// Its registers are in pieces of one base address register, which capabilities
// in its configuration describe; it reaches our memory for DMA.
#include <session/net.h>
#include <sys/startup_memory.h>
#include "card.h"
#include "queue.h"

enum {
	VENDOR = 0x1af4, DEVICE = 0x1041, TRANSITIONAL = 0x1000,
	// capabilities, section 4.1.4
	CAPABILITIES = 0x34, CAPABILITIES_MAX = 48, OWN = 9,
	COMMON = 1, NOTIFY, INTERRUPT, PIECES,
	REGISTERS_AT = 0x20000000, REGISTERS_ORDER = 24,
	// common registers, section 4.1.4.3
	OFFER_SELECT = 0, OFFER = 4, ACCEPT_SELECT = 8, ACCEPT = 12, STATUS = 20,
	QUEUE_SELECT = 22, QUEUE_LENGTH = 24, QUEUE_ENABLE = 28, QUEUE_NOTIFY_OFF = 30,
	QUEUE_DESC = 32, QUEUE_AVAIL = 40, QUEUE_USED = 48, COMMON_SIZE = 56,
	// section 2.1
	ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8,
	// section 6, in the second word of features
	VERSION_1 = 1, ACCESS_PLATFORM = 2,

	PAGE = 4096, PATIENCE = 1000000,
	DMA_SIZE = 2 * (QUEUE_SIZE + QUEUE_BUFFERS),
};

enum { IN, OUT, QUEUES };               // section 5.1.2

static uint64_t piece[PIECES];          // where it is for us
static uint32_t notify_multiplier;
static volatile uint16_t *notify[QUEUES];
static struct queue queues[QUEUES];
static bool changed[QUEUES];
static unsigned taken, room;            // chains in our hands

static volatile uint8_t *
common8(unsigned at)
{
	return (volatile uint8_t *)(uintptr_t)(piece[COMMON] + at);
}

static volatile uint16_t *
common16(unsigned at)
{
	return (volatile uint16_t *)(uintptr_t)(piece[COMMON] + at);
}

static volatile uint32_t *
common32(unsigned at)
{
	return (volatile uint32_t *)(uintptr_t)(piece[COMMON] + at);
}

static uint32_t
config(struct pci_session pci, uint32_t at)
{
	uint32_t value;

	if (pci_config(pci, at & 0xfc, &value) != OK)
		die("pci does not show the card's configuration");
	return value;
}

// Maps the base address register that the first piece is in; all must be there.
static void
find_pieces(struct pci_session pci, const struct pci_info *info)
{
	static const uint32_t least[PIECES] = { 0, COMMON_SIZE, 2, 1 };
	unsigned bar = PCI_BARS;
	uint32_t at = config(pci, CAPABILITIES) & 0xfc;

	for (unsigned i = 0; i < CAPABILITIES_MAX && at != 0; i++) {
		uint32_t head = config(pci, at), type = head >> 24;

		if ((head & 0xff) == OWN && type >= COMMON && type < PIECES && piece[type] == 0) {
			uint32_t place = config(pci, at + 4) & 0xff;
			uint32_t offset = config(pci, at + 8), length = config(pci, at + 12);

			bar = bar == PCI_BARS && place < PCI_BARS ? place : bar;
			if (bar != place || length < least[type] || length > info->bar[bar].size ||
			    offset > info->bar[bar].size - length || offset % 4 != 0)
				die("the card's registers are not where they can be");
			piece[type] = REGISTERS_AT + offset;
			if (type == NOTIFY)
				notify_multiplier = config(pci, at + 16);
		}
		at = head >> 8 & 0xfc;
	}
	if (piece[COMMON] == 0 || piece[NOTIFY] == 0 || piece[INTERRUPT] == 0)
		die("not a virtio network card with the modern interface");
	if (info->bar[bar].size > 1u << REGISTERS_ORDER ||
	    pci_map_memory(pci, bar, REGISTERS_AT, REGISTERS_ORDER) != OK)
		die("pci refuses the card's registers");
}

static void
write_address(unsigned at, uint64_t physical)
{
	*common32(at) = (uint32_t)physical;
	*common32(at + 4) = (uint32_t)(physical >> 32);
}

static void
open_queue(unsigned i, const struct startup_memory *dma)
{
	uint64_t physical = startup_physical(dma->physical), at = i * QUEUE_SIZE;
	uint64_t buffers = QUEUES * QUEUE_SIZE + i * QUEUE_BUFFERS;
	struct queue *q = &queues[i];

	*common16(QUEUE_SELECT) = (uint16_t)i;
	uint16_t length = *common16(QUEUE_LENGTH);
	*common16(QUEUE_LENGTH) = length = length > QUEUE_MAX ? QUEUE_MAX : length;
	if (!queue_init(q, (void *)(uintptr_t)(dma->addr + at),
	                (void *)(uintptr_t)(dma->addr + buffers), physical + buffers, length,
	                i == IN))
		die("the card's queues are unusable");
	physical += at;
	write_address(QUEUE_DESC, physical);
	write_address(QUEUE_AVAIL, physical + queue_avail(q));
	write_address(QUEUE_USED, physical + queue_used(q));
	uint64_t offset = (uint64_t)*common16(QUEUE_NOTIFY_OFF) * notify_multiplier;

	if (offset >= 1u << REGISTERS_ORDER || offset % 2 != 0)
		die("the card's registers are not where they can be");
	notify[i] = (volatile uint16_t *)(uintptr_t)(piece[NOTIFY] + offset);
	*common16(QUEUE_ENABLE) = 1;
}

// The device must know that our addresses are for an IOMMU, if it says that it
// minds; nothing else is needed.
static void
agree(void)
{
	*common8(STATUS) = ACKNOWLEDGE;
	*common8(STATUS) = ACKNOWLEDGE | DRIVER;
	*common32(OFFER_SELECT) = 1;
	uint32_t offer = *common32(OFFER);

	*common32(ACCEPT_SELECT) = 0, *common32(ACCEPT) = 0;
	*common32(ACCEPT_SELECT) = 1, *common32(ACCEPT) = offer & (VERSION_1 | ACCESS_PLATFORM);
	*common8(STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
	if (!(offer & VERSION_1) || !(*common8(STATUS) & FEATURES_OK))
		die("the card does not accept how we drive it");
}

// Section 3.1.1.
void
card_open(struct pci_session pci, const struct pci_info *info)
{
	const struct startup_memory *dma = startup_memory("dma");

	if (info->vendor != VENDOR || (info->device != DEVICE && info->device != TRANSITIONAL))
		die("not a virtio network card");
	if (dma == NULL || dma->size < DMA_SIZE)
		die("the scenario gives too little memory for DMA");
	find_pieces(pci, info);
	if (pci_enable(pci) != OK)
		die("pci refuses the card");
	*common8(STATUS) = 0;
	for (unsigned i = 0; *common8(STATUS) != 0; i++)
		if (i == PATIENCE)
			die("the card cannot be reset");
	agree();
	for (unsigned i = 0; i < QUEUES; i++)
		open_queue(i, dma);
	*common8(STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
	for (unsigned i = 0; i < queues[IN].chains; i++)
		queue_give(&queues[IN], i, NET_FRAME_MAX);
	*notify[IN] = IN;
}

void
card_acknowledge(void)
{
	(void)*(volatile uint8_t *)(uintptr_t)piece[INTERRUPT];
}

const uint8_t *
card_take(uint32_t *length)
{
	return queue_take(&queues[IN], &taken, length) ? queue_frame(&queues[IN], taken) : NULL;
}

void
card_release(void)
{
	queue_give(&queues[IN], taken, NET_FRAME_MAX);
	changed[IN] = true;
}

uint8_t *
card_room(void)
{
	struct queue *q = &queues[OUT];
	uint32_t length;

	for (unsigned i = 0; i < q->chains && queue_take(q, &room, &length); i++)
		;       // sent: ours again
	room = queue_free(q);
	return room < q->chains ? queue_frame(q, room) : NULL;
}

void
card_send(uint32_t length)
{
	queue_give(&queues[OUT], room, length);
	changed[OUT] = true;
}

void
card_flush(void)
{
	for (unsigned i = 0; i < QUEUES; i++)
		if (changed[i])
			*notify[i] = (uint16_t)i;
	memset(changed, 0, sizeof changed);
}
