// SPDX-License-Identifier: MIT
#include "virtio_world.h"
#include "vmm/pic.h"
#include "vmm/virtio_console.h"

struct guest_memory world_ram;
bool world_line[16];
uint64_t world_rings = 0x1000;

static struct port_device *device[BUS_DEVICES];
static unsigned devices;

bool
bus_add(struct port_device *d)
{
	device[devices++] = d;
	return true;
}

void
pic_set(unsigned irq, bool level)
{
	world_line[irq] = level;
}

void
world_make(void)
{
	world_ram.size = WORLD_RAM;
	world_ram.base = aligned_alloc(16, WORLD_RAM);
	assert_non_null(world_ram.base);
	memset(world_ram.base, 0, WORLD_RAM);
	memset(world_line, 0, sizeof world_line);
	devices = 0;
}

void
world_end(void)
{
	free(world_ram.base);
}

static struct port_device *
at(unsigned port)
{
	for (unsigned i = 0; i < devices; i++)
		if (port >= device[i]->first && port - device[i]->first < device[i]->count)
			return device[i];
	return NULL;
}

uint32_t
world_in(unsigned port, unsigned bytes)
{
	struct port_device *d = at(port);

	return d != NULL ? d->in(d->self, (uint16_t)port, bytes) : ~0u;
}

void
world_out(unsigned port, unsigned bytes, uint32_t value)
{
	struct port_device *d = at(port);

	if (d != NULL)
		d->out(d->self, (uint16_t)port, bytes, value);
}

uint32_t
world_config(unsigned slot, unsigned at_)
{
	world_out(0xcf8, 4, 1u << 31 | slot << 11 | (at_ & 0xfc));
	return world_in(0xcfc, 4);
}

void
world_configure(unsigned slot, unsigned at_, unsigned bytes, uint32_t value)
{
	world_out(0xcf8, 4, 1u << 31 | slot << 11 | (at_ & 0xfc));
	world_out(0xcfc + (at_ & 3), bytes, value);
}

uint64_t world_desc(unsigned n) { return world_rings + 0x1000 * n; }
uint64_t world_avail(unsigned n) { return world_desc(n) + 0x800; }
uint64_t world_used(unsigned n) { return world_desc(n) + 0xa00; }

unsigned
world_drive(unsigned slot)
{
	world_configure(slot, 4, 2, 5);
	unsigned base = world_config(slot, 0x10) & ~3u;

	world_out(base + 20, 1, 0);
	world_out(base + 20, 1, 3);
	world_out(base + 0, 4, 1);
	assert_int_equal(world_in(base + 4, 4) & 1, 1);
	world_out(base + 8, 4, 1);
	world_out(base + 12, 4, 1);
	world_out(base + 20, 1, 11);
	assert_int_equal(world_in(base + 20, 1), 11);
	for (unsigned n = 0; n < world_in(base + 18, 2); n++) {
		world_out(base + 22, 2, n);
		uint32_t most = world_in(base + 24, 2);

		assert_true(most == RING_MAX || most == CONSOLE_PLACES);
		world_out(base + 24, 2, WORLD_SIZE);
		world_out(base + 32, 4, (uint32_t)world_desc(n));
		world_out(base + 36, 4, 0);
		world_out(base + 40, 4, (uint32_t)world_avail(n));
		world_out(base + 44, 4, 0);
		world_out(base + 48, 4, (uint32_t)world_used(n));
		world_out(base + 52, 4, 0);
		world_out(base + 28, 2, 1);
		assert_int_equal(world_in(base + 28, 2), 1);
		assert_int_equal(world_in(base + 40, 4), world_avail(n));
	}
	world_out(base + 20, 1, 15);
	return base;
}

void
world_descriptor(unsigned n, unsigned i, uint64_t addr, uint32_t length, unsigned flags_next)
{
	struct { uint64_t addr; uint32_t length, flags_next; } d = { addr, length, flags_next };

	memcpy(world_ram.base + world_desc(n) + 16 * i, &d, sizeof d);
}

void
world_offer(unsigned n, unsigned head)
{
	uint16_t *ring = (uint16_t *)(void *)(world_ram.base + world_avail(n));

	ring[2 + ring[1] % WORLD_SIZE] = (uint16_t)head;
	ring[1]++;
}

void
world_kick(unsigned base, unsigned n)
{
	world_out(base + 0x3c, 2, n);
}

unsigned
world_done(unsigned n)
{
	return world_16(world_used(n) + 2);
}

uint32_t
world_written(unsigned n)
{
	unsigned last = (world_done(n) - 1) % WORLD_SIZE;
	uint32_t w;

	memcpy(&w, world_ram.base + world_used(n) + 8 + 8 * last, 4);
	return w;
}
