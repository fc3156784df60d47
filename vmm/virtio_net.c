// SPDX-License-Identifier: MIT
// Frames between the guest's rings and the session's.  What finds no place waits where it is.
#include <string.h>
#include "virtio_net.h"

enum { RECEIVE, TRANSMIT };
enum { HEADER = 12, STATUS = 6, LINK_UP = 1 };          // 5.1.6.1; in the configuration
enum { HAS_ADDRESS = 5, HAS_STATUS = 16 };              // features

static void
receive(struct virtio_net *d)
{
	static struct ring_chain c;
	static struct { uint8_t header[HEADER], frame[NET_FRAME_MAX]; } b;
	struct ring *r = &d->v.ring[RECEIVE];
	bool any = false;
	uint32_t n;

	while (ring_waiting(r) > 0) {
		enum net_got got = net_get(&d->to_client, b.frame, &n);

		if (got == NET_NOTHING)
			break;
		d->wake = true;
		if (got != NET_GOT)
			continue;
		if (!ring_take(r, &c))
			break;
		b.header[10] = 1;                       // buffers of this frame
		ring_give(r, c.head, ring_write(&c, 0, &b, HEADER + n));
		any = true;
	}
	if (any)
		virtio_given(&d->v, RECEIVE);
	if (r->broken)
		virtio_broken(&d->v);
}

static void
transmit(struct virtio_net *d)
{
	static struct ring_chain c;
	static uint8_t frame[NET_FRAME_MAX + 1];
	struct ring *r = &d->v.ring[TRANSMIT];
	bool any = false;

	for (; net_room(&d->to_server) && ring_take(r, &c); any = true) {
		uint32_t n = ring_read(&c, HEADER, frame, sizeof frame);

		if (n >= NET_FRAME_MIN && n <= NET_FRAME_MAX) {
			(void)net_put(&d->to_server, frame, n);
			d->wake = true;
			d->frames++;
		}
		ring_give(r, c.head, 0);
	}
	if (any)
		virtio_given(&d->v, TRANSMIT);
	if (r->broken)
		virtio_broken(&d->v);
}

static void
kick(struct virtio *v, unsigned queue)
{
	struct virtio_net *d = (struct virtio_net *)v;

	if (queue == RECEIVE) {
		receive(d);
	} else {
		d->kicks++;
		transmit(d);
	}
}

void
virtio_net_signal(struct virtio_net *d)
{
	if (!virtio_ready(&d->v))
		return;
	receive(d);
	transmit(d);
}

void
virtio_net_init(struct virtio_net *d, struct net_end to_server, struct net_end to_client,
                const uint8_t address[NET_ADDRESS])
{
	d->to_server = to_server, d->to_client = to_client;
	d->v.type = VIRTIO_NET;
	d->v.queues = 2;
	d->v.features = 1u << HAS_ADDRESS | 1u << HAS_STATUS;
	d->v.kick = kick;
	memcpy(d->v.config, address, NET_ADDRESS);
	d->v.config[STATUS] = LINK_UP;
}
