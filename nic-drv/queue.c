// SPDX-License-Identifier: MIT
// Virtqueue bookkeeping.
#include "queue.h"
#include <stdatomic.h>

enum {
	NEXT = 1, WRITE = 2,    // descriptor flags
	PAGE = 4096,
	FRAME = 1514,
};

bool
queue_init(struct queue *q, void *memory, void *buffers,
           uint64_t buffers_physical, unsigned size, bool in)
{
	uint64_t used = (size * (sizeof(struct queue_desc) + 2) + 6 + PAGE - 1) & ~(PAGE - 1ull);
	char *at = memory;

	if (size < 2 || size > QUEUE_MAX || (size & (size - 1)) != 0)
		return false;
	*q = (struct queue){
		.desc = memory,
		.avail = (uint16_t *)(void *)(at + size * sizeof(struct queue_desc)),
		.used_index = (uint16_t *)(void *)(at + used + 2),
		.used = (struct queue_used *)(void *)(at + used + 4),
		.buffers = buffers,
		.size = (uint16_t)size,
		.chains = (uint16_t)(size / 2 < QUEUE_CHAINS ? size / 2 : QUEUE_CHAINS),
	};
	for (unsigned i = 0; i < q->chains; i++) {
		uint64_t buffer = buffers_physical + i * QUEUE_BUFFER;
		uint16_t write = in ? WRITE : 0;

		q->desc[2 * i] = (struct queue_desc){ buffer, QUEUE_HEADER,
		                                      NEXT | write, (uint16_t)(2 * i + 1) };
		q->desc[2 * i + 1] = (struct queue_desc){ buffer + QUEUE_HEADER, FRAME, write, 0 };
	}
	return true;
}

void
queue_give(struct queue *q, unsigned chain, uint32_t length)
{
	uint16_t *ring = q->avail + 2;

	q->desc[2 * chain + 1].length = length;
	ring[q->avail_index & (q->size - 1)] = (uint16_t)(2 * chain);
	q->avail_index++;
	q->owned[chain] = true;
	q->owned_count++;
	// the device sees the index after descriptor and entry (section 2.6.13)
	atomic_thread_fence(memory_order_seq_cst);
	*(volatile uint16_t *)&q->avail[1] = q->avail_index;
	// and we read the device's index after it
	atomic_thread_fence(memory_order_seq_cst);
}

bool
queue_take(struct queue *q, unsigned *chain, uint32_t *length)
{
	uint16_t done = (uint16_t)(*q->used_index - q->used_seen);

	while (done > 0 && done <= q->owned_count) {
		// pairs with the device's: entry before index
		atomic_thread_fence(memory_order_acquire);
		const volatile struct queue_used *u = &q->used[q->used_seen & (q->size - 1)];
		uint32_t id = u->id, n = u->length;     // read once

		q->used_seen++;
		done--;
		if (id % 2 != 0 || id / 2 >= q->chains || !q->owned[id / 2]) {
			q->lies++;
			continue;
		}
		q->owned[id / 2] = false;
		q->owned_count--;
		*chain = id / 2;
		*length = n < QUEUE_HEADER ? 0 : n - QUEUE_HEADER;
		*length = *length < FRAME ? *length : FRAME;
		return true;
	}
	if (done > q->owned_count) {                    // more than it has
		q->used_seen = (uint16_t)(q->used_seen + done);
		q->lies++;
	}
	return false;
}

unsigned
queue_free(const struct queue *q)
{
	unsigned i = 0;

	while (i < q->chains && q->owned[i])
		i++;
	return i;
}
