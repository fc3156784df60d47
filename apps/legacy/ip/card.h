// SPDX-License-Identifier: MIT
// lwIP's network interface.
#pragma once

#include <stdbool.h>
#include <lwip/netif.h>

// Address 0: asks for one by DHCP (RFC 2131), and says which it gets.  False: lwIP
// does not want it.
bool card_init(ip4_addr_t address, ip4_addr_t mask, ip4_addr_t gateway);

struct netif *card_netif(void);

// Takes what came in, at most a burst.
void card_receive(void);
