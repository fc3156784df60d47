// SPDX-License-Identifier: MIT
// The stack of the red side: a router between the red network and the viaduct,
// which has everything that is not for the red network.  Trusted with nothing:
// what it gives the viaduct is protected or discarded there.
#include <lwip/icmp.h>
#include <lwip/ip.h>
#include <lwip/ip4_frag.h>
#include <lwip/netif.h>
#include "card.h"
#include "drops.h"
#include "port.h"
#include "services.h"
#include "stack.h"
#include "stream.h"

enum { TUNNEL_MTU = 1400 };     // what has no DF is cut to this

static struct stream *viaduct;
static struct netif netif;
static uint8_t content[STREAM_MAX];

static err_t
output(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
	const struct ip_hdr *head = p->payload;
	struct stream_head packet = { .length = p->tot_len };

	// ip4_frag comes here with each piece
	if (p->tot_len > TUNNEL_MTU && (IPH_OFFSET(head) & PP_HTONS(IP_DF)) == 0)
		return ip4_frag(p, n, to);
	pbuf_copy_partial(p, content, p->tot_len, 0);
	if (stream_send(viaduct, &packet, content))
		return ERR_OK;
	drop(DROP_TUNNEL);
	return ERR_MEM;
}

// RFC 1812, 5.3.1; the checksum by RFC 1141.
static bool
one_hop_less(struct pbuf *p, struct ip_hdr *head)
{
	uint32_t sum = IPH_CHKSUM(head) + PP_HTONS(0x100);

	if (IPH_TTL(head) <= 1) {
		if (IPH_PROTO(head) != IP_PROTO_ICMP)
			icmp_time_exceeded(p, ICMP_TE_TTL);
		return false;
	}
	IPH_TTL_SET(head, (u8_t)(IPH_TTL(head) - 1));
	IPH_CHKSUM_SET(head, (u16_t)(sum + (sum >> 16)));
	return true;
}

// From the red network into the tunnel, or the other way round; never back.
static void
forward(struct pbuf *p, u32_t to)
{
	struct netif *card = card_netif();
	const ip4_addr_t address = { lwip_htonl(to) };
	bool from_card = p->if_idx == netif_get_index(card);
	bool here = ip4_addr_netcmp(&address, netif_ip4_addr(card), netif_ip4_netmask(card));

	if ((p->flags & (PBUF_FLAG_LLBCAST | PBUF_FLAG_LLMCAST)) != 0 ||
	    ip4_addr_ismulticast(&address))
		return;
	if (from_card == here || !one_hop_less(p, p->payload))
		drop(DROP_ROUTE);
	else if (from_card)
		output(&netif, p, &address);
	else if (p->tot_len <= card->mtu)
		card->output(card, p, &address);
	else if ((IPH_OFFSET((const struct ip_hdr *)p->payload) & PP_HTONS(IP_DF)) == 0)
		ip4_frag(p, card, &address);
	else
		icmp_dest_unreach(p, ICMP_DUR_FRAG);
}

static err_t
init(struct netif *n)
{
	n->name[0] = 'v', n->name[1] = 'i';
	n->mtu = TUNNEL_MTU;
	n->flags = NETIF_FLAG_LINK_UP;
	n->output = output;
	return ERR_OK;
}

// The tunnel's end has our red address, too, and is where all else goes.
static void
open_tunnel(ip4_addr_t address)
{
	const ip4_addr_t alone = { IPADDR_BROADCAST }, none = { 0 };

	viaduct = stream_open("viaduct");
	if (viaduct == NULL)
		port_fail("the scenario gives no packet session \"viaduct\"");
	if (netif_add(&netif, &address, &alone, &none, NULL, init, ip_input) == NULL)
		port_fail("no tunnel interface");
	netif_set_default(&netif);
	netif_set_up(&netif);
}

// True: there may be more.
static bool
receive(void)
{
	struct stream_head head;
	unsigned taken = 0;

	for (; taken < STREAM_BURST && stream_receive(viaduct, &head, content); taken++) {
		struct pbuf *p = pbuf_alloc(PBUF_LINK, (u16_t)head.length, PBUF_POOL);

		if (p == NULL) {
			drop(DROP_MEMORY);
			continue;
		}
		pbuf_take(p, content, (u16_t)head.length);
		p->if_idx = netif_get_index(&netif);
		if (netif.input(p, &netif) != ERR_OK)
			pbuf_free(p);
	}
	if (taken > 0)
		stream_taken(viaduct);
	return taken == STREAM_BURST;
}

int
main(void)
{
	struct address a = stack_init();

	if (!card_init(a.address, a.mask, a.gateway))
		port_fail("no network interface");
	open_tunnel(a.address);
	stack_forward = forward;
	if (!services_init())
		port_fail("no memory for the services");
	port_say(port_argument());
	for (bool more = false;;) {
		stack_wait(more);
		card_receive();
		more = receive();
		drops_say();
	}
}
