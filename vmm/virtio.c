// SPDX-License-Identifier: MIT
// The transport: configuration space, common registers, interrupt status.
#include <string.h>
#include "virtio.h"

enum { COMMON = 0, ISR = 0x38, NOTIFY = 0x3c, DEVICE = 0x40 };          // in the ports
enum { CAP_COMMON = 1, CAP_NOTIFY, CAP_ISR, CAP_DEVICE };
enum { DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64 };              // status
enum { ISR_RING = 1, ISR_CONFIG = 2 };
#define VERSION_1 (1ull << 32)

// The common registers, 4.1.4.3.
struct common {
	uint32_t offered_word, offered, accepted_word, accepted;
	uint16_t config_vector, queues;
	uint8_t  status, generation;
	uint16_t queue, size, vector, enabled, notify;
	uint64_t desc, avail, used;
};
_Static_assert(sizeof(struct common) == ISR, "layout");

static void
interrupt(struct virtio *v, uint8_t why)
{
	v->isr |= why;
	pci_interrupt(&v->pci, v->isr != 0);
}

bool
virtio_ready(const struct virtio *v)
{
	return (v->status & (DRIVER_OK | NEEDS_RESET)) == DRIVER_OK;
}

void
virtio_given(struct virtio *v, unsigned queue)
{
	if (ring_heard(&v->ring[queue]))
		interrupt(v, ISR_RING);
}

void
virtio_broken(struct virtio *v)
{
	v->status |= NEEDS_RESET;
	interrupt(v, ISR_CONFIG);
}

static void
reset(struct virtio *v)
{
	v->status = v->isr = 0;
	v->accepted = 0;
	v->offered_word = v->accepted_word = 0;
	v->queue = 0;
	for (unsigned i = 0; i < VIRTIO_QUEUES; i++)
		ring_reset(&v->ring[i]);
	if (v->reset != NULL)
		v->reset(v);
	pci_interrupt(&v->pci, false);
}

static void
set_status(struct virtio *v, uint8_t status)
{
	if (status == 0) {
		reset(v);
		return;
	}
	if (!(v->accepted & VERSION_1))
		status &= (uint8_t)~FEATURES_OK;
	v->status = (uint8_t)(status | (v->status & NEEDS_RESET));
}

// What of `whole` an access at `offset` changes.
static uint64_t
merged(uint64_t whole, unsigned offset, unsigned bytes, uint32_t value)
{
	uint64_t mask = (bytes < 4 ? (1ull << 8 * bytes) - 1 : 0xffffffff) << 8 * offset;

	return (whole & ~mask) | ((uint64_t)value << 8 * offset & mask);
}

static void
accept(struct virtio *v, uint32_t value)
{
	if (v->accepted_word < 2 && !(v->status & FEATURES_OK))
		v->accepted = merged(v->accepted, 4 * v->accepted_word, 4, value) &
			(v->features | VERSION_1);
}

// The selected ring's.  What is enabled stays as it is until the next reset.
static void
set_ring(struct virtio *v, unsigned at, unsigned bytes, uint32_t value)
{
	struct ring *r = v->queue < v->queues ? &v->ring[v->queue] : NULL;

	if (r == NULL || r->enabled || r->broken)
		return;
	if (at == offsetof(struct common, size))
		r->size = (uint16_t)value;
	else if (at == offsetof(struct common, enabled)) {
		if (value == 1 && !ring_enable(r, v->ram))
			virtio_broken(v);
	} else if (at >= offsetof(struct common, used))
		r->used = merged(r->used, at & 7, bytes, value);
	else if (at >= offsetof(struct common, avail))
		r->avail = merged(r->avail, at & 7, bytes, value);
	else if (at >= offsetof(struct common, desc))
		r->desc = merged(r->desc, at & 7, bytes, value);
}

static void
set_common(struct virtio *v, unsigned at, unsigned bytes, uint32_t value)
{
	switch (at) {
	case offsetof(struct common, offered_word):
		v->offered_word = value;
		break;
	case offsetof(struct common, accepted_word):
		v->accepted_word = value;
		break;
	case offsetof(struct common, accepted):
		accept(v, value);
		break;
	case offsetof(struct common, status):
		set_status(v, (uint8_t)value);
		break;
	case offsetof(struct common, queue):
		v->queue = (uint16_t)value;
		break;
	default:
		set_ring(v, at, bytes, value);
	}
}

static struct common
common(const struct virtio *v)
{
	uint64_t offered = v->features | VERSION_1;
	struct common c = {
		.offered_word = v->offered_word, .accepted_word = v->accepted_word,
		.offered = v->offered_word < 2 ? (uint32_t)(offered >> 32 * v->offered_word) : 0,
		.accepted = v->accepted_word < 2 ?
			(uint32_t)(v->accepted >> 32 * v->accepted_word) : 0,
		.config_vector = 0xffff, .vector = 0xffff,      // no MSI-X
		.queues = v->queues, .status = v->status, .queue = v->queue,
	};

	if (v->queue < v->queues) {
		const struct ring *r = &v->ring[v->queue];

		c.size = r->size, c.enabled = r->enabled;
		c.notify = v->queue;
		c.desc = r->desc, c.avail = r->avail, c.used = r->used;
	}
	return c;
}

static uint32_t
in(void *self, uint16_t port, unsigned bytes)
{
	struct virtio *v = self;
	unsigned at = (uint16_t)(port - v->pci.ports.first);
	uint8_t all[PCI_BAR_SIZE + 4] = { 0 };
	uint32_t value = 0;

	if (at == ISR) {
		value = v->isr;
		v->isr = 0;
		pci_interrupt(&v->pci, false);
		return value;
	}
	if (at < ISR) {
		struct common c = common(v);

		memcpy(all, &c, sizeof c);
		memcpy(&value, all + at, bytes);
	} else if (at >= DEVICE && at + bytes <= PCI_BAR_SIZE) {
		memcpy(&value, v->config + at - DEVICE, bytes);
	}
	return value;
}

static void
kick(struct virtio *v, unsigned queue)
{
	if (queue >= v->queues || !virtio_ready(v))
		return;
	v->kick(v, queue);
	if (v->ring[queue].broken)
		virtio_broken(v);
}

static void
out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	struct virtio *v = self;
	unsigned at = (uint16_t)(port - v->pci.ports.first);

	if (bytes < 4)
		value &= (1u << 8 * bytes) - 1;
	if (at < ISR)
		set_common(v, at, bytes, value);
	else if (at == NOTIFY)
		kick(v, value);
	else if (at >= DEVICE && v->configure != NULL)
		v->configure(v, at - DEVICE, (uint8_t)value);
}

// A capability (4.1.4): where in the ports something is.
static void
capability(uint8_t *config, unsigned at, unsigned next, unsigned type, const unsigned range[2])
{
	uint8_t *c = config + at;

	c[0] = 9, c[1] = (uint8_t)next;
	c[2] = type == CAP_NOTIFY ? 20 : 16;            // its multiplier is 0: one port for all
	c[3] = (uint8_t)type;
	c[8] = (uint8_t)range[0], c[12] = (uint8_t)range[1];
}

bool
virtio_add(struct virtio *v, const struct guest_memory *ram)
{
	// Class and subclass.  Not the console's own: Linux's 8250 driver would take it.
	static const uint8_t classes[][2] = {
		[VIRTIO_NET] = { 2, 0 }, [VIRTIO_BLOCK] = { 1, 0 }, [VIRTIO_CONSOLE] = { 7, 0x80 },
		[VIRTIO_INPUT] = { 9, 0x80 },
	};
	static const unsigned ranges[][2] = {
		[CAP_COMMON] = { COMMON, ISR }, [CAP_NOTIFY] = { NOTIFY, 4 },
		[CAP_ISR] = { ISR, 1 }, [CAP_DEVICE] = { DEVICE, VIRTIO_CONFIG },
	};
	uint8_t *c = v->pci.config;

	v->ram = ram;
	memset(c, 0, PCI_CONFIG);
	pci_put16(c, 0x1af4);
	pci_put16(c + 2, (uint16_t)(0x1040 + v->type));
	c[6] = 0x10;                            // status: there are capabilities
	c[8] = 1;                               // revision: modern only
	c[0x0a] = classes[v->type][1], c[0x0b] = classes[v->type][0];
	pci_put16(c + 0x2c, 0x1af4);
	pci_put16(c + 0x2e, v->type);
	c[0x34] = 0x40;
	for (unsigned type = CAP_COMMON, at = 0x40; type <= CAP_DEVICE; type++, at += 0x18)
		capability(c, at, type < CAP_DEVICE ? at + 0x18 : 0, type, ranges[type]);
	v->pci.ports = (struct port_device){ .in = in, .out = out, .self = v };
	if (!pci_add(&v->pci))
		return false;
	reset(v);
	return true;
}
