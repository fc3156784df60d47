// SPDX-License-Identifier: MIT
#include <base/put.h>
#include "drops.h"
#include "port.h"

enum { EVERY_MS = 1000, QUIET_MS = 10000 };

static struct count { uint64_t now, before, said, said_at; } counts[DROPS];
static uint64_t looked_at;

static const char *const texts[DROPS] = {
	[DROP_DRIVER] = "by the driver: we do not keep up", [DROP_MEMORY] = "no memory",
	[DROP_CARD] = "the card does not keep up", [DROP_TUNNEL] = "the tunnel does not keep up",
	[DROP_ROUTE] = "nowhere to go",
};

void
drop(enum drop why)
{
	counts[why].now++;
}

void
drops_say(void)
{
	char line[96];

	if (port_now() - looked_at < EVERY_MS)
		return;
	looked_at = port_now();
	counts[DROP_DRIVER].now = port_lost();
	for (unsigned i = 0; i < DROPS; i++) {
		struct count *c = &counts[i];

		if (c->now != c->said &&
		    ((c->now == c->before && looked_at - c->said_at >= QUIET_MS) ||
		     c->now / 10 >= c->said)) {
			c->said = c->now;
			c->said_at = looked_at;
			*put_text(put_text(put_number(put_text(line, "dropped so far: "),
			                              c->now), " "), texts[i]) = 0;
			port_say(line);
		}
		c->before = c->now;
	}
}
