// SPDX-License-Identifier: MIT
// What all stacks have in common: lwIP with its clock and its timers.
#pragma once

#include <lwip/pbuf.h>
#include "address.h"

// If set, gets each packet that is for somebody else, `to` in host byte order.
extern void (*stack_forward)(struct pbuf *packet, u32_t to);

// Starts lwIP; returns the addresses of the component's argument.
struct address stack_init(void);

// Does what is due, and waits until something may have come in; or not, as there
// is more.
void stack_wait(bool more);
