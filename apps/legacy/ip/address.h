// SPDX-License-Identifier: MIT
// The argument of a stack: "10.0.2.15/24", then perhaps " 10.0.2.2", the gateway;
// or "dhcp".
#pragma once

#include <stdbool.h>
#include <lwip/ip4_addr.h>

struct address { ip4_addr_t address, mask, gateway; };

// False: not so.  Everything is 0 for "dhcp".
bool address_parse(const char *text, struct address *out);
