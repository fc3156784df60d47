// SPDX-License-Identifier: MIT
// lwIP started and driven, and what it asks of the system.
#include <lwip/init.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include "port.h"
#include "stack.h"

enum { SLEEP_MAX_MS = 1000 };

void (*stack_forward)(struct pbuf *packet, u32_t to);

_Noreturn void
lwip_panic(const char *why)
{
	port_fail(why);
}

unsigned
lwip_random(void)
{
	return port_random();
}

int
lwip_forward(struct pbuf *packet, unsigned to)
{
	if (stack_forward != NULL)
		stack_forward(packet, to);
	return 0;
}

// lwIP's clock.
u32_t
sys_now(void)
{
	return (u32_t)port_now();
}

struct address
stack_init(void)
{
	struct address a;

	lwip_init();
	if (!address_parse(port_argument(), &a))
		port_fail("the argument must be such as \"10.0.2.15/24 10.0.2.2\", or \"dhcp\"");
	return a;
}

void
stack_wait(bool more)
{
	sys_check_timeouts();
	u32_t ms = sys_timeouts_sleeptime();

	port_wait(more ? 0 : ms < SLEEP_MAX_MS ? ms : SLEEP_MAX_MS);
}
