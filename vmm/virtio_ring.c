// SPDX-License-Identifier: MIT
// Rings in the guest's memory.  All reads there are by memcpy of a volatile word, once.
#include <string.h>
#include "virtio_ring.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4 };     // flags of a descriptor
enum { NO_INTERRUPT = 1 };                      // of the available ring

struct descriptor { uint64_t addr; uint32_t length; uint16_t flags, next; };
_Static_assert(sizeof(struct descriptor) == 16, "Virtio 1.1, 2.6.5");

static uint16_t
read16(const struct ring *r, uint64_t addr)
{
	return *(const volatile uint16_t *)(const void *)(r->ram->base + addr);
}

void
ring_reset(struct ring *r)
{
	*r = (struct ring){ .size = RING_MAX };
}

bool
ring_enable(struct ring *r, const struct guest_memory *ram)
{
	uint64_t n = r->size;
	bool possible = n > 0 && n <= RING_MAX && (n & (n - 1)) == 0 &&
		r->desc % 16 == 0 && r->avail % 2 == 0 && r->used % 4 == 0 &&
		guest_range(ram, r->desc, 16 * n) != NULL &&
		guest_range(ram, r->avail, 6 + 2 * n) != NULL &&
		guest_range(ram, r->used, 6 + 8 * n) != NULL;

	r->ram = ram;
	r->taken = r->given = 0;
	r->enabled = possible;
	r->broken = !possible;
	return possible;
}

unsigned
ring_waiting(struct ring *r)
{
	if (!r->enabled || r->broken)
		return 0;
	uint16_t n = (uint16_t)(read16(r, r->avail + 2) - r->taken);

	r->broken = n > r->size;
	return r->broken ? 0 : n;
}

// One descriptor, copied, into the chain.  False: it is none.
static bool
add(const struct ring *r, struct ring_chain *c, struct descriptor *d, uint16_t index)
{
	unsigned n = (unsigned)c->out + c->in;

	if (index >= r->size || n >= r->size)           // a loop is longer than the ring
		return false;
	memcpy(d, r->ram->base + r->desc + 16ull * index, sizeof *d);
	// the compiler reads no more of it than this
	__asm__ volatile("" : : : "memory");
	c->piece[n].at = guest_range(r->ram, d->addr, d->length);
	c->piece[n].length = d->length;
	if (d->flags & WRITE)
		c->in++;
	else
		c->out++;
	return c->piece[n].at != NULL && !(d->flags & INDIRECT) && (d->flags & WRITE || c->in == 0);
}

bool
ring_take(struct ring *r, struct ring_chain *c)
{
	struct descriptor d;

	c->out = c->in = 0;
	if (ring_waiting(r) == 0)
		return false;
	c->head = read16(r, r->avail + 4 + 2ull * (r->taken & (r->size - 1)));
	r->taken++;
	r->broken = !add(r, c, &d, c->head);
	while (!r->broken && d.flags & NEXT)
		r->broken = !add(r, c, &d, d.next);
	return !r->broken;
}

void
ring_give(struct ring *r, uint16_t head, uint32_t written)
{
	uint32_t entry[2] = { head, written };

	memcpy(r->ram->base + r->used + 4 + 8ull * (r->given & (r->size - 1)), entry, sizeof entry);
	r->given++;
	// the entry before the index (2.6.8); one processor: only the compiler
	__asm__ volatile("" : : : "memory");
	memcpy(r->ram->base + r->used + 2, &r->given, sizeof r->given);
}

bool
ring_heard(const struct ring *r)
{
	return r->enabled && !r->broken && !(read16(r, r->avail) & NO_INTERRUPT);
}

// Between `bytes` and the pieces from `first` to `end`.
static uint32_t
move(const struct ring_piece *p, const struct ring_piece *end, uint32_t offset, uint8_t *bytes,
     uint32_t n, bool in)
{
	uint32_t done = 0;

	for (; p < end && done < n; p++) {
		if (offset >= p->length) {
			offset -= p->length;
			continue;
		}
		uint32_t now = p->length - offset < n - done ? p->length - offset : n - done;

		if (in)
			memcpy(p->at + offset, bytes + done, now);
		else
			memcpy(bytes + done, p->at + offset, now);
		done += now;
		offset = 0;
	}
	return done;
}

uint32_t
ring_read(const struct ring_chain *c, uint32_t offset, void *to, uint32_t n)
{
	return move(c->piece, c->piece + c->out, offset, to, n, false);
}

uint32_t
ring_write(const struct ring_chain *c, uint32_t offset, const void *from, uint32_t n)
{
	// move() only reads them
	return move(c->piece + c->out, c->piece + c->out + c->in, offset,
	            (uint8_t *)(uintptr_t)from, n, true);
}
