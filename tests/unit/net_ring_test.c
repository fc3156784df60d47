// SPDX-License-Identifier: MIT
// The packet rings of the net session, with an honest and a lying peer.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <session/net.h>

static struct net_ring *ring;           // on the heap: its bounds are checked
static struct net_end p, c;
static uint8_t out[NET_FRAME_MAX], in[NET_FRAME_MAX];
static uint32_t length;

static int
setup(void **state)
{
	(void)state;
	ring = calloc(1, sizeof *ring);
	p = c = (struct net_end){ ring, 0 };
	return ring == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	free(ring);
	return 0;
}

static uint32_t
size_of(uint32_t n)
{
	return NET_FRAME_MIN + n * 37 % (NET_FRAME_MAX - NET_FRAME_MIN + 1);
}

static void
test_order_and_content(void **state)
{
	uint32_t put = 0, got = 0;

	(void)state;
	p.index = c.index = 0xfffffff0u;        // the indices wrap on the way
	ring->head = ring->tail = p.index;
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned i = 0; i < round % (NET_SLOTS + 3); i++) {
			memset(out, (int)put, sizeof out);
			bool room = put - got < NET_SLOTS;
			assert_int_equal(net_room(&p), room);
			assert_int_equal(net_put(&p, out, size_of(put)), room);
			put += room;
		}
		for (unsigned i = 0; i < round * 7 % (NET_SLOTS + 3); i++) {
			if (put == got) {
				assert_int_equal(net_get(&c, in, &length), NET_NOTHING);
				continue;
			}
			assert_int_equal(net_get(&c, in, &length), NET_GOT);
			assert_int_equal(length, size_of(got));
			for (uint32_t b = 0; b < length; b++)
				assert_int_equal(in[b], (uint8_t)got);
			got++;
		}
	}
	assert_true(got > 1000);
}

static void
test_bad_lengths(void **state)
{
	static const uint32_t bad[] = { 0, NET_FRAME_MIN - 1, NET_FRAME_MAX + 1, 2044, 0xffffffff };

	(void)state;
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_true(net_put(&p, out, 60));
		ring->slot[i].length = bad[i];
		assert_int_equal(net_get(&c, in, &length), NET_BAD);
		assert_int_equal(net_get(&c, in, &length), NET_NOTHING);
	}
	assert_true(net_put(&p, out, NET_FRAME_MIN));
	assert_int_equal(net_get(&c, in, &length), NET_GOT);
	assert_true(net_put(&p, out, NET_FRAME_MAX));
	assert_int_equal(net_get(&c, in, &length), NET_GOT);
}

// A tail that is ahead of what can be: skipped at once, not worked off.
static void
test_lying_producer(void **state)
{
	static const uint32_t ahead[] = { NET_SLOTS + 1, 1000, 0x80000000, 0xffffffff };

	(void)state;
	for (unsigned i = 0; i < sizeof ahead / sizeof *ahead; i++) {
		ring->tail = c.index + ahead[i];
		assert_int_equal(net_get(&c, in, &length), NET_BROKEN);
		assert_int_equal(net_get(&c, in, &length), NET_NOTHING);
	}
	ring->tail = c.index + NET_SLOTS;       // a full ring is none
	ring->slot[c.index % NET_SLOTS].length = 60;
	assert_int_equal(net_get(&c, in, &length), NET_GOT);
}

// The consumer says whatever: the producer stays in its ring.
static void
test_lying_consumer(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 100000; n++) {
		ring->head = (uint32_t)rand() << (n % 17);
		if (net_put(&p, out, NET_FRAME_MAX))
			assert_int_equal(ring->tail, p.index);
	}
	ring->head = p.index - NET_SLOTS;
	assert_false(net_put(&p, out, 60));
	ring->head = p.index + 1;               // more than was ever put
	assert_false(net_put(&p, out, 60));
}

// A side that is started again finds its place; frames that were under way, and
// only they, may be lost.
static void
test_started_again(void **state)
{
	(void)state;
	p.index = c.index = 0xfffffff0u;
	ring->head = ring->tail = p.index;
	for (uint32_t n = 0; n < 1000; n++) {
		memset(out, (int)n, sizeof out);
		assert_true(net_put(&p, out, 60));
		if (n % 3 == 0)
			p = net_producer(ring);
		if (n % 5 == 0)
			c = net_consumer(ring);
		assert_int_equal(net_get(&c, in, &length), NET_GOT);
		assert_int_equal(in[0], (uint8_t)n);
		assert_int_equal(net_get(&c, in, &length), NET_NOTHING);
	}
	// in a ring full of nonsense, too, as soon as the consumer has looked
	for (uint32_t n = 0; n < 1000; n++) {
		ring->head = (uint32_t)rand() >> n % 31;
		ring->tail = (uint32_t)rand() << n % 31;
		p = net_producer(ring), c = net_consumer(ring);
		for (unsigned i = 0; i <= NET_SLOTS && net_get(&c, in, &length) != NET_NOTHING; i++)
			;
		assert_true(net_put(&p, out, 60));
		assert_int_equal(net_get(&c, in, &length), NET_GOT);
	}
}

static void
test_address(void **state)
{
	static const uint8_t expected[] = { 0x02, 0x1f, 0xa0, 0x00, 0xff, 0x9b };
	uint8_t address[NET_ADDRESS];

	(void)state;
	net_address("02:1f:a0:00:ff:9b", address);
	assert_memory_equal(address, expected, sizeof expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_and_content, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_lengths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lying_producer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lying_consumer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_started_again, setup, teardown),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
