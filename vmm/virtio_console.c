// SPDX-License-Identifier: MIT
// Console channels: the two queues and a store for what the guest has no buffer for.
#include "virtio_console.h"

enum { RECEIVE, TRANSMIT };
enum { PIECE = 256, LONGEST = 1 << 16 };        // bytes of a request that count

static void
receive(struct virtio_console *d)
{
	static struct ring_chain c;
	bool any = false;

	while (d->first != d->end && ring_take(&d->v.ring[RECEIVE], &c)) {
		uint32_t n = 0, now;

		do {
			uint32_t at = d->first & (CONSOLE_WAITING - 1), length = d->end - d->first;

			if (length > CONSOLE_WAITING - at)
				length = CONSOLE_WAITING - at;
			now = ring_write(&c, n, d->waiting + at, length);
			n += now, d->first += now;
		} while (now > 0 && d->first != d->end);
		ring_give(&d->v.ring[RECEIVE], c.head, n);
		any = true;
	}
	if (any)
		virtio_given(&d->v, RECEIVE);
	if (d->v.ring[RECEIVE].broken)
		virtio_broken(&d->v);
}

static void
transmit(struct virtio_console *d)
{
	static struct ring_chain c;
	uint8_t bytes[PIECE];
	bool any = false;

	for (; ring_take(&d->v.ring[TRANSMIT], &c); any = true) {
		uint32_t n;

		for (uint32_t at = 0; at < LONGEST; at += n) {
			n = ring_read(&c, at, bytes, sizeof bytes);
			if (n == 0)
				break;
			d->out(d->self, bytes, n);
		}
		ring_give(&d->v.ring[TRANSMIT], c.head, 0);
	}
	if (any)
		virtio_given(&d->v, TRANSMIT);
}

static void
kick(struct virtio *v, unsigned queue)
{
	if (queue == RECEIVE)
		receive((struct virtio_console *)v);
	else
		transmit((struct virtio_console *)v);
}

static void
reset(struct virtio *v)
{
	struct virtio_console *d = (struct virtio_console *)v;

	d->first = d->end = 0;
	// Linux fills the first with a page for each place, and kicks at each
	for (unsigned i = 0; i < 2; i++)
		d->v.ring[i].size = CONSOLE_PLACES;
}

void
virtio_console_init(struct virtio_console *d)
{
	d->v.type = VIRTIO_CONSOLE;
	d->v.queues = 2;
	d->v.kick = kick;
	d->v.reset = reset;
}

uint32_t
virtio_console_in(struct virtio_console *d, const uint8_t *bytes, uint32_t n)
{
	uint32_t i = 0;

	for (; i < n && d->end - d->first < CONSOLE_WAITING; i++)
		d->waiting[d->end++ & (CONSOLE_WAITING - 1)] = bytes[i];
	if (virtio_ready(&d->v))
		receive(d);
	return i;
}
