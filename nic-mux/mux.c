// SPDX-License-Identifier: MIT
// The rules of the README.
#include "mux.h"

static uint8_t frame[NET_FRAME_MAX];    // the one under way: copied before it is looked at

static bool
is_group(const uint8_t *address)
{
	return (address[0] & 1) != 0;
}

static bool
same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, NET_ADDRESS) == 0;
}

// `to` receives the frame, or loses it.
static void
deliver(struct mux_port *to, uint32_t length)
{
	if (!net_put(&to->out, frame, length)) {
		to->stats.full++;
		return;
	}
	to->stats.received++;
	to->stats.received_bytes += length;
	to->wake = true;
}

// To the clients it is for, not to its sender.  True when it is for one client alone.
static bool
to_clients(struct mux *m, const struct mux_port *from, uint32_t length)
{
	for (unsigned i = 0; i < m->count; i++) {
		struct mux_port *c = &m->client[i];
		bool own = same(frame, c->address);

		if (c != from && (own || is_group(frame)))
			deliver(c, length);
		if (own)
			return true;
	}
	return false;
}

// The next frame from a port.
static enum net_got
take(struct mux_port *from, uint32_t *length)
{
	enum net_got got = net_get(&from->in, frame, length);

	from->wake |= got != NET_NOTHING;
	from->stats.bad += got == NET_BAD;
	from->stats.broken += got == NET_BROKEN;
	return got;
}

// False: there was nothing.
static bool
from_client(struct mux *m, struct mux_port *c)
{
	uint32_t length;

	enum net_got got = take(c, &length);

	if (got != NET_GOT)
		return got != NET_NOTHING;
	if (!same(frame + NET_ADDRESS, c->address)) {
		c->stats.bad++;
		return true;
	}
	c->stats.sent++;
	c->stats.sent_bytes += length;
	if (!to_clients(m, c, length))
		deliver(&m->wire, length);
	return true;
}

static bool
from_wire(struct mux *m)
{
	uint32_t length;
	enum net_got got = take(&m->wire, &length);

	if (got != NET_GOT)
		return got != NET_NOTHING;
	m->wire.stats.sent++;
	m->wire.stats.sent_bytes += length;
	(void)to_clients(m, NULL, length);
	return true;
}

void
mux_run(struct mux *m)
{
	unsigned idle = 0;      // turns in a row with nothing

	for (unsigned i = 0; i < NET_SLOTS && from_wire(m); i++)
		;
	// Even a frame for another client waits until the driver has room: we do not
	// look before we take it.
	for (unsigned i = 0; i < NET_SLOTS * m->count && idle < m->count; i++) {
		if (!net_room(&m->wire.out))
			break;
		idle = from_client(m, &m->client[m->turn]) ? 0 : idle + 1;
		m->turn = (m->turn + 1) % m->count;
	}
}
