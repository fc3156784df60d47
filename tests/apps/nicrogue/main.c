// SPDX-License-Identifier: MIT
// A hostile driver of a virtio network card: tells the card to write each frame
// that comes in to memory that is not its own, and to send what is in the
// kernel's.
#include <session/net.h>
#include <sys/startup_memory.h>
#include "../../../nic-drv/card.h"
#include "../../../nic-drv/queue.h"

enum {
	FREE = 0x4000000,               // RAM that nobody uses
	KERNEL = 0x100000,
	FRAMES = 64, LENGTH = 512,
};

// The second descriptor of each chain is the frame's.
static void
point_to(uint64_t queue, uint64_t physical)
{
	struct queue_desc *desc = (struct queue_desc *)(uintptr_t)queue;

	for (unsigned i = 0; i < QUEUE_CHAINS; i++)
		desc[2 * i + 1].addr = physical;
}

static void
send(uint32_t length)
{
	uint8_t *frame = card_room();

	if (frame == NULL)
		die("no room");
	card_send(length);
	card_flush();
}

int
main(void)
{
	struct pci_session pci = { startup_use("pci")->gate };
	const struct startup_memory *dma = startup_memory("dma");
	struct pci_info info;
	uint32_t length;

	if (pci_info(pci, &info) != OK)
		die("no card");
	card_open(pci, &info);
	point_to(dma->addr, FREE);
	point_to(dma->addr + QUEUE_SIZE, KERNEL);
	send(LENGTH);
	log_line("ready");
	for (unsigned i = 0; i < FRAMES; i++) {
		while (card_take(&length) == NULL)
			sys_sleep(sys_in_ms(1));
		card_release();
		card_flush();
	}
	log_line("done");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
