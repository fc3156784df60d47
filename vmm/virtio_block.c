// SPDX-License-Identifier: MIT
// Requests are done at once: the disk is memory.
#include <string.h>
#include "virtio_block.h"

enum { SECTOR = 512, HEADER = 16, NAME = 20 };
enum { IN, OUT, FLUSH = 4, GET_ID = 8 };                // types of requests
enum { DONE, FAILED, UNKNOWN };                         // status
enum { SEG_MAX = 2, READ_ONLY = 5, CAN_FLUSH = 9 };     // features

struct header { uint32_t type, unused; uint64_t sector; };
_Static_assert(sizeof(struct header) == HEADER, "Virtio 1.1, 5.2.6");

// Bytes of the pieces from `first` to `end`; more than `limit` is limit + 1.
static uint64_t
length(const struct ring_piece *p, unsigned first, unsigned end, uint64_t limit)
{
	uint64_t n = 0;

	for (unsigned i = first; i < end && n <= limit; i++)
		n += p[i].length;
	return n <= limit ? n : limit + 1;
}

// Does what the chain says; *written: the bytes in it, its last one, the status, without.
static uint8_t
request(struct virtio_block *d, const struct ring_chain *c, uint64_t room, uint32_t *written)
{
	static const char name[NAME] = "vitrine";
	struct header h;

	if (ring_read(c, 0, &h, sizeof h) != sizeof h)
		return FAILED;
	uint64_t sectors = d->size / SECTOR, first = h.sector < sectors ? h.sector : sectors;
	uint64_t left = (sectors - first) * SECTOR;
	uint8_t *at = d->data + first * SECTOR;

	switch (h.type) {
	case IN:
		if (room > left || room % SECTOR != 0)
			return FAILED;
		*written = ring_write(c, 0, at, (uint32_t)room);
		d->bytes += room;
		return DONE;
	case OUT: {
		uint64_t n = length(c->piece, 0, c->out, left + HEADER) - HEADER;

		if (d->read_only || n > left || n % SECTOR != 0)
			return FAILED;
		d->bytes += ring_read(c, HEADER, at, (uint32_t)n);
		return DONE;
	}
	case FLUSH:
		return DONE;
	case GET_ID:
		*written = ring_write(c, 0, name, room < NAME ? (uint32_t)room : NAME);
		return DONE;
	default:
		return UNKNOWN;
	}
}

static void
kick(struct virtio *v, unsigned queue)
{
	struct virtio_block *d = (struct virtio_block *)v;
	static struct ring_chain c;
	bool any = false;

	for (; ring_take(&v->ring[queue], &c); any = true) {
		uint64_t in = length(c.piece, c.out, (unsigned)c.out + c.in, UINT32_MAX);
		uint32_t written = 0;

		if (in == 0 || in > UINT32_MAX) {       // no place for a status
			v->ring[queue].broken = true;
			return;
		}
		uint8_t status = request(d, &c, in - 1, &written);

		ring_write(&c, (uint32_t)in - 1, &status, 1);
		ring_give(&v->ring[queue], c.head, written + 1);
		d->requests++;
	}
	if (any)
		virtio_given(v, queue);
}

void
virtio_block_init(struct virtio_block *d, uint8_t *data, uint64_t size, bool read_only)
{
	uint64_t sectors = size / SECTOR;
	uint32_t segments = RING_MAX - 2;

	*d = (struct virtio_block){ .data = data, .size = size, .read_only = read_only };
	d->v.type = VIRTIO_BLOCK;
	d->v.queues = 1;
	d->v.features = 1u << SEG_MAX | 1u << CAN_FLUSH | (read_only ? 1u << READ_ONLY : 0);
	d->v.kick = kick;
	memcpy(d->v.config, &sectors, sizeof sectors);
	memcpy(d->v.config + 12, &segments, sizeof segments);
}
