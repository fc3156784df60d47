// SPDX-License-Identifier: MIT
// Frames between lwIP and the net session.
#include <string.h>
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <netif/ethernet.h>
#include "card.h"
#include "drops.h"
#include "port.h"

static struct netif netif;

static err_t
output(struct netif *n, struct pbuf *p)
{
	uint8_t frame[PORT_FRAME_MAX];

	(void)n;
	if (p->tot_len < PORT_FRAME_MIN || p->tot_len > PORT_FRAME_MAX)
		return ERR_ARG;
	pbuf_copy_partial(p, frame, p->tot_len, 0);
	// what is lost TCP sends again
	if (port_send(frame, p->tot_len))
		return ERR_OK;
	drop(DROP_CARD);
	return ERR_MEM;
}

static err_t
init(struct netif *n)
{
	n->name[0] = 'e', n->name[1] = 'n';
	n->mtu = PORT_FRAME_MAX - PORT_FRAME_MIN;
	n->hwaddr_len = PORT_ADDRESS;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
	n->output = etharp_output;
	n->linkoutput = output;
	port_open(n->hwaddr);
	return ERR_OK;
}

// "dhcp: 10.0.2.15 255.255.255.0 10.0.2.2"
static void
say_address(struct netif *n)
{
	const ip4_addr_t *parts[] = { netif_ip4_addr(n), netif_ip4_netmask(n), netif_ip4_gw(n) };
	char line[64] = "dhcp:";
	size_t length = strlen(line);

	if (!dhcp_supplied_address(n))
		return;
	for (unsigned i = 0; i < 3; i++) {
		line[length++] = ' ';
		ip4addr_ntoa_r(parts[i], line + length, IP4ADDR_STRLEN_MAX);
		length += strlen(line + length);
	}
	port_say(line);
}

bool
card_init(ip4_addr_t address, ip4_addr_t mask, ip4_addr_t gateway)
{
	if (netif_add(&netif, &address, &mask, &gateway, NULL, init, ethernet_input) == NULL)
		return false;
	netif_set_default(&netif);
	netif_set_status_callback(&netif, say_address);
	netif_set_up(&netif);
	return !ip4_addr_isany_val(address) || dhcp_start(&netif) == ERR_OK;
}

struct netif *
card_netif(void)
{
	return &netif;
}

void
card_receive(void)
{
	uint8_t frame[PORT_FRAME_MAX];
	uint32_t length;
	unsigned taken = 0;

	for (; taken < PORT_BURST && (length = port_receive(frame)) > 0; taken++) {
		struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);

		if (p == NULL) {
			drop(DROP_MEMORY);
			continue;
		}
		pbuf_take(p, frame, (u16_t)length);
		if (netif.input(p, &netif) != ERR_OK)
			pbuf_free(p);
	}
	if (taken > 0)
		port_taken();
}
