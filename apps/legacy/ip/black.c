// SPDX-License-Identifier: MIT
// The stack of the black side: carries ESP (protocol 50, or in UDP) for the viaduct
// and UDP for ike.  Trusted with nothing: it sees only what is encrypted.
#include <lwip/ip.h>
#include <lwip/raw.h>
#include <lwip/udp.h>
#include "card.h"
#include "drops.h"
#include "port.h"
#include "stack.h"
#include "stream.h"

enum {
	ESP = 50, IKE_PORT = 500, NAT_PORT = 4500,      // RFC 3948
	MARKER = 4,             // zeros in front of IKE on NAT_PORT
};

static struct stream *viaduct, *ike;
static struct raw_pcb *raw;
static struct udp_pcb *udp_ike, *udp_nat;
static uint8_t content[STREAM_MAX];

// From the network to one of them.
static void
hand_over(struct stream *to, struct pbuf *p, const ip_addr_t *from, u16_t port, u16_t own)
{
	struct stream_head head = { p->tot_len, lwip_ntohl(ip4_current_dest_addr()->addr),
	                            lwip_ntohl(ip_2_ip4(from)->addr), own, port };

	if (to != NULL && p->tot_len > 0) {
		pbuf_copy_partial(p, content, p->tot_len, 0);
		if (!stream_send(to, &head, content))
			drop(DROP_TUNNEL);
	}
}

static u8_t
esp_arrived(void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *from)
{
	(void)arg, (void)pcb;
	pbuf_remove_header(p, IPH_HL_BYTES((const struct ip_hdr *)p->payload));
	hand_over(viaduct, p, from, 0, 0);
	pbuf_free(p);
	return 1;
}

static void
ike_arrived(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	(void)arg, (void)pcb;
	hand_over(ike, p, from, port, IKE_PORT);
	pbuf_free(p);
}

// RFC 3948, 2.2 and 2.3: IKE, a keepalive, or ESP.
static void
nat_arrived(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	uint8_t first[MARKER] = { 0 };
	u16_t n = pbuf_copy_partial(p, first, MARKER, 0);

	(void)arg, (void)pcb;
	if (n == MARKER) {
		bool marked = (first[0] | first[1] | first[2] | first[3]) == 0;

		hand_over(marked ? ike : viaduct, p, from, port, NAT_PORT);
	}
	pbuf_free(p);
}

static void
transmit(const struct stream_head *head)
{
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)head->length, PBUF_RAM);
	ip_addr_t to;

	if (p == NULL) {
		drop(DROP_MEMORY);
		return;
	}
	pbuf_take(p, content, (u16_t)head->length);
	to.addr = lwip_htonl(head->remote);
	if (head->remote_port == 0)
		raw_sendto(raw, p, &to);
	else if (head->local_port == IKE_PORT)
		udp_sendto(udp_ike, p, &to, head->remote_port);
	else if (head->local_port == NAT_PORT)
		udp_sendto(udp_nat, p, &to, head->remote_port);
	pbuf_free(p);
}

// From one of them to the network.  True: there may be more.
static bool
receive(struct stream *from)
{
	struct stream_head head;
	unsigned taken = 0;

	if (from == NULL)
		return false;
	for (; taken < STREAM_BURST && stream_receive(from, &head, content); taken++)
		transmit(&head);
	if (taken > 0)
		stream_taken(from);
	return taken == STREAM_BURST;
}

static struct udp_pcb *
open_port(u16_t port, udp_recv_fn arrived)
{
	struct udp_pcb *pcb = udp_new();

	if (pcb == NULL || udp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK)
		port_fail("no UDP port");
	udp_recv(pcb, arrived, NULL);
	return pcb;
}

static void
open_all(void)
{
	viaduct = stream_open("viaduct");
	ike = stream_open("ike");
	if (viaduct == NULL)
		port_fail("the scenario gives no packet session \"viaduct\"");
	raw = raw_new(ESP);
	if (raw == NULL)
		port_fail("no raw socket");
	raw_recv(raw, esp_arrived, NULL);
	udp_ike = open_port(IKE_PORT, ike_arrived);
	udp_nat = open_port(NAT_PORT, nat_arrived);
	udp_setflags(udp_nat, UDP_FLAGS_NOCHKSUM);      // RFC 3948, 2.1
}

int
main(void)
{
	struct address a = stack_init();

	if (!card_init(a.address, a.mask, a.gateway))
		port_fail("no network interface");
	open_all();
	port_say(port_argument());
	for (bool more = false;;) {
		stack_wait(more);
		card_receive();
		more = receive(viaduct);
		more |= receive(ike);
		drops_say();
	}
}
