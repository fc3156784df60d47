// SPDX-License-Identifier: MIT
#include <stddef.h>
#include "bus.h"

static struct port_device *devices[BUS_DEVICES];
static unsigned count;

bool
bus_add(struct port_device *d)
{
	if (count == BUS_DEVICES)
		return false;
	devices[count++] = d;
	return true;
}

void
bus_clear(void)
{
	count = 0;
}

static const struct port_device *
find(uint16_t port)
{
	for (unsigned i = 0; i < count; i++)
		if ((uint16_t)(port - devices[i]->first) < devices[i]->count)
			return devices[i];
	return NULL;
}

uint32_t
bus_in(uint16_t port, unsigned bytes)
{
	const struct port_device *d = find(port);

	return d != NULL ? d->in(d->self, port, bytes) : ~0u;
}

void
bus_out(uint16_t port, unsigned bytes, uint32_t value)
{
	const struct port_device *d = find(port);

	if (d != NULL)
		d->out(d->self, port, bytes, value);
}
