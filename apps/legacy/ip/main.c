// SPDX-License-Identifier: MIT
// A legacy IP stack with a static address and the classic services.
#include "card.h"
#include "port.h"
#include "services.h"
#include "stack.h"

int
main(void)
{
	struct address a = stack_init();

	if (!card_init(a.address, a.mask, a.gateway))
		port_fail("no network interface");
	if (!services_init())
		port_fail("no memory for the services");
	port_say(port_argument());
	for (;;) {
		stack_wait(false);
		card_receive();
	}
}
