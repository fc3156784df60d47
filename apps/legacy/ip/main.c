// SPDX-License-Identifier: MIT
// A legacy IP stack with a static address and the classic services.
#include <stdbool.h>
#include <string.h>
#include <lwip/init.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include "card.h"
#include "port.h"
#include "services.h"

enum { SLEEP_MAX_MS = 1000 };

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

// lwIP's clock.
u32_t
sys_now(void)
{
	return (u32_t)port_now();
}

// A number below `end` at *text, which moves behind it and the character after.
static bool
number(const char **text, unsigned end, const char *after, unsigned *out)
{
	const char *p = *text;

	*out = 0;
	while (*p >= '0' && *p <= '9' && *out < end)
		*out = *out * 10 + (unsigned)(*p++ - '0');
	if (p == *text || *out >= end || strchr(after, *p) == NULL)
		return false;
	*text = *p != '\0' ? p + 1 : p;
	return true;
}

static bool
dotted(const char **text, const char *after, ip4_addr_t *address)
{
	unsigned n[4];

	for (unsigned i = 0; i < 4; i++)
		if (!number(text, 256, i < 3 ? "." : after, &n[i]) || (i < 3 && (*text)[-1] != '.'))
			return false;
	IP4_ADDR(address, n[0], n[1], n[2], n[3]);
	return true;
}

// "10.0.2.15/24", then perhaps " 10.0.2.2".
static void
configure(const char *text)
{
	ip4_addr_t address, mask, gateway = { 0 };
	unsigned prefix;

	if (!dotted(&text, "/", &address) || !number(&text, 33, " ", &prefix) ||
	    (*text != '\0' && !dotted(&text, "", &gateway)))
		port_fail("the argument must be such as \"10.0.2.15/24 10.0.2.2\"");
	mask.addr = lwip_htonl(prefix == 0 ? 0 : ~0u << (32 - prefix));
	if (!card_init(address, mask, gateway))
		port_fail("no network interface");
}

int
main(void)
{
	lwip_init();
	configure(port_argument());
	if (!services_init())
		port_fail("no memory for the services");
	port_say(port_argument());
	for (;;) {
		u32_t ms = sys_timeouts_sleeptime();

		port_wait(ms < SLEEP_MAX_MS ? ms : SLEEP_MAX_MS);
		card_receive();
		sys_check_timeouts();
	}
}
