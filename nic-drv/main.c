// SPDX-License-Identifier: MIT
// The driver of one network card: frames between the card and its client's
// rings.  What the card is, is in the file that defines card.h.
#include <session/net.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "card.h"

static cap_t irq;
static const struct startup_client *client;
static struct net_end from_client, to_client;
static uint8_t address[NET_ADDRESS];
static struct net_stats stats;

static void
open_card(void)
{
	const struct startup_use *use = startup_use("pci");
	struct pci_info info;

	if (use == NULL)
		die("the scenario gives no pci session");
	struct pci_session pci = { use->gate };

	if (pci_info(pci, &info) != OK)
		die("the card is missing");
	if (startup_irq(info.line) == NULL)
		die("the scenario does not give the card's interrupt line");
	irq = startup_irq(info.line)->cap;
	card_open(pci, &info);
}

// Frames that came in, at most all there can be at once.  True: the client has some.
static bool
receive(void)
{
	const uint8_t *frame;
	uint32_t length;
	bool some = false;

	for (unsigned i = 0; i < NET_SLOTS && (frame = card_take(&length)) != NULL; i++) {
		if (length >= NET_FRAME_MIN && net_put(&to_client, frame, length))
			stats.received++, stats.received_bytes += length, some = true;
		else
			stats.full++;
		card_release();
	}
	return some;
}

// Frames of the client, while the card has room for them.  True: some were taken.
static bool
transmit(void)
{
	bool some = false;
	uint8_t *frame;
	uint32_t length;

	for (unsigned i = 0; i < NET_SLOTS && (frame = card_room()) != NULL; i++) {
		enum net_got got = net_get(&from_client, frame, &length);

		if (got == NET_NOTHING)
			break;
		some = true;
		stats.bad += got == NET_BAD;
		stats.broken += got == NET_BROKEN;
		if (got != NET_GOT)
			continue;
		stats.sent++, stats.sent_bytes += length;
		card_send(length);
	}
	return some;
}

// A signal of the client, or the card's interrupt: look at everything.
static void
look(bool interrupt)
{
	bool received, taken;

	if (interrupt)
		card_acknowledge();     // before looking: what comes later interrupts again
	received = receive();
	taken = transmit();
	card_flush();
	if (received || taken)
		(void)!sys_raise(client->signal, NET_SIGNAL);
	if (interrupt)
		(void)!sys_irq_unmask(irq);
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)label, (void)bits;
	look(false);
}

static void
interrupted(uint64_t label)
{
	(void)label;
	look(true);
}

static tag_t
answer(const struct startup_client *c, tag_t call)
{
	(void)c;                // there is only one
	return net_serve(tag_label(call), address, &stats);
}

int
main(void)
{
	if (startup()->client_count != 1)
		die("the scenario must give exactly one client");
	client = startup_clients();
	net_address(client->label, address);
	from_client = net_from_client(client->shared);
	to_client = net_for_client(client->shared);
	open_card();
	(void)!sys_irq_unmask(irq);
	log_line("card running");
	// Started again, we do not know what the client told the one before us, and
	// it not what that one had done.
	look(false);
	(void)!sys_raise(client->signal, NET_SIGNAL);
	serve((struct handlers){ .call = answer, .signal = hear, .irq = interrupted });
}
