// SPDX-License-Identifier: MIT
// The virtqueue with a model of the device behind it: one that keeps the rules,
// and one that writes whatever it likes.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "nic-drv/queue.h"

enum { SIZE = 256, PHYSICAL = 0x5000000 };

// The device's side, by the manual's offsets (Virtio 1.1, section 2.6.2), not by queue.c's.
static unsigned char *memory, *buffers;
static struct queue q;
static uint16_t seen;                   // of the available ring

static void
open_queue(unsigned size, bool in)
{
	memory = aligned_alloc(4096, QUEUE_SIZE);
	buffers = aligned_alloc(4096, QUEUE_BUFFERS);
	assert_true(memory != NULL && buffers != NULL);
	memset(memory, 0, QUEUE_SIZE);
	memset(buffers, 0, QUEUE_BUFFERS);
	seen = 0;
	assert_true(queue_init(&q, memory, buffers, PHYSICAL, size, in));
}

static void
close_queue(void)
{
	free(memory);
	free(buffers);
}

static uint16_t *
avail(unsigned size)
{
	return (uint16_t *)(void *)(memory + 16 * size);
}

static unsigned char *
used(unsigned size)
{
	return memory + ((16 * size + 6 + 2 * size + 4095) & ~4095u);
}

static void
device_done(unsigned size, uint32_t id, uint32_t length)
{
	uint16_t *index = (uint16_t *)(void *)(used(size) + 2);
	uint32_t entry[2] = { id, length };

	memcpy(used(size) + 4 + 8 * (*index % size), entry, 8);
	(*index)++;
}

// The device takes the next chain it was given; its head.
static uint16_t
device_take(unsigned size)
{
	assert_true(seen != avail(size)[1]);
	return avail(size)[2 + seen++ % size];
}

static void
check_chain(uint16_t head, bool in, uint32_t length)
{
	const struct queue_desc *d = (const struct queue_desc *)(void *)memory;
	uint64_t buffer = PHYSICAL + head / 2u * QUEUE_BUFFER;

	assert_int_equal(d[head].addr, buffer);
	assert_int_equal(d[head].length, QUEUE_HEADER);
	assert_int_equal(d[head].flags, in ? 3 : 1);
	assert_int_equal(d[head].next, head + 1);
	assert_int_equal(d[head + 1].addr, buffer + QUEUE_HEADER);
	assert_int_equal(d[head + 1].length, length);
	assert_int_equal(d[head + 1].flags, in ? 2 : 0);
	assert_true(d[head + 1].addr + d[head + 1].length <= buffer + QUEUE_BUFFER);
}

static void
test_sizes(void **state)
{
	static const unsigned bad[] = { 0, 1, 3, 100, 257, 512, 0xffff };
	unsigned char small[8];

	(void)state;
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(queue_init(&q, small, small, 0, bad[i], true));
	open_queue(8, true);
	assert_int_equal(q.chains, 4);
	close_queue();
	open_queue(SIZE, true);
	assert_int_equal(q.chains, QUEUE_CHAINS);
	assert_true((unsigned char *)(uintptr_t)&q.used[SIZE] <= memory + QUEUE_SIZE);
	close_queue();
}

// 100,000 frames, done out of order; the 16-bit indices wrap.
static void
test_honest(void **state)
{
	uint16_t held[QUEUE_CHAINS];
	unsigned n = 0, done = 0, chain;
	uint32_t length;

	(void)state;
	srand(2);
	for (int in = 0; in < 2; in++) {
		open_queue(SIZE, in);
		for (done = 0, n = 0; done < 100000; ) {
			if (rand() % 2 && (chain = queue_free(&q)) < q.chains) {
				uint32_t size = 14 + (uint32_t)rand() % 1501;

				queue_give(&q, chain, size);
				held[n] = device_take(SIZE);
				assert_int_equal(held[n], 2 * chain);
				check_chain(held[n++], in, size);
			} else if (n > 0) {
				unsigned i = (unsigned)rand() % n;
				uint32_t size = (uint32_t)rand() % 1515;

				device_done(SIZE, held[i], size + QUEUE_HEADER);
				assert_true(queue_take(&q, &chain, &length));
				assert_int_equal(chain, held[i] / 2);
				assert_int_equal(length, size);
				assert_false(queue_take(&q, &chain, &length));
				held[i] = held[--n];
				done++;
			}
			assert_int_equal(q.owned_count, n);
		}
		assert_int_equal(q.lies, 0);
		close_queue();
	}
}

static void
test_lies(void **state)
{
	static const uint32_t bad_id[] = {
		1, 3, 8, 2 * QUEUE_CHAINS, 0xfffe, 0xffffffff, 0x80000000,
	};
	unsigned chain;
	uint32_t length;

	(void)state;
	open_queue(SIZE, true);
	for (unsigned i = 0; i < 4; i++)
		queue_give(&q, i, 1514);
	for (unsigned i = 0; i < sizeof bad_id / sizeof *bad_id; i++) {
		device_done(SIZE, bad_id[i], 100);      // no chain, or one we hold
		assert_false(queue_take(&q, &chain, &length));
		assert_int_equal(q.lies, i + 1);
	}
	device_done(SIZE, 2, 0xffffffff);               // longer than the buffer
	assert_true(queue_take(&q, &chain, &length));
	assert_int_equal(chain, 1);
	assert_int_equal(length, 1514);
	device_done(SIZE, 2, 100);                      // twice
	assert_false(queue_take(&q, &chain, &length));
	device_done(SIZE, 4, QUEUE_HEADER - 1);         // shorter than the header
	assert_true(queue_take(&q, &chain, &length));
	assert_int_equal(length, 0);
	*(uint16_t *)(void *)(used(SIZE) + 2) += 1000;  // more than it has
	assert_false(queue_take(&q, &chain, &length));
	assert_int_equal(q.lies, 9);
	assert_false(queue_take(&q, &chain, &length));
	assert_int_equal(q.lies, 9);
	device_done(SIZE, 6, 60);                       // and goes on in order
	assert_true(queue_take(&q, &chain, &length));
	assert_int_equal(chain, 3);
	close_queue();
}

// The device writes at random all over the queue: we stay in our memory, take
// only what we gave, and end.
static void
test_random_device(void **state)
{
	bool ours[QUEUE_CHAINS];
	unsigned chain;
	uint32_t length;

	(void)state;
	srand(3);
	open_queue(SIZE, true);
	memset(ours, true, sizeof ours);
	for (unsigned n = 0; n < 20000; n++) {
		for (unsigned i = 0; i < 50; i++)
			memory[(unsigned)rand() % QUEUE_SIZE] = (unsigned char)rand();
		if (rand() % 2)
			used(SIZE)[2] = (unsigned char)(q.used_seen + rand() % 8);
		for (unsigned i = 0; i < q.chains && queue_take(&q, &chain, &length); i++) {
			assert_true(chain < q.chains && !ours[chain] && length <= 1514);
			ours[chain] = true;
			queue_frame(&q, chain)[length > 0 ? length - 1 : 0]++;
		}
		if ((chain = queue_free(&q)) < q.chains) {
			assert_true(ours[chain]);
			ours[chain] = false;
			queue_give(&q, chain, 1514);
		}
	}
	assert_true(q.lies > 1000);
	close_queue();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_random_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
