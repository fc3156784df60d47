// SPDX-License-Identifier: MIT
// The net session, clock and log, for a stack with other names for things.
#include <session/net.h>
#include <sys/startup.h>
#include "port.h"

_Static_assert((int)PORT_ADDRESS == NET_ADDRESS && (int)PORT_BURST == NET_SLOTS &&
               (int)PORT_FRAME_MIN == NET_FRAME_MIN && (int)PORT_FRAME_MAX == NET_FRAME_MAX,
               "those of the session");

static const struct startup_use *use;
static struct net_end out, in;
static uint64_t now;            // when it last began to work, in ticks; 0: it has not waited

const char *
port_argument(void)
{
	return startup()->argument;
}

void
port_say(const char *line)
{
	log_line(line);
}

void
port_fail(const char *why)
{
	die(why);
}

void
port_open(uint8_t address[PORT_ADDRESS])
{
	use = startup_use("net");
	if (use == NULL)
		die("the scenario gives no net session");
	struct net_session session = { use->gate };

	if (net_info(session, address) != OK)
		die("the net session tells no address");
	out = net_to_server(use->shared);
	in = net_to_client(use->shared);
}

bool
port_send(const uint8_t *frame, uint32_t length)
{
	return net_put(&out, frame, length) && sys_raise(use->signal, NET_SIGNAL) == OK;
}

uint32_t
port_receive(uint8_t frame[PORT_FRAME_MAX])
{
	uint32_t length;

	for (unsigned i = 0; i < NET_SLOTS; i++)
		switch (net_get(&in, frame, &length)) {
		case NET_GOT:
			return length;
		case NET_NOTHING:
			return 0;
		default:
			break;
		}
	return 0;
}

uint64_t
port_lost(void)
{
	static uint64_t before, last;           // of drivers that have ended; of this one
	struct net_stats stats;

	if (net_stats((struct net_session){ use->gate }, &stats) != OK)
		return before + last;
	if (stats.full < last)
		before += last;
	last = stats.full;
	return before + last;
}

void
port_taken(void)
{
	(void)!sys_raise(use->signal, NET_SIGNAL);
}

void
port_wait(uint32_t ms)
{
	uint64_t khz = kip()->tsc_khz;

	// to ask the time is a system call: once for all that follows from one wait
	(void)sys_wait(ms == 0 ? DEADLINE_ZERO : (port_now() + ms) * khz);
	now = sys_now();
}

uint64_t
port_now(void)
{
	return (now != 0 ? now : sys_now()) / kip()->tsc_khz;
}

// xorshift64 (Marsaglia 2003), stirred with the time-stamp counter.
uint32_t
port_random(void)
{
	static uint64_t state;

	state ^= sys_now();
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (uint32_t)(state >> 32);
}
